// Readers of FewRel's JSON (Han et al. 2018; Gao et al. 2019) and of the ZeroRTE lines made from it (Chia et al. 2022).

import * as path from "node:path";
import type { Place } from "../../core";
import type { Mention, Sentence } from "../sentence";
import { FaultLog, parseJson, shorten, type ReadOptions } from "../input/faults";
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
import { linesOf, wholeText } from "../input/lines";
import { joinWords, spanOfWords, type WordedText } from "../input/words";
import { provenanceOfFile } from "../sets/provenance";
import { SentenceSet } from "../sets/sentence-set";

/**
 * A FewRel file: { relation: [{ `tokens`, `h` and `t` [name, id, [[token indices of a mention], ...]] }] }, or an array
 * of such instances without relation. The first mention of each entity is taken; names are lower-case in the file, the
 * tokens count. Ids are relation and position: `P177:12`.
 */
export function readFewRel(file: string, options: ReadOptions = {}): SentenceSet {
  const log = new FaultLog(options.onFault);
  const content = parseJson(wholeText(file), { file });
  const groups: [string | undefined, unknown][] = Array.isArray(content)
    ? [[undefined, content]]
    : Object.entries(asRecord(content, "file", { file }));
  const sentences: Sentence[] = [];
  for (const [relation, list] of groups) {
    const instances = log.attempt(() => asList(list, relation ?? "file", { file })) ?? [];
    instances.forEach((instance, index) => {
      const id = `${relation ?? "unlabelled"}:${index + 1}`;
      const sentence = log.attempt(() =>
        within(file, `instance ${shorten(id, 40)}`, () => fewRelSentence(instance, id, relation, {})),
      );
      if (sentence !== undefined) sentences.push(sentence);
    });
  }
  const provenance = provenanceOfFile(file, options.name ?? path.basename(file), options.split);
  return new SentenceSet(sentences, { provenance, faults: log.faults });
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
  const { relationBy = "id", exclude = [], onFault, split } = options;
  const log = new FaultLog(onFault);
  const all = typeof files === "string" ? [files] : files;
  const sentences: Sentence[] = [];
  const seen = new Set<string>();
  for (const file of all) {
    const prefix =
      all.length === 1
        ? (split ?? path.parse(file).name)
        : file
            .split(/[\\/]/)
            .slice(-2)
            .join("/")
            .replace(/\.jsonl.*$/, "");
    for (const { number, text } of linesOf(file)) {
      if (text.trim() === "") continue;
      const place = { file, line: number };
      const triplets =
        log.attempt(() =>
          asList(asRecord(parseJson(text, place), "line", place)["triplets"], "triplets", place),
        ) ?? [];
      triplets.forEach((triplet, index) => {
        log.attempt(() => {
          const fields = asRecord(triplet, `triplets[${index}]`, place);
          const property = asText(fields["label_id"], "label_id", place);
          const key = JSON.stringify([fields["tokens"], fields["head"], fields["tail"], property]);
          if (exclude.includes(property) || seen.has(key)) return;
          seen.add(key);
          const relation = relationBy === "id" ? property : asText(fields["label"], "label", place);
          sentences.push(tripletSentence(fields, `${prefix}:${number}.${index + 1}`, relation, place));
        });
      });
    }
  }
  const [first, ...rest] = all.map((file) =>
    provenanceOfFile(file, options.name ?? path.basename(file), split),
  );
  const provenance = { ...first!, files: [...first!.files, ...rest.flatMap((one) => one.files)] };
  return new SentenceSet(sentences, { provenance, faults: log.faults });
}

function tripletSentence(fields: Fields, id: string, relation: string, place: Place): Sentence {
  const worded = joinWords(asTexts(fields["tokens"], "tokens", place));
  const head = spanOfIndices(worded, fields["head"], "head", place);
  const tail = spanOfIndices(worded, fields["tail"], "tail", place);
  return { id, text: worded.text, head, tail, relation, words: worded.words };
}
