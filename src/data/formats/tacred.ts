// Reader of TACRED's JSON (Zhang et al. 2017); the data are licensed (LDC2018T24), the form is documented.

import type { Place } from "../../core";
import type { Mention, Sentence } from "../sentence";
import type { ReadOptions } from "../input/faults";
import { asIndex, asOptionalText, asRecord, asText, asTexts, fieldFault } from "../input/fields";
import { joinWords, spanOfWords } from "../input/words";
import type { SentenceSet } from "../sets/sentence-set";
import { itemsOfRecords, sentenceSet } from "./reading";

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
  return sentenceSet(file, options, (log) =>
    itemsOfRecords(file, log, options, (record, { id }) =>
      tacredSentence(record, id, options.brackets === "escaped", {}),
    ),
  );
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
