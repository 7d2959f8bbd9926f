// CSV text to records (RFC 4180): quoted fields, quotes doubled inside them, line breaks in them; comma, semicolon or tab.

import { DataError, type Place } from "../../core";

/** One record and the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A CSV file: column names, records, and the delimiter that was found. */
export interface CsvTable {
  readonly delimiter: "," | ";" | "\t";
  readonly columns: readonly string[];
  readonly records: readonly CsvRecord[];
}

const DELIMITERS = [",", ";", "\t"] as const;

/** The delimiter that occurs most often, outside quotes, in the first line; a comma when none does. */
export function detectDelimiter(text: string): CsvTable["delimiter"] {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\n" && !isQuoted) break;
    else if (!isQuoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return DELIMITERS.reduce((best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best));
}

/**
 * Parses CSV whose first record names the columns. A record with another number of cells, or a quote that is never
 * closed, goes to `onFault`.
 */
export function parseCsv(text: string, place: Place, onFault: (fault: DataError) => void): CsvTable {
  const delimiter = detectDelimiter(text);
  const all: CsvRecord[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const begin = line;
    const cells: string[] = [];
    for (let isOpen = true; isOpen;) {
      let cell: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        if (end < 0) {
          onFault(new DataError('a quote (") is never closed: close it', { ...place, line: begin }));
          return { delimiter, columns: all[0]?.cells ?? [], records: all.slice(1) };
        }
        const quoted = text.slice(at + 1, end);
        cell = quoted.includes('"') ? quoted.replaceAll('""', '"') : quoted;
        for (let i = quoted.indexOf("\n"); i >= 0; i = quoted.indexOf("\n", i + 1)) line++;
        const rest = endOfCell(text, end + 1, delimiter);
        cell += text.slice(end + 1, rest).trimEnd();
        at = rest;
      } else {
        const end = endOfCell(text, at, delimiter);
        cell = text.slice(at, end);
        if (cell.endsWith("\r")) cell = cell.slice(0, -1);
        at = end;
      }
      cells.push(cell);
      isOpen = text[at] === delimiter;
      at++;
    }
    line++;
    if (cells.length > 1 || cells[0]!.trim() !== "") all.push({ line: begin, cells });
  }
  const columns = (all[0]?.cells ?? []).map((name) => name.trim());
  const records = all.slice(1).filter((record) => {
    if (record.cells.length === columns.length) return true;
    const counts = `${record.cells.length} cells where the first line names ${columns.length} columns`;
    onFault(
      new DataError(`${counts}: quote cells that hold the delimiter "${delimiter}"`, {
        ...place,
        line: record.line,
      }),
    );
    return false;
  });
  return { delimiter, columns, records };
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}

function endOfCell(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n") at++;
  return at;
}
