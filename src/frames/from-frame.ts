// Rows out of a danfojs frame or series, known by its shape: danfojs need not be loaded.

import { OptionError } from "../core";

/** What a danfojs `DataFrame` or `Series` shows to the outside. */
export interface FrameLike {
  readonly columns: readonly string[];
  readonly index: readonly (string | number)[];
  readonly shape: readonly number[];
  readonly values: readonly unknown[];
}

/** Whether a value is a danfojs `DataFrame` or `Series` (of any copy of danfojs). */
export function isFrame(value: unknown): value is FrameLike {
  if (typeof value !== "object" || value === null) return false;
  const needed = ["columns", "index", "shape", "values", "dtypes"];
  if (!needed.every((name) => name in value) || !("iloc" in value)) return false;
  const { columns, index, values } = value as Record<string, unknown>;
  return Array.isArray(columns) && Array.isArray(index) && Array.isArray(values);
}

/**
 * The rows of a frame by column name. A series gives rows of one column.
 *
 * @example fromFrame(frame).map((row) => row["text"]);
 */
export function fromFrame(frame: FrameLike): Readonly<Record<string, unknown>>[] {
  if (!isFrame(frame))
    throw new OptionError("fromFrame of something that is no danfojs frame: give it a DataFrame or Series");
  const { columns, values } = frame;
  return values.map((row) => {
    const cells: unknown[] = Array.isArray(row) ? row : [row];
    return Object.fromEntries(columns.map((name, index) => [String(name), cells[index]]));
  });
}
