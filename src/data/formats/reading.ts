// What all readers share: the items of a file one at a time, by line or by record, collected into a set.

import * as path from "node:path";
import type { Place } from "../../core";
import type { Document } from "../document";
import { FaultLog, type ReadOptions } from "../input/faults";
import { listOfFile, within } from "../input/json-file";
import { linesOf } from "../input/lines";
import type { Sentence } from "../sentence";
import { DocumentSet } from "../sets/document-set";
import { provenanceOfFile } from "../sets/provenance";
import { SentenceSet } from "../sets/sentence-set";

/** Where an item stands: its number in the file from 1, the place that a fault names, and an id for those without. */
export interface Spot {
  readonly number: number;
  readonly place: Place;
  /** Split (or file) and number: `train:12`. */
  readonly id: string;
}

/** The file's name without folders and `.gz`. */
export function fileName(file: string): string {
  return path.basename(file).replace(/\.gz$/, "");
}

/** What ids made by a reader begin with: the split, else the name of data set or file without its ending. */
export function idPrefix(file: string, { split, name }: ReadOptions): string {
  return split ?? path.parse(name ?? fileName(file)).name;
}

/** One item for each line that is not blank; faults go to the log. Memory stays small: nothing is kept. */
export function* itemsOfLines<Item>(
  file: string,
  log: FaultLog,
  options: ReadOptions,
  itemOf: (text: string, spot: Spot) => Item,
): Generator<Item> {
  const prefix = idPrefix(file, options);
  for (const { number, text } of linesOf(file)) {
    if (text.trim() === "") continue;
    const spot = { number, place: { file, line: number }, id: `${prefix}:${number}` };
    const item = log.attempt(() => itemOf(text, spot));
    if (item !== undefined) yield item;
  }
}

/** Records to read, and what faults call one; default: the list that the JSON file holds, and "record". */
export interface Records {
  readonly list: readonly unknown[];
  readonly noun?: string;
}

/** One item for each record (none where `itemOf` gives undefined); a fault names it by its number. */
export function* itemsOfRecords<Item>(
  file: string,
  log: FaultLog,
  options: ReadOptions,
  itemOf: (record: unknown, spot: Spot) => Item | undefined,
  { list, noun = "record" }: Records = { list: listOfFile(file) },
): Generator<Item> {
  const prefix = idPrefix(file, options);
  for (const [index, record] of list.entries()) {
    const spot = { number: index + 1, place: {}, id: `${prefix}:${index + 1}` };
    const item = log.attempt(() => within(file, `${noun} ${index + 1}`, () => itemOf(record, spot)));
    if (item !== undefined) yield item;
  }
}

/** The sentences that `items` gives, as a set with the file as its origin. */
export function sentenceSet(
  file: string,
  options: ReadOptions,
  items: (log: FaultLog) => Iterable<Sentence>,
): SentenceSet {
  const log = new FaultLog(options.onFault);
  const sentences = [...items(log)];
  const provenance = provenanceOfFile(file, options.name ?? fileName(file), options.split);
  return new SentenceSet(sentences, { provenance, faults: log.faults });
}

/** The documents that `items` gives, as a set with the file as its origin. */
export function documentSet(
  file: string,
  options: ReadOptions,
  items: (log: FaultLog) => Iterable<Document>,
): DocumentSet {
  const log = new FaultLog(options.onFault);
  const documents = [...items(log)];
  const provenance = provenanceOfFile(file, options.name ?? fileName(file), options.split);
  return new DocumentSet(documents, { provenance, faults: log.faults });
}

/** The documents with ids that differ: one that occurs again gets `#` and its position in the list. */
export function* withDistinctIds(documents: Iterable<Document>): Generator<Document> {
  const known = new Set<string>();
  let position = 0;
  for (const document of documents) {
    const id = known.has(document.id) ? `${document.id}#${position}` : document.id;
    known.add(id);
    position++;
    yield id === document.id ? document : { ...document, id };
  }
}
