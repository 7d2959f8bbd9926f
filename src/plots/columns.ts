// Reads the columns a chart is made of out of rows, and names the one that is missing or is no number.

import { OptionError, unknownName } from "../core";
import { isSpread } from "../report";

/** A row of data by column name. */
export type DataRow = Readonly<Record<string, unknown>>;

/** The values of column `name`; an error lists the known columns when no row has it. */
export function column(rows: readonly DataRow[], name: string): unknown[] {
  if (rows.length > 0 && !rows.some((row) => Object.hasOwn(row, name)))
    throw unknownName("column", name, [...new Set(rows.flatMap((row) => Object.keys(row)))]);
  return rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined));
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
