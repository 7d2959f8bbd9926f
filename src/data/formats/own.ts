// Sentences of the user's own: lists of records, CSV files, and frames of danfojs (recognised by shape, never imported).

import * as path from "node:path";
import { DataError, OptionError, unknownName, type Place } from "../../core";
import type { Sentence } from "../sentence";
import { FaultLog, shorten, type ReadOptions } from "../input/faults";
import { isRecord, type Fields } from "../input/fields";
import { parseCsv } from "../input/csv";
import { wholeText } from "../input/lines";
import { provenanceOfFile, provenanceOfMemory, type Provenance } from "../sets/provenance";
import { SentenceSet } from "../sets/sentence-set";
import { ownSentence, type ColumnNames, type RepeatedMention } from "./own-record";

/** A danfojs DataFrame, or anything with columns and rows of values. */
export interface FrameLike {
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
}

/** Options of `sentencesFrom`. */
export interface OwnOptions extends ReadOptions {
  /** The names that your columns have, where they are not ours: `{ text: "Satz", relation: "Klasse" }`. */
  readonly columns?: ColumnNames;
  /** A mention given by its words that occurs more than once: "fault" (default) or the "first" occurrence. */
  readonly repeated?: RepeatedMention;
}

/**
 * Sentences from records, from a CSV file (path), or from a danfojs frame. A record has
 * - `text` (or `sentence`), or `words` (or `tokens`, `token`);
 * - `head` and `tail` (or `h` and `t`): the mention's own words, `[start, end)`, or `{ start, end, type?, entity? }`;
 *   positions count words beside `words`, else characters; or columns `head_start`, `head_end`, `tail_start`,
 *   `tail_end`; or tags in the text, `<e1>..</e1>` and `<e2>..</e2>`;
 * - `relation` (or `label`), and `id`, both optional.
 *
 * @example sentencesFrom([{ text: "Rain caused floods.", head: "Rain", tail: "floods", relation: "cause" }]);
 */
export function sentencesFrom(
  source: string | readonly object[] | FrameLike,
  options: OwnOptions = {},
): SentenceSet {
  const log = new FaultLog(options.onFault);
  const { records, provenance } = recordsOf(source, options, log);
  checkColumns(options.columns, records[0]?.fields);
  const sentences: Sentence[] = [];
  const ids = new Set<string>();
  for (const { fields, what, place } of records) {
    const sentence = log.attempt(() => ownSentence(fields, what, place, options));
    if (sentence === undefined) continue;
    if (ids.has(sentence.id))
      log.report(
        new DataError(`${what}: id "${shorten(sentence.id, 40)}" occurs before: make ids differ`, place),
      );
    else sentences.push(sentence);
    ids.add(sentence.id);
  }
  return new SentenceSet(sentences, { provenance, faults: log.faults });
}

interface OwnRecord {
  readonly fields: Fields;
  readonly what: string;
  readonly place: Place;
}

function recordsOf(
  source: string | readonly object[] | FrameLike,
  { name, split }: OwnOptions,
  log: FaultLog,
): { records: OwnRecord[]; provenance: Provenance } {
  if (typeof source === "string") {
    const table = parseCsv(wholeText(source), { file: source }, (fault) => log.report(fault));
    if (table.columns.length === 0)
      throw new DataError("an empty file: the first line must name the columns", { file: source, line: 1 });
    const records = table.records.map(({ line, cells }) => ({
      fields: Object.fromEntries(table.columns.map((column, index) => [column, cells[index]])),
      what: "record",
      place: { file: source, line },
    }));
    return { records, provenance: provenanceOfFile(source, name ?? path.basename(source), split) };
  }
  const provenance = provenanceOfMemory(name ?? "own sentences", split);
  if (Array.isArray(source)) {
    const records = (source as readonly unknown[]).map((fields, index) => {
      const what = `record ${index + 1}`;
      if (!isRecord(fields))
        throw new DataError(`${what} is no object, expected { text, head, tail, relation }: correct it`);
      return { fields, what, place: {} };
    });
    return { records, provenance };
  }
  if (!isRecord(source) || !isFrame(source))
    throw new OptionError(
      "sentencesFrom takes a list of records, a CSV file name, or a frame with columns and values",
    );
  const records = source.values.map((row, index) => {
    const cells = Array.isArray(row) ? (row as readonly unknown[]) : [row];
    const fields = Object.fromEntries(source.columns.map((column, at) => [column, cells[at]]));
    return { fields, what: `row ${index + 1}`, place: {} };
  });
  return { records, provenance };
}

function isFrame(value: object): value is FrameLike {
  return (
    "columns" in value && Array.isArray(value.columns) && "values" in value && Array.isArray(value.values)
  );
}

function checkColumns(columns: ColumnNames | undefined, first: Fields | undefined): void {
  if (columns === undefined || first === undefined) return;
  for (const given of Object.values(columns)) {
    if (typeof given === "string" && !(given in first))
      throw unknownName("column", given, Object.keys(first));
  }
}
