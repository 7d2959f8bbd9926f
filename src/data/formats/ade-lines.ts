// Readers of the ADE corpus in its original form (Gurulingappa et al. 2012): relation lines and negative sentences.

import * as path from "node:path";
import { DataError, type Place } from "../../core";
import type { Document } from "../document";
import type { Mention, Sentence } from "../sentence";
import { shorten, type ReadOptions } from "../input/faults";
import { spanOf } from "../input/words";
import type { DocumentSet } from "../sets/document-set";
import type { SentenceSet } from "../sets/sentence-set";
import { documentSet, itemsOfLines, sentenceSet } from "./reading";

/**
 * `DRUG-AE.rel` and `DRUG-DOSE.rel`: PubMed id, sentence, effect (or dose), begin, end, drug, begin, end, between `|`.
 * Offsets count from the start of the abstract, so the two mentions are found in the sentence by their words and the
 * distance of their offsets (the first place, in the few sentences that have two). Head is the effect (or dose), tail
 * the drug. Ids are PubMed id and line.
 */
export function readAdeRelations(
  file: string,
  options: ReadOptions & { readonly relation?: string } = {},
): SentenceSet {
  const headType = options.relation ?? (/dose/i.test(path.basename(file)) ? "Dose" : "Adverse-Effect");
  return sentenceSet(file, options, (log) =>
    itemsOfLines(file, log, options, (text, { place }) => adeSentence(text, headType, place)),
  );
}

function adeSentence(line: string, headType: string, place: Place): Sentence {
  const cells = line.split("|");
  if (cells.length !== 8)
    throw new DataError(`${cells.length} fields between "|", expected 8: correct the line`, place);
  const [document = "", text = "", effect = "", effectStart = "", , drug = "", drugStart = ""] = cells;
  const distance = offsetOf(effectStart, place) - offsetOf(drugStart, place);
  const span = (start: number, words: string, type: string): Mention => ({
    ...spanOf(start, start + words.length),
    type,
  });
  for (let at = text.indexOf(effect); at >= 0 && effect !== ""; at = text.indexOf(effect, at + 1)) {
    const from = at - distance;
    if (from < 0 || drug === "" || !text.startsWith(drug, from)) continue;
    const [head, tail] = [span(at, effect, headType), span(from, drug, "Drug")];
    return { id: `${document}:${place.line}`, text, head, tail, relation: headType };
  }
  const pair = `"${shorten(effect, 30)}" and "${shorten(drug, 30)}"`;
  throw new DataError(
    `${pair} are not in the sentence at the distance of their offsets: correct the line`,
    place,
  );
}

function offsetOf(cell: string, place: Place): number {
  if (!/^\d{1,9}$/.test(cell))
    throw new DataError(`offset "${shorten(cell, 20)}" is no whole number: correct it`, place);
  return Number(cell);
}

/** `ADE-NEG.txt`: `pmid NEG sentence`. Documents of one sentence without mentions; a few sentences occur twice. */
export function readAdeNegatives(file: string, options: ReadOptions = {}): DocumentSet {
  return documentSet(file, options, (log) =>
    itemsOfLines(file, log, options, (line, { number, place }): Document => {
      const [, id, text] = /^(\S+)\s+NEG\s+(.*\S)\s*$/.exec(line) ?? [];
      if (id === undefined || text === undefined)
        throw new DataError(`"${shorten(line, 30)}" is not "id NEG sentence": correct the line`, place);
      const sentences = [spanOf(0, text.length)];
      return { id: `${id}:${number}`, text, sentences, mentions: [], entities: [], relations: [] };
    }),
  );
}
