// Readers of FewRel's JSON (Han et al. 2018; Gao et al. 2019) and of the ZeroRTE lines made from it (Chia et al. 2022).

import * as path from "node:path";
import { OptionError, type Place } from "../../core";
import type { Mention, Sentence } from "../sentence";
import { parseJson, shorten, type FaultLog, type ReadOptions } from "../input/faults";
import {
  asIndex,
  asList,
  asOptionalText,
  asRecord,
  asText,
  asTexts,
  fieldFault,
  type Fields,
} from "../input/fields";
import { within } from "../input/json-file";
import { wholeText } from "../input/lines";
import { joinWords, spanOfWords, type WordedText } from "../input/words";
import { SentenceSet } from "../sets/sentence-set";
import { fileName, itemsOfLines, sentenceSet } from "./reading";

/**
 * A FewRel file: { relation: [{ `tokens`, `h` and `t` [name, id, [[token indices of a mention], ...]] }] }, or an array
 * of such instances without relation. The first mention of each entity is taken; names are lower-case in the file, the
 * tokens count. Ids are relation and position: `P177:12`.
 */
export function readFewRel(file: string, options: ReadOptions = {}): SentenceSet {
  const content = parseJson(wholeText(file), { file });
  const groups: [string | undefined, unknown][] = Array.isArray(content)
    ? [[undefined, content]]
    : Object.entries(asRecord(content, "file", { file }));
  return sentenceSet(file, options, (log) =>
    groups.flatMap(([relation, list]) => [...instancesOf(file, log, relation, list)]),
  );
}

function* instancesOf(
  file: string,
  log: FaultLog,
  relation: string | undefined,
  list: unknown,
): Generator<Sentence> {
  const instances = log.attempt(() => asList(list, relation ?? "file", { file })) ?? [];
  for (const [index, instance] of instances.entries()) {
    const id = `${relation ?? "unlabelled"}:${index + 1}`;
    const sentence = log.attempt(() =>
      within(file, `instance ${shorten(id, 40)}`, () => fewRelSentence(instance, id, relation, {})),
    );
    if (sentence !== undefined) yield sentence;
  }
}

function fewRelSentence(instance: unknown, id: string, relation: string | undefined, place: Place): Sentence {
  const fields = asRecord(instance, "instance", place);
  const worded = joinWords(asTexts(fields["tokens"], "tokens", place));
  const mention = (role: "h" | "t"): Mention => {
    const [, entity, occurrences] = asList(fields[role], role, place);
    const [first] = asList(occurrences, `${role}[2]`, place);
    const { start, end } = spanOfIndices(worded, first, `${role}[2][0]`, place);
    const name = asOptionalText(entity, `${role}[1]`, place);
    return { start, end, ...(name === undefined ? {} : { entity: name }) };
  };
  const known = relation === undefined ? {} : { relation };
  return { id, text: worded.text, head: mention("h"), tail: mention("t"), ...known, words: worded.words };
}

/** The span of token indices that follow each other. */
function spanOfIndices(
  { words }: WordedText,
  value: unknown,
  field: string,
  place: Place,
): { start: number; end: number } {
  const indices = asList(value, field, place).map((index) => asIndex(index, field, place, words.length));
  const [first = 0] = indices;
  const span = spanOfWords(words, first, first + indices.length);
  if (span === undefined || indices.some((index, at) => index !== first + at))
    throw fieldFault(
      field,
      value,
      `token indices one after the other, within the ${words.length} tokens`,
      place,
    );
  return span;
}

/** Options of `readZeroRte`. */
export interface ZeroRteOptions extends ReadOptions {
  /** What names a relation: its Wikidata property ("id", as in FewRel; default) or its "label". */
  readonly relationBy?: "id" | "label";
  /** Relations (properties) to leave out, such as those of the FewRel validation set. */
  readonly exclude?: readonly string[];
}

/**
 * ZeroRTE lines, from one file or several: { `triplets`: [{ `tokens`, `head` and `tail` token indices, `label`,
 * `label_id` }] }. Each triplet is a sentence; a triplet that occurred before, in whichever file, is left out. Ids are
 * file, line and position.
 */
export function readZeroRte(files: string | readonly string[], options: ZeroRteOptions = {}): SentenceSet {
  const all = typeof files === "string" ? [files] : files;
  const [first, ...rest] = all;
  if (first === undefined) throw new OptionError("no files: give at least one file of ZeroRTE lines");
  const seen = new Set<string>();
  const one = (file: string): SentenceSet =>
    sentenceSet(file, options, (log) => zeroRteItems(file, log, options, all.length > 1, seen));
  const set = one(first);
  if (rest.length === 0) return set;
  const others = rest.map(one);
  const provenance = {
    ...set.provenance,
    files: [set, ...others].flatMap((part) => part.provenance.files),
  };
  const faults = [set, ...others].flatMap((part) => part.faults);
  return new SentenceSet(
    [set, ...others].flatMap(({ items }) => items),
    { provenance, faults },
  );
}

function* zeroRteItems(
  file: string,
  log: FaultLog,
  options: ZeroRteOptions,
  isOneOfMany: boolean,
  seen: Set<string>,
): Generator<Sentence> {
  const { relationBy = "id", exclude = [], split } = options;
  const folderAndName = file.split(/[\\/]/).slice(-2).join("/");
  const prefix = isOneOfMany
    ? folderAndName.replace(/\.jsonl.*$/, "")
    : (split ?? path.parse(fileName(file)).name);
  const lines = itemsOfLines(file, log, options, (text, { number, place }) => {
    const record = asRecord(parseJson(text, place), "line", place);
    return { number, place, triplets: asList(record["triplets"], "triplets", place) };
  });
  for (const { number, place, triplets } of lines) {
    for (const [index, triplet] of triplets.entries()) {
      const sentence = log.attempt((): Sentence | undefined => {
        const fields = asRecord(triplet, `triplets[${index}]`, place);
        const property = asText(fields["label_id"], "label_id", place);
        const key = JSON.stringify([fields["tokens"], fields["head"], fields["tail"], property]);
        if (exclude.includes(property) || seen.has(key)) return undefined;
        seen.add(key);
        const relation = relationBy === "id" ? property : asText(fields["label"], "label", place);
        return tripletSentence(fields, `${prefix}:${number}.${index + 1}`, relation, place);
      });
      if (sentence !== undefined) yield sentence;
    }
  }
}

function tripletSentence(fields: Fields, id: string, relation: string, place: Place): Sentence {
  const worded = joinWords(asTexts(fields["tokens"], "tokens", place));
  const head = spanOfIndices(worded, fields["head"], "head", place);
  const tail = spanOfIndices(worded, fields["tail"], "tail", place);
  return { id, text: worded.text, head, tail, relation, words: worded.words };
}
