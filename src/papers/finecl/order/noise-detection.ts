// How well the learning order tells right labels from wrong ones, where the truth is known.

import { OptionError } from "../../../core";
import type { LearningOrder } from "./learning-order";

/**
 * Area under the ROC curve: how often a right label scores above a wrong one, ties counting half; `null` where there are
 * no labels of one kind.
 *
 * @example areaUnderRoc([3, 1, 2], [true, false, false]) // 1
 */
export function areaUnderRoc(scores: ArrayLike<number>, isRight: readonly boolean[]): number | null {
  if (scores.length !== isRight.length)
    throw new OptionError(`${scores.length} scores for ${isRight.length} labels: expected as many of both`);
  const order = isRight.map((_, at) => at).sort((a, b) => scores[a]! - scores[b]!);
  let [sum, right] = [0, 0];
  for (let at = 0; at < order.length;) {
    let end = at;
    while (end < order.length && scores[order[end]!] === scores[order[at]!]) end++;
    for (let tied = at; tied < end; tied++)
      if (isRight[order[tied]!]) {
        sum += (at + 1 + end) / 2;
        right++;
      }
    at = end;
  }
  const wrong = isRight.length - right;
  return right === 0 || wrong === 0 ? null : (sum - (right * (right + 1)) / 2) / (right * wrong);
}

/** Share of right labels in some epochs, and how many labels that is. */
export interface LabelAccuracy {
  readonly accuracy: number | null;
  readonly count: number;
}

/** Share of right labels among the instances whose epoch `isIn` takes; `null` stands for never learned. */
export function labelAccuracy(
  { instances }: LearningOrder,
  rightIds: ReadonlySet<string>,
  isIn: (epoch: number | null) => boolean,
): LabelAccuracy {
  const chosen = instances.filter(({ epoch }) => isIn(epoch));
  const right = chosen.filter(({ id }) => rightIds.has(id)).length;
  return { accuracy: chosen.length === 0 ? null : right / chosen.length, count: chosen.length };
}

/** Minus the epoch of each instance, never-learned ones last: a score of clean labels. */
export function orderScores({ instances, epochs }: LearningOrder): number[] {
  return instances.map(({ epoch }) => -(epoch ?? epochs + 1));
}
