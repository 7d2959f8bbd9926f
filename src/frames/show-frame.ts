// A danfojs frame as a table in a notebook; danfojs itself only prints.

import type { MimeBundle } from "../core";
import { DISPLAY } from "../core";
import { Table, type CellValue } from "../report";
import { isFrame, type FrameLike } from "./from-frame";

/** Rows shown of a longer frame: the first ones. */
const SHOWN = 20;

/**
 * The MIME bundle of a danfojs `DataFrame` or `Series`, or `undefined` for anything else: a formatter that a kernel
 * can ask first.
 */
export function showFrame(value: unknown): MimeBundle | undefined {
  return isFrame(value) ? frameTable(value)[DISPLAY]() : undefined;
}

/** A frame as a table: its index, its columns, the first rows, and how many there are. */
export function frameTable(frame: FrameLike): Table {
  const { columns, index, values } = frame;
  const names = columns.map(String);
  const rows = values.slice(0, SHOWN).map((row, at) => {
    const cells: unknown[] = Array.isArray(row) ? row : [row];
    // Columns are named by number here, so that a column called like the index cannot hide it.
    const named = names.map((_, column) => [`c${column}`, cellOf(cells[column])] as const);
    return { index: String(index[at]), ...Object.fromEntries(named) };
  });
  const count = values.length;
  const size = `${count} ${count === 1 ? "row" : "rows"} × ${names.length} ${names.length === 1 ? "column" : "columns"}`;
  return Table.from(rows, {
    columns: [{ name: "index", label: "" }, ...names.map((label, column) => ({ name: `c${column}`, label }))],
    note: count > SHOWN ? `first ${SHOWN} of ${size}` : size,
  });
}

function cellOf(value: unknown): CellValue {
  if (value === null || value === undefined) return null;
  if (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint"
  )
    return value;
  return value instanceof Date ? value : JSON.stringify(value);
}
