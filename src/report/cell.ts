// How one value of a table becomes text.

import { isSpread, type Spread } from "./spread";

/** What a cell may hold. `null` and `undefined` are empty; a `Spread` shows as `mean ± sd`. */
export type CellValue = string | number | bigint | boolean | Date | Spread | null | undefined;

/** Side on which a column's text is aligned. */
export type Align = "left" | "right" | "center";

/** One column: where its values come from and how they are written. */
export interface Column {
  /** Name of the field in each row. */
  readonly name: string;
  /** Heading; default the name. */
  readonly label?: string;
  /** Default: right for a column of numbers, else left. */
  readonly align?: Align;
  /** Digits after the point; default by the size of the column's numbers (integers have none). */
  readonly digits?: number;
  /** Replaces the default text of a value. */
  readonly format?: (value: CellValue) => string;
  /** Marks the best value of the column: the largest or the smallest. */
  readonly best?: "largest" | "smallest";
}

/** Shown for a value that is not there. */
export const EMPTY_CELL = "–";

/** The number behind a cell (the mean of a spread), or `undefined`. */
export function cellNumber(value: CellValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return isSpread(value) ? value.mean : undefined;
}

/** Digits after the point that suit all numbers of a column: none for integers, else about four significant ones. */
export function columnDigits(values: readonly CellValue[]): number {
  const numbers = values.map(cellNumber).filter((n): n is number => n !== undefined && Number.isFinite(n));
  if (numbers.every((n) => Number.isInteger(n)) && !values.some((value) => isSpread(value))) return 0;
  const largest = numbers.reduce((max, n) => Math.max(max, Math.abs(n)), 0);
  if (largest >= 10) return 1;
  if (largest >= 1) return 2;
  return largest >= 0.01 || largest === 0 ? 3 : 5;
}

function numberText(value: number, digits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(digits);
  // A proper minus sign is as wide as the digits, and no column shows "-0.0".
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** The text of a cell, not yet escaped for any output. */
export function cellText(value: CellValue, digits: number): string {
  if (value === null || value === undefined) return EMPTY_CELL;
  if (typeof value === "number") return numberText(value, digits);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (isSpread(value)) {
    const mean = numberText(value.mean, digits);
    return value.sd === undefined ? mean : `${mean} ± ${numberText(value.sd, digits)}`;
  }
  return String(value);
}
