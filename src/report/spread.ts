// Mean and spread of the same number over several seeds.

import { OptionError } from "../core";

/** A mean over `count` runs with its sample standard deviation (divisor `count - 1`; `undefined` for one run). */
export interface Spread {
  readonly mean: number;
  readonly sd: number | undefined;
  readonly count: number;
}

/**
 * Mean and sample standard deviation of `values` (at least one).
 *
 * @example spread([39.4, 48.0, 44.0]); // mean 43.8, sd 4.3, count 3
 */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new OptionError("spread of no values: expected one or more numbers");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, sd: undefined, count: 1 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)), count: values.length };
}

/** Whether a value is a `Spread`. */
export function isSpread(value: unknown): value is Spread {
  return typeof value === "object" && value !== null && "mean" in value && "sd" in value && "count" in value;
}
