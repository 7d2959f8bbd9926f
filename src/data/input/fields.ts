// Fields of records read from outside: each has the type its format says, or a fault that names it.

import { DataError, type Place } from "../../core";
import { shorten } from "./faults";

/** A record of a file: named fields of unknown type. */
export type Fields = Readonly<Record<string, unknown>>;

/** How an error shows a value: short JSON. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return shorten(JSON.stringify(value) ?? String(value), 40);
}

/** The fault for a field that is not what its format says. */
export function fieldFault(field: string, got: unknown, wanted: string, place: Place): DataError {
  return new DataError(`field "${field}" is ${shown(got)}, expected ${wanted}: correct it`, place);
}

/** True for a plain record (not null, not a list). */
export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a whole number. */
export function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** The value as a record. */
export function asRecord(value: unknown, field: string, place: Place): Fields {
  if (!isRecord(value)) throw fieldFault(field, value, "an object", place);
  return value;
}

/** The value as a list. */
export function asList(value: unknown, field: string, place: Place): readonly unknown[] {
  if (!Array.isArray(value)) throw fieldFault(field, value, "a list", place);
  return value;
}

/** The value as a text. */
export function asText(value: unknown, field: string, place: Place): string {
  if (typeof value !== "string") throw fieldFault(field, value, "a text", place);
  return value;
}

/** The value as a list of texts. */
export function asTexts(value: unknown, field: string, place: Place): readonly string[] {
  const list = asList(value, field, place);
  const wrong = list.findIndex((item) => typeof item !== "string");
  if (wrong >= 0) throw fieldFault(`${field}[${wrong}]`, list[wrong], "a text", place);
  return list as readonly string[];
}

/** The value as a whole number in `[0, below)`. */
export function asIndex(value: unknown, field: string, place: Place, below = Infinity): number {
  if (!isInteger(value) || value < 0 || value >= below)
    throw fieldFault(
      field,
      value,
      below === Infinity ? "a whole number from 0" : `a whole number from 0 to ${below - 1}`,
      place,
    );
  return value;
}

/** The value as two whole numbers `[start, end)`; the caller checks them against the text. */
export function asPair(value: unknown, field: string, place: Place): readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2 || !isInteger(value[0]) || !isInteger(value[1]))
    throw fieldFault(field, value, "two whole numbers [start, end)", place);
  return [value[0], value[1]];
}

/** A text or number field as a text; undefined when it is not there. */
export function asOptionalText(value: unknown, field: string, place: Place): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return asText(value, field, place);
}
