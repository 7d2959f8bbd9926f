// Reads the columns a chart is made of out of rows, and names the one that is missing or is no number.

import { OptionError, unknownName } from "../core";
import { isSpread } from "../report";

/** A row of data: any object, its columns are its properties. */
export type DataRow = object;

function valueOf(row: DataRow, name: string): unknown {
  return Object.hasOwn(row, name) ? (row as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The values of column `name`; an error lists the known columns when no row has it. */
export function column(rows: readonly DataRow[], name: string): unknown[] {
  if (rows.length > 0 && !rows.some((row) => Object.hasOwn(row, name)))
    throw unknownName("column", name, [...new Set(rows.flatMap((row) => Object.keys(row)))]);
  return rows.map((row) => valueOf(row, name));
}

/** The numbers of column `name`; empty and non-finite values become `null`, text is an error. */
export function numbers(rows: readonly DataRow[], name: string): (number | null)[] {
  return column(rows, name).map((value, index) => {
    if (value === null || value === undefined) return null;
    const number = isSpread(value) ? value.mean : typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number")
      throw new OptionError(
        `column "${name}" of a chart holds ${JSON.stringify(value)} in row ${index + 1}: expected numbers, choose another column`,
      );
    return Number.isFinite(number) ? number : null;
  });
}

/** The values of column `name` as text; empty values become "". */
export function texts(rows: readonly DataRow[], name: string): string[] {
  return column(rows, name).map((value) => (value === null || value === undefined ? "" : String(value)));
}

/** The columns of text, numbers and truth values, in order of first appearance: those that say something on hover. */
export function plainColumns(rows: readonly DataRow[]): string[] {
  const names = new Set<string>();
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      if (["string", "number", "bigint", "boolean"].includes(typeof value)) names.add(name);
  return [...names];
}

/** Labels made different from each other: the second "a" becomes "a (2)". */
export function distinct(labels: readonly string[]): string[] {
  const seen = new Set<string>();
  return labels.map((label) => {
    let name = label;
    for (let count = 2; seen.has(name); count++) name = `${label} (${count})`;
    seen.add(name);
    return name;
  });
}
