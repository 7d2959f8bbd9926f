// One record of the user's own as a sentence, in any of the shapes that `sentencesFrom` names.

import { DataError, nearestName, type Place } from "../../core";
import { checkSentence, type Mention, type Sentence, type Span } from "../sentence";
import { shorten } from "../input/faults";
import { asOptionalText, asTexts, isInteger, isRecord, shown, type Fields } from "../input/fields";
import { joinWords, spanOf, spanOfWords, type WordedText } from "../input/words";
import { onlySpan, untag } from "./tagged";

/** The user's names for our columns. */
export interface ColumnNames {
  readonly id?: string;
  readonly text?: string;
  readonly words?: string;
  readonly head?: string;
  readonly tail?: string;
  readonly relation?: string;
}

/** What to do when a mention given by its words occurs more than once in the text. */
export type RepeatedMention = "fault" | "first";

/** How records are read. */
export interface RecordOptions {
  readonly columns?: ColumnNames;
  readonly repeated?: RepeatedMention;
}

type Field = keyof ColumnNames;

const NAMES: Readonly<Record<Field, readonly string[]>> = {
  id: ["id"],
  text: ["text", "sentence"],
  words: ["words", "tokens", "token"],
  head: ["head", "h", "e1", "subject"],
  tail: ["tail", "t", "e2", "object"],
  relation: ["relation", "label", "class"],
};

interface Source {
  readonly fields: Fields;
  readonly what: string;
  readonly place: Place;
  readonly options: RecordOptions;
}

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (typeof value === "number" && Number.isNaN(value));

function pick({ fields, options }: Source, field: Field): unknown {
  const given = options.columns?.[field];
  if (given !== undefined) return fields[given];
  return fields[NAMES[field].find((name) => !isMissing(fields[name])) ?? ""];
}

/** The sentence that a record describes; `what` names the record in errors (`record 3`). */
export function ownSentence(fields: Fields, what: string, place: Place, options: RecordOptions): Sentence {
  const source: Source = { fields, what, place, options };
  const given = pick(source, "words");
  const worded = Array.isArray(given) ? joinWords(asTexts(given, "words", place)) : undefined;
  const raw = worded?.text ?? pick(source, "text");
  if (typeof raw !== "string" || raw.trim() === "") throw missing(source, "text");
  const id =
    asOptionalText(pick(source, "id"), "id", place) ?? String(place.line ?? /\d+/.exec(what)?.[0] ?? what);
  const relation = asOptionalText(pick(source, "relation"), "relation", place);
  const rest = {
    ...(isMissing(relation) ? {} : { relation: relation! }),
    ...(worded && { words: worded.words }),
  };
  const isTagged = worded === undefined && /<e1[:>]/.test(raw) && isMissing(pick(source, "head"));
  if (isTagged) {
    const untagged = untag(raw, place);
    const [head, tail] = [onlySpan(untagged, "e1", place), onlySpan(untagged, "e2", place)];
    return checkSentence({ id, text: untagged.text, head, tail, ...rest }, place);
  }
  const head = mentionOf(source, "head", raw, worded);
  const tail = mentionOf(source, "tail", raw, worded);
  try {
    return checkSentence({ id, text: raw, head, tail, ...rest });
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${what}: ${error.message}`, place);
    throw error;
  }
}

function missing({ fields, what, place }: Source, field: Field): DataError {
  const known = Object.keys(fields);
  const near = NAMES[field].map((name) => nearestName(name, known)).find((name) => name !== undefined);
  const hint =
    near === undefined
      ? ""
      : `; is it "${shorten(near, 40)}"? then say columns: { ${field}: "${shorten(near, 40)}" }`;
  return new DataError(
    `${what} has no ${NAMES[field].join(" or ")} (it has ${shorten(known.join(", "), 120) || "nothing"})${hint}`,
    place,
  );
}

function mentionOf(
  source: Source,
  role: "head" | "tail",
  text: string,
  worded: WordedText | undefined,
): Mention {
  const { fields, what, place } = source;
  const [from, to] = [
    fields[`${role}_start`] ?? fields[`${role}Start`],
    fields[`${role}_end`] ?? fields[`${role}End`],
  ];
  const type = asOptionalText(fields[`${role}_type`] ?? fields[`${role}Type`], `${role}_type`, place);
  const withType = (span: Span): Mention => (isMissing(type) ? span : { ...span, type: type! });
  if (!isMissing(from) && !isMissing(to)) return withType(spanAt(source, role, [from, to], worded));
  const value = pick(source, role);
  if (isMissing(value)) throw missing(source, role);
  if (Array.isArray(value)) return withType(spanAt(source, role, value, worded));
  if (typeof value === "string") {
    const offsets = /^\s*[[(]?\s*(\d+)\s*[,:;-]\s*(\d+)\s*[\])]?\s*$/.exec(value);
    if (offsets !== null && !text.includes(value))
      return withType(spanAt(source, role, [offsets[1], offsets[2]], worded));
    return withType(spanOfText(source, role, text, value));
  }
  if (isRecord(value)) {
    const own = {
      ...(typeof value["type"] === "string" ? { type: value["type"] } : {}),
      ...(isMissing(value["entity"] ?? value["id"])
        ? {}
        : { entity: String(value["entity"] ?? value["id"]) }),
    };
    const pair = value["pos"] ?? [value["start"], value["end"]];
    const name = value["text"] ?? value["name"];
    const hasPlace = Array.isArray(pair) && !pair.some(isMissing);
    if (!hasPlace && typeof name === "string")
      return { ...withType(spanOfText(source, role, text, name)), ...own };
    return { ...withType(spanAt(source, role, pair, worded)), ...own };
  }
  const wanted = "expected its words, [start, end) or { start, end }";
  throw new DataError(`${what}: ${role} is ${shown(value)}, ${wanted}: correct it`, place);
}

function spanAt({ what, place }: Source, role: string, pair: unknown, worded: WordedText | undefined): Span {
  const numbers = Array.isArray(pair) ? pair.map((value) => (isMissing(value) ? NaN : Number(value))) : [];
  const [start = NaN, end = NaN] = numbers;
  if (numbers.length !== 2 || !isInteger(start) || !isInteger(end))
    throw new DataError(
      `${what}: ${role} is ${shown(pair)}, expected two whole numbers [start, end): correct it`,
      place,
    );
  if (worded === undefined) return spanOf(start, end);
  const span = spanOfWords(worded.words, start, end);
  if (span === undefined) {
    const wanted = `expected [start, end) within the ${worded.words.length} words`;
    throw new DataError(`${what}: ${role} span [${start}, ${end}) is outside, ${wanted}: correct it`, place);
  }
  return span;
}

function spanOfText({ what, place, options }: Source, role: string, text: string, words: string): Span {
  const start = text.indexOf(words);
  if (start < 0)
    throw new DataError(
      `${what}: ${role} ${shown(words)} does not occur in its text: correct it or give [start, end)`,
      place,
    );
  const isRepeated = text.indexOf(words, start + 1) >= 0;
  if (isRepeated && options.repeated !== "first") {
    const remedy = 'give [start, end), or say repeated: "first"';
    throw new DataError(
      `${what}: ${role} ${shown(words)} occurs more than once in its text: ${remedy}`,
      place,
    );
  }
  return spanOf(start, start + words.length);
}
