// Readers of the ADE corpus in its original form (Gurulingappa et al. 2012): relation lines and negative sentences.

import * as path from "node:path";
import { DataError, type Place } from "../../core";
import type { Document } from "../document";
import type { Mention, Sentence } from "../sentence";
import { FaultLog, shorten, type ReadOptions } from "../input/faults";
import { linesOf } from "../input/lines";
import { spanOf } from "../input/words";
import { DocumentSet } from "../sets/document-set";
import { provenanceOfFile } from "../sets/provenance";
import { SentenceSet } from "../sets/sentence-set";

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
  const log = new FaultLog(options.onFault);
  const sentences: Sentence[] = [];
  for (const { number, text } of linesOf(file)) {
    if (text.trim() === "") continue;
    const sentence = log.attempt(() => adeSentence(text, headType, { file, line: number }));
    if (sentence !== undefined) sentences.push(sentence);
  }
  const provenance = provenanceOfFile(file, options.name ?? path.basename(file), options.split);
  return new SentenceSet(sentences, { provenance, faults: log.faults });
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
  const log = new FaultLog(options.onFault);
  const documents: Document[] = [];
  for (const { number, text: line } of linesOf(file)) {
    if (line.trim() === "") continue;
    const place = { file, line: number };
    const [, id, text] = /^(\S+)\s+NEG\s+(.*\S)\s*$/.exec(line) ?? [];
    if (id === undefined || text === undefined) {
      log.report(new DataError(`"${shorten(line, 30)}" is not "id NEG sentence": correct the line`, place));
      continue;
    }
    const sentences = [spanOf(0, text.length)];
    documents.push({ id: `${id}:${number}`, text, sentences, mentions: [], entities: [], relations: [] });
  }
  const provenance = provenanceOfFile(file, options.name ?? path.basename(file), options.split);
  return new DocumentSet(documents, { provenance, faults: log.faults });
}
