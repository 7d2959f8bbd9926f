// How much a difference of two F1 scores owes to the units (documents) that happened to be asked: the paired bootstrap.

import { OptionError, type Random } from "../core";
import { scoreCounts } from "./precision-recall";

/** Right, predicted and gold facts of one unit, such as a document. */
export interface UnitCounts {
  readonly correct: number;
  readonly predicted: number;
  readonly gold: number;
}

/** A difference of micro-F1 scores, and the ends of its interval. Shares between -1 and 1. */
export interface F1Gap {
  readonly gap: number;
  readonly low: number;
  readonly high: number;
}

/** How the units are drawn. */
export interface BootstrapOptions {
  readonly random: Random;
  /** Default 2,000. */
  readonly rounds?: number;
  /** Share of the rounds that the interval holds; default 0.95. */
  readonly level?: number;
}

/**
 * Micro-F1 of `first` minus that of `second` on the same units, with the percentile interval over units drawn again with
 * replacement (Efron 1979). It shows the spread by what was asked, not by how either was trained.
 *
 * @example pairedBootstrap(knn, softmax, { random }).low > 0
 * @throws OptionError for lists of different length, none at all, and rounds or a level out of bounds
 */
export function pairedBootstrap(
  first: readonly UnitCounts[],
  second: readonly UnitCounts[],
  { random, rounds = 2000, level = 0.95 }: BootstrapOptions,
): F1Gap {
  if (first.length !== second.length || first.length === 0)
    throw new OptionError(
      `a paired bootstrap has ${first.length} and ${second.length} units: expected the same ones, at least one`,
    );
  if (!(Number.isInteger(rounds) && rounds >= 1) || !(level > 0 && level < 1))
    throw new OptionError(
      `a paired bootstrap of ${rounds} rounds and level ${level}: expected a whole number above 0, and a share`,
    );
  const gapOf = (units: readonly number[]): number => {
    const f1 = (all: readonly UnitCounts[]): number => {
      const sum = { correct: 0, predicted: 0, gold: 0 };
      for (const unit of units) {
        sum.correct += all[unit]!.correct;
        sum.predicted += all[unit]!.predicted;
        sum.gold += all[unit]!.gold;
      }
      return scoreCounts(sum).f1;
    };
    return f1(first) - f1(second);
  };
  const units = first.map((_, unit) => unit);
  const drawn = Array.from({ length: rounds }, () => gapOf(units.map(() => random.integer(units.length))));
  drawn.sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.min(rounds - 1, Math.floor(share * rounds))]!;
  return { gap: gapOf(units), low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
