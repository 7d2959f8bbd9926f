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

/** Where a scan of CSV stands. */
interface Cursor {
  at: number;
  line: number;
}

/**
 * Parses CSV whose first record names the columns. A record with another number of cells, or a quote that is never
 * closed, goes to `onFault`.
 */
export function parseCsv(text: string, place: Place, onFault: (fault: DataError) => void): CsvTable {
  const delimiter = detectDelimiter(text);
  const all: CsvRecord[] = [];
  const cursor: Cursor = { at: 0, line: 1 };
  while (cursor.at < text.length) {
    const { line } = cursor;
    const cells = takeRecord(text, cursor, delimiter);
    if (cells === undefined) {
      onFault(new DataError('a quote (") is never closed: close it', { ...place, line }));
      break;
    }
    if (cells.length > 1 || cells[0]?.trim() !== "") all.push({ line, cells });
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

/** The cells up to the end of the record; undefined when a quote is never closed. */
function takeRecord(text: string, cursor: Cursor, delimiter: string): string[] | undefined {
  const cells: string[] = [];
  do {
    const cell =
      text[cursor.at] === '"' ? takeQuoted(text, cursor, delimiter) : takePlain(text, cursor, delimiter);
    if (cell === undefined) return undefined;
    cells.push(cell);
  } while (text[cursor.at++] === delimiter);
  cursor.line++;
  return cells;
}

function takePlain(text: string, cursor: Cursor, delimiter: string): string {
  const end = endOfCell(text, cursor.at, delimiter);
  const cell = text.slice(cursor.at, end);
  cursor.at = end;
  return cell.endsWith("\r") ? cell.slice(0, -1) : cell;
}

function takeQuoted(text: string, cursor: Cursor, delimiter: string): string | undefined {
  const end = closingQuote(text, cursor.at + 1);
  if (end < 0) return undefined;
  const quoted = text.slice(cursor.at + 1, end);
  for (let i = quoted.indexOf("\n"); i >= 0; i = quoted.indexOf("\n", i + 1)) cursor.line++;
  cursor.at = endOfCell(text, end + 1, delimiter);
  const cell = quoted.includes('"') ? quoted.replaceAll('""', '"') : quoted;
  return cell + text.slice(end + 1, cursor.at).trimEnd();
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
