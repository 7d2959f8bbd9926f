// Reader of OpenNRE JSON lines (Han et al. 2019): SemEval, Wiki80, Wiki20m, TACRED and NYT10 are spread in this form.

import type { Place } from "../../core";
import { checkSentence, type Mention, type Sentence } from "../sentence";
import type { SentenceSet } from "../sets/sentence-set";
import { parseJson, type FaultLog, type ReadOptions } from "../input/faults";
import { asOptionalText, asPair, asRecord, asText, asTexts, fieldFault, type Fields } from "../input/fields";
import { codePointOffsets, joinWords, spanOf, spanOfWords, type WordedText } from "../input/words";
import { itemsOfLines, sentenceSet } from "./reading";

/**
 * Sentences of an OpenNRE file: one JSON object a line with `token` (or `text`), `h` and `t` { `name`, `id`, `pos` },
 * `relation`. Positions are `[start, end)`, in tokens beside `token`, in characters beside `text`. Tokens are joined by
 * one space, white-space tokens keep their places. Ids are `id` of the record, else the line's: `train:12`.
 */
export function readOpenNre(file: string, options: ReadOptions = {}): SentenceSet {
  return sentenceSet(file, options, (log) => openNreItems(file, log, options));
}

/** The sentences of an OpenNRE file one at a time: see `readOpenNre`. */
export function openNreItems(file: string, log: FaultLog, options: ReadOptions = {}): Iterable<Sentence> {
  const relations = new Map<string, string>();
  return itemsOfLines(file, log, options, (text, { id, place }) =>
    openNreSentence(parseJson(text, place), id, place, relations),
  );
}

/** One OpenNRE record as a sentence; `relations` keeps one copy of each relation name. */
export function openNreSentence(
  record: unknown,
  id: string,
  place: Place,
  relations: Map<string, string> = new Map(),
): Sentence {
  const fields = asRecord(record, "line", place);
  const tokens = fields["token"] ?? fields["tokens"];
  const worded = tokens === undefined ? undefined : joinWords(asTexts(tokens, "token", place));
  const text = worded?.text ?? asText(fields["text"] ?? fields["sentence"], "token or text", place);
  const offset = worded === undefined ? codePointOffsets(text) : undefined;
  const mention = (role: "h" | "t"): Mention =>
    mentionOf(asRecord(fields[role], role, place), role, worded, offset, place);
  const relation = asOptionalText(fields["relation"], "relation", place);
  const sentence: Sentence = {
    id: asOptionalText(fields["id"], "id", place) ?? id,
    text,
    head: mention("h"),
    tail: mention("t"),
    ...(relation === undefined ? {} : { relation: oneCopy(relation, relations) }),
    ...(worded === undefined ? {} : { words: worded.words }),
  };
  return checkSentence(sentence, place);
}

function oneCopy(name: string, known: Map<string, string>): string {
  const copy = known.get(name);
  if (copy !== undefined) return copy;
  known.set(name, name);
  return name;
}

function mentionOf(
  fields: Fields,
  role: string,
  worded: WordedText | undefined,
  offset: ((codePoint: number) => number) | undefined,
  place: Place,
): Mention {
  const [first, last] = asPair(fields["pos"], `${role}.pos`, place);
  const span =
    worded === undefined ? spanOf(offset!(first), offset!(last)) : spanOfWords(worded.words, first, last);
  if (span === undefined) {
    const wanted = `[start, end) within the ${worded!.words.length} tokens`;
    throw fieldFault(`${role}.pos`, [first, last], wanted, place);
  }
  const entity = asOptionalText(fields["id"], `${role}.id`, place);
  const type = asOptionalText(fields["type"], `${role}.type`, place);
  if (entity === undefined && type === undefined) return span;
  return {
    start: span.start,
    end: span.end,
    ...(type === undefined ? {} : { type }),
    ...(entity === undefined ? {} : { entity }),
  };
}
