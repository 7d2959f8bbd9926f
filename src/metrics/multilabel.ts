// Scores of multi-label classification: micro, macro, weighted and per item; Hamming loss, subset accuracy, Jaccard.

import { ShapeError } from "../core";
import { PrecisionRecallCurve } from "./precision-recall-curve";
import {
  harmonicMean,
  meanOf,
  scoreCounts,
  share,
  type PrecisionRecallF1,
  type ScoredCounts,
} from "./precision-recall";

/** Rows of 0 and 1, or of booleans: whether the item has the label. */
export type LabelRows = readonly (readonly (number | boolean)[])[];

/** All scores of a multi-label classification; 0/0 counts as 0. */
export interface MultiLabelScores {
  readonly perLabel: readonly (ScoredCounts & { readonly trueNegatives: number })[];
  /** Counts of all labels together. */
  readonly micro: ScoredCounts;
  /** Means over labels. */
  readonly macro: PrecisionRecallF1;
  /** Means over labels, each weighing as much as its gold items. */
  readonly weighted: PrecisionRecallF1;
  /** Means over items. */
  readonly samples: PrecisionRecallF1;
  /** Share of cells that are wrong. */
  readonly hammingLoss: number;
  /** Share of items whose labels are all right. */
  readonly subsetAccuracy: number;
  /** Mean over items of shared over united labels; 0 where there is none. */
  readonly jaccard: number;
}

function checkRows(
  gold: readonly (readonly unknown[])[],
  other: readonly (readonly unknown[])[],
  what: string,
): void {
  if (other.length !== gold.length) throw new ShapeError(what, [other.length], [gold.length]);
  gold.forEach((row, index) => {
    for (const [name, own] of [
      ["gold row", row],
      [`row of ${what}`, other[index]!],
    ] as const)
      if (own.length !== gold[0]!.length)
        throw new ShapeError(`${name} ${index}`, [own.length], [gold[0]!.length]);
  });
}

/** 1 where the score is at least `threshold`, else 0. */
export function aboveThreshold(scores: readonly (readonly number[])[], threshold: number): number[][] {
  return scores.map((row) => row.map((score) => (score >= threshold ? 1 : 0)));
}

const count = (row: readonly (number | boolean)[]): number => row.filter(Boolean).length;

/**
 * Every score of predicted label sets.
 *
 * @example multiLabelScores(gold, aboveThreshold(probabilities, 0.5)).micro.f1
 * @throws ShapeError for rows that do not fit
 */
export function multiLabelScores(gold: LabelRows, predicted: LabelRows): MultiLabelScores {
  checkRows(gold, predicted, "the predicted labels");
  const labels = gold[0]?.length ?? 0;
  const perLabel = Array.from({ length: labels }, (_, label) => {
    const truth = gold.map((row) => row[label]!);
    const answer = predicted.map((row) => row[label]!);
    const correct = truth.filter((flag, index) => flag && answer[index]).length;
    const scores = scoreCounts({ correct, predicted: count(answer), gold: count(truth) });
    return { ...scores, trueNegatives: gold.length - scores.gold - scores.predicted + correct };
  });
  const items = gold.map((row, index) => {
    const correct = row.filter((flag, label) => flag && predicted[index]![label]).length;
    return scoreCounts({ correct, predicted: count(predicted[index]!), gold: count(row) });
  });
  const mean = (of: readonly ScoredCounts[], weight: (scores: ScoredCounts) => number): PrecisionRecallF1 => {
    const total = of.reduce((sum, scores) => sum + weight(scores), 0);
    const part = (name: keyof PrecisionRecallF1) =>
      share(
        of.reduce((sum, scores) => sum + weight(scores) * scores[name], 0),
        total,
      );
    return { precision: part("precision"), recall: part("recall"), f1: part("f1") };
  };
  const sum = (name: "correct" | "predicted" | "gold") =>
    perLabel.reduce((total, scores) => total + scores[name], 0);
  const micro = scoreCounts({ correct: sum("correct"), predicted: sum("predicted"), gold: sum("gold") });
  return {
    perLabel,
    micro,
    macro: mean(perLabel, () => 1),
    weighted: mean(perLabel, (scores) => scores.gold),
    samples: mean(items, () => 1),
    hammingLoss: share(micro.gold + micro.predicted - 2 * micro.correct, gold.length * labels),
    subsetAccuracy: meanOf(
      items.map((item) => (item.correct === item.gold && item.correct === item.predicted ? 1 : 0)),
    ),
    jaccard: meanOf(items.map((item) => share(item.correct, item.gold + item.predicted - item.correct))),
  };
}

/** The best micro F1 over all thresholds (score at or above it), that threshold, and the area under the curve. */
export interface ThresholdSearch {
  readonly f1: number;
  readonly threshold: number | undefined;
  readonly averagePrecision: number;
}

/** Searches the threshold with the best micro F1; of equal ones the highest. Tune it on a development set only. */
export function bestThreshold(gold: LabelRows, scores: readonly (readonly number[])[]): ThresholdSearch {
  checkRows(gold, scores, "the scores");
  const flags = gold.flat();
  const curve = new PrecisionRecallCurve({ scores: scores.flat(), correct: flags, totalFacts: count(flags) });
  let best: { f1: number; threshold: number | undefined } = { f1: 0, threshold: curve.scores[0] };
  curve.scores.forEach((threshold, index) => {
    if (curve.scores[index + 1] === threshold) return;
    const f1 = harmonicMean(curve.precision[index]!, curve.recall[index]!);
    if (f1 > best.f1) best = { f1, threshold };
  });
  return { ...best, averagePrecision: curve.averagePrecision };
}
