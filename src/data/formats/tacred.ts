// Reader of TACRED's JSON (Zhang et al. 2017); the data are licensed (LDC2018T24), the form is documented.

import * as path from "node:path";
import type { Place } from "../../core";
import type { Mention, Sentence } from "../sentence";
import { FaultLog, type ReadOptions } from "../input/faults";
import { asIndex, asOptionalText, asRecord, asText, asTexts, fieldFault } from "../input/fields";
import { listOfFile, within } from "../input/json-file";
import { joinWords, spanOfWords } from "../input/words";
import { provenanceOfFile } from "../sets/provenance";
import { SentenceSet } from "../sets/sentence-set";

const BRACKETS: Readonly<Record<string, string>> = {
  "-LRB-": "(",
  "-RRB-": ")",
  "-LSB-": "[",
  "-RSB-": "]",
  "-LCB-": "{",
  "-RCB-": "}",
};

/**
 * An array of { `id`, `token`, `relation`, `subj_start`, `subj_end`, `obj_start`, `obj_end`, `subj_type`, `obj_type` };
 * token positions, **end inclusive**. Head is the subject. Escaped brackets (`-LRB-`) are written out unless
 * `brackets: "escaped"` keeps them.
 */
export function readTacred(
  file: string,
  options: ReadOptions & { readonly brackets?: "plain" | "escaped" } = {},
): SentenceSet {
  const log = new FaultLog(options.onFault);
  const sentences: Sentence[] = [];
  const prefix = options.split ?? path.parse(file).name;
  listOfFile(file).forEach((record, index) => {
    const id = `${prefix}:${index + 1}`;
    const sentence = log.attempt(() =>
      within(file, `record ${index + 1}`, () =>
        tacredSentence(record, id, options.brackets === "escaped", {}),
      ),
    );
    if (sentence !== undefined) sentences.push(sentence);
  });
  const provenance = provenanceOfFile(file, options.name ?? path.basename(file), options.split);
  return new SentenceSet(sentences, { provenance, faults: log.faults });
}

function tacredSentence(record: unknown, id: string, isEscaped: boolean, place: Place): Sentence {
  const fields = asRecord(record, "record", place);
  const tokens = asTexts(fields["token"], "token", place);
  const { text, words } = joinWords(isEscaped ? tokens : tokens.map((token) => BRACKETS[token] ?? token));
  const mention = (role: "subj" | "obj"): Mention => {
    const first = asIndex(fields[`${role}_start`], `${role}_start`, place, tokens.length);
    const last = asIndex(fields[`${role}_end`], `${role}_end`, place, tokens.length);
    const span = spanOfWords(words, first, last + 1);
    if (span === undefined)
      throw fieldFault(`${role}_start, ${role}_end`, [first, last], "start <= end", place);
    const type = asOptionalText(fields[`${role}_type`], `${role}_type`, place);
    return { start: span.start, end: span.end, ...(type === undefined ? {} : { type }) };
  };
  return {
    id: asOptionalText(fields["id"], "id", place) ?? id,
    text,
    head: mention("subj"),
    tail: mention("obj"),
    relation: asText(fields["relation"], "relation", place),
    words,
  };
}
