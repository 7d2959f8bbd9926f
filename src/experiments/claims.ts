// Whether a claim held: differences paired by seed, against their margin and their standard error.

import { spread } from "../report";

/** `held`, `not-held`, or `undecided` where the seeds do not settle it. */
export type Status = "held" | "not-held" | "undecided";

/** A judged claim. */
export interface Judgement {
  readonly status: Status;
  /** The numbers behind it, in words. */
  readonly evidence: string;
}

/** Whether a claim, by its id, is ours and not the paper's: such claims never enter the paper's counts. */
export const isOwnClaim = (id: string): boolean => id.startsWith("x-");

/** How a claim is judged. */
export interface Rule {
  readonly margin: number;
  readonly unit: string;
  /** True for "at least": a difference of exactly the margin counts. */
  readonly isAtLeast?: boolean;
}

const written = (value: number): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(Math.abs(value) < 1 ? 3 : 2)}`;

/**
 * Judges differences (in the claim's favour above 0), one a seed. Held: the mean is at least the margin and above its
 * standard error. Not held: the mean is at or below 0 by the same rule. Else undecided, as with fewer than two seeds,
 * where there is no standard error. A difference that is not a number leaves the claim undecided.
 */
export function judge(differences: readonly number[], { margin, unit, isAtLeast = false }: Rule): Judgement {
  const listed = differences.map(written).join(", ");
  if (differences.length === 0) return { status: "undecided", evidence: "not measured in this profile" };
  if (differences.some((value) => !Number.isFinite(value)))
    return { status: "undecided", evidence: "a number that it compares is missing" };
  const { mean, sd, count } = spread(differences);
  if (sd === undefined)
    return {
      status: "undecided",
      evidence: `${listed} ${unit} with one seed (wanted ${written(margin)}): no spread to judge by`,
    };
  const error = sd / Math.sqrt(count);
  const isEnough = isAtLeast ? mean >= margin : margin > 0 ? mean >= margin : mean > 0;
  // One seed that differs makes both equal, but for rounding.
  const isClear = Math.abs(mean) > error * (1 + 1e-9) || error === 0;
  const status = isEnough && isClear ? "held" : mean <= 0 && isClear ? "not-held" : "undecided";
  return {
    status,
    evidence: `mean ${written(mean)} ± ${error.toFixed(2)} ${unit} (standard error; seeds ${listed}; wanted ${written(margin)})`,
  };
}
