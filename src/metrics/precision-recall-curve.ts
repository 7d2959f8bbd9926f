// Ranked predictions of facts: precision-recall curve, its area, P@N, best F1 (as held-out evaluation of NYT does).

import { OptionError, ShapeError } from "../core";
import { meanOf, scoreCounts, share, type ScoredCounts } from "./precision-recall";

/** Predicted facts in any order, and how many facts there are to find. */
export interface RankedFacts {
  /** Score of each prediction; the higher, the surer. */
  readonly scores: ArrayLike<number>;
  /** Whether each is right. */
  readonly correct: ArrayLike<number | boolean>;
  /** All facts, also those that are not in the list. */
  readonly totalFacts: number;
}

/** Scores of a ranked list; ties keep the order of the list. */
export class PrecisionRecallCurve {
  /** After each prediction, best first: the share of right ones so far, and of all facts that are found. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Scores, best first. */
  readonly scores: Float64Array;
  private readonly correct: Uint8Array;
  private readonly totalFacts: number;

  constructor({ scores, correct, totalFacts }: RankedFacts) {
    if (correct.length !== scores.length)
      throw new ShapeError("the flags of right predictions", [correct.length], [scores.length]);
    const order = Array.from({ length: scores.length }, (_, index) => index);
    order.sort((a, b) => scores[b]! - scores[a]! || a - b);
    this.scores = Float64Array.from(order, (index) => scores[index]!);
    this.correct = Uint8Array.from(order, (index) => (correct[index] ? 1 : 0));
    this.totalFacts = totalFacts;
    const right = this.correct.reduce((sum, flag) => sum + flag, 0);
    if (!(Number.isInteger(totalFacts) && totalFacts >= right))
      throw new OptionError(
        `totalFacts is ${totalFacts}, but ${right} predictions are right: it must be a whole number, at least that`,
      );
    let found = 0;
    this.precision = new Float64Array(order.length);
    this.recall = new Float64Array(order.length);
    this.correct.forEach((flag, index) => {
      found += flag;
      this.precision[index] = found / (index + 1);
      this.recall[index] = share(found, totalFacts);
    });
  }

  /** Area by the trapezoid rule over the points of the curve, without a point at recall 0. */
  get auc(): number {
    const { precision, recall } = this;
    let area = 0;
    for (let i = 1; i < recall.length; i++)
      area += ((recall[i]! - recall[i - 1]!) * (precision[i]! + precision[i - 1]!)) / 2;
    return area;
  }

  /** The highest F1 on the curve and the score at which it is first reached; an empty list: 0 at `undefined`. */
  get best(): { readonly f1: number; readonly threshold: number | undefined } {
    let best = { f1: 0, threshold: this.scores[0] };
    this.precision.forEach((precision, index) => {
      const recall = this.recall[index]!;
      const f1 = share(2 * precision * recall, precision + recall);
      if (f1 > best.f1) best = { f1, threshold: this.scores[index]! };
    });
    return best;
  }

  /** Precision of the first `n` predictions; `undefined` if the list is shorter. */
  precisionAt(n: number): number | undefined {
    if (!(Number.isInteger(n) && n > 0))
      throw new OptionError(`P@${n} does not exist: n must be a whole number, 1 or more`);
    return this.precision[n - 1];
  }

  /** Mean of P@N over several N; `undefined` if the list is shorter than one of them. */
  meanPrecisionAt(counts: readonly number[]): number | undefined {
    const each = counts.map((n) => this.precisionAt(n));
    return each.every((value): value is number => value !== undefined) ? meanOf(each) : undefined;
  }

  /** Mean precision over all points of the curve. */
  get meanPrecision(): number {
    return meanOf(Array.from(this.precision));
  }

  /** Precision, recall and F1 of the predictions that score at least `threshold`. */
  at(threshold: number): ScoredCounts {
    const chosen = this.scores.findIndex((score) => score < threshold);
    const predicted = chosen < 0 ? this.scores.length : chosen;
    const correct = this.correct.slice(0, predicted).reduce((sum, flag) => sum + flag, 0);
    return scoreCounts({ correct, predicted, gold: this.totalFacts });
  }

  /** Where a run of equal scores ends: index of its last prediction. */
  private *runs(): Generator<number> {
    for (let i = 0; i < this.scores.length; i++)
      if (i + 1 === this.scores.length || this.scores[i + 1] !== this.scores[i]) yield i;
  }

  /** Sum over thresholds of precision times the gain in recall; predictions of equal score count together. */
  get averagePrecision(): number {
    let [sum, before] = [0, 0];
    for (const end of this.runs()) {
      sum += (this.recall[end]! - before) * this.precision[end]!;
      before = this.recall[end]!;
    }
    return sum;
  }

  /** Chance that a right prediction scores above a wrong one, equal scores counting half; 0 without either. */
  get rocAuc(): number {
    let [area, right, wrong, start] = [0, 0, 0, 0];
    for (const end of this.runs()) {
      const own = this.correct.slice(start, end + 1).reduce((sum, flag) => sum + flag, 0);
      const other = end + 1 - start - own;
      area += other * (right + own / 2);
      right += own;
      wrong += other;
      start = end + 1;
    }
    return share(area, right * wrong);
  }
}

/**
 * The precision-recall curve of predicted facts.
 *
 * @example precisionRecallCurve({ scores, correct, totalFacts: 1950 }).auc
 * @throws ShapeError for flags that do not fit, OptionError for fewer facts than right predictions
 */
export function precisionRecallCurve(facts: RankedFacts): PrecisionRecallCurve {
  return new PrecisionRecallCurve(facts);
}
