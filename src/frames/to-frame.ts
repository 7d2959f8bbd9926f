// Rows into a danfojs frame.

import { createRequire } from "node:module";
import type { DataFrame } from "danfojs-node";
import { Table } from "../report";

/**
 * A danfojs `DataFrame` of rows or of a table; a field that a row lacks is `null`, a spread gives its mean.
 *
 * @example toFrame(table).groupby(["method"]);
 */
export function toFrame(rows: readonly Readonly<Record<string, unknown>>[] | Table): DataFrame {
  // Loaded when first asked for: danfojs takes a second, and most sessions never need it.
  const danfo = createRequire(__filename)("danfojs-node") as typeof import("danfojs-node");
  const plain = rows instanceof Table ? rows.rows : rows;
  const names =
    rows instanceof Table
      ? rows.columns.map(({ name }) => name)
      : [...new Set(plain.flatMap((row) => Object.keys(row)))];
  const values = plain.map((row) => names.map((name) => plainValue(row[name])));
  return new danfo.DataFrame(values, { columns: names });
}

function plainValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null && "mean" in value && "sd" in value) return value.mean;
  return typeof value === "bigint" ? Number(value) : value;
}
