// Golden numbers under test/fixtures, with a record of which cases a test used: an unused case fails the suite in CI.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, it } from "vitest";

export const fixtureFolder = path.resolve(__dirname, "..", "fixtures");
const usageFolder = path.resolve(__dirname, "..", "..", ".relata", "fixture-usage");

/** One stored case: inputs, parameters and expected values as the JSON file spells them. */
export interface FixtureCase {
  readonly name?: string;
  readonly [field: string]: unknown;
}

const read = new Map<string, Record<string, unknown>>();

/** A whole fixture file, such as `losses/infonce.json`. Its lists must still be used case by case. */
export function fixtureFile(file: string): Record<string, unknown> {
  let content = read.get(file);
  if (content === undefined) {
    content = JSON.parse(fs.readFileSync(path.join(fixtureFolder, file), "utf8")) as Record<string, unknown>;
    read.set(file, content);
  }
  return content;
}

/** Notes that `entry` (`list[index]`, or a top-level key) of `file` was compared by a test that is running. */
export function markUsed(file: string, entry: string): void {
  fs.mkdirSync(usageFolder, { recursive: true });
  fs.appendFileSync(path.join(usageFolder, `${process.pid}.txt`), `${file}\t${entry}\n`);
}

/** A top-level entry of a fixture file that is no list of cases. */
export function fixtureEntry<T = unknown>(file: string, key: string): T {
  markUsed(file, key);
  return fixtureFile(file)[key] as T;
}

/** One test for each case of `list` in `file`; the case counts as used when its test runs. */
export function eachCase<T extends object = FixtureCase>(
  file: string,
  test: (fixture: T) => void | Promise<void>,
  list = "cases",
): void {
  const cases = fixtureFile(file)[list];
  if (!Array.isArray(cases)) throw new Error(`${file} has no list "${list}"`);
  describe(`${file} ${list}`, () => {
    cases.forEach((fixture: T & { name?: string }, index) => {
      it(fixture.name ?? `${list}[${index}]`, () => {
        markUsed(file, `${list}[${index}]`);
        return test(fixture);
      });
    });
  });
}

/** Every entry a test has to use: `list[index]` for lists, the key for anything else. */
export function entriesOf(file: string): string[] {
  return Object.entries(fixtureFile(file)).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((_, index) => `${key}[${index}]`) : [key],
  );
}

/** A nested list or `{ shape, data }` as one flat list and its shape. */
export function arrayOf(value: unknown): { shape: number[]; data: (number | null)[] } {
  if (value !== null && typeof value === "object" && "shape" in value && "data" in value)
    return value as { shape: number[]; data: number[] };
  const shape: number[] = [];
  for (let inner: unknown = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const data = (Array.isArray(value) ? value.flat(Infinity) : [value]) as (number | null)[];
  return { shape, data };
}

/** The largest `|got - wanted| / max(1, |wanted|)`; entries whose wanted value is null are left out. */
export function worstError(got: ArrayLike<number>, wanted: unknown): number {
  const { data } = arrayOf(wanted);
  if (got.length !== data.length) return Infinity;
  return data.reduce<number>((worst, value, index) => {
    if (value === null) return worst;
    const error = Math.abs(got[index]! - value) / Math.max(1, Math.abs(value));
    return Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }, 0);
}
