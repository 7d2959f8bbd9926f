import { describe, expect, it } from "vitest";
import { precisionRecallCurve } from "../../src/metrics";
import { eachCase, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { scores: number[]; correct: number[]; total_facts: number };
  readonly params: { N: number[] };
  readonly expected: {
    precision: number[];
    recall: number[];
    auc_trapezoid: number;
    max_f1: number;
    best_threshold: number;
    precision_at: Record<string, number | null>;
    precision_at_mean: number | null;
    mean_precision: number;
    average_precision?: number;
    roc_auc?: number;
    "micro_at_0.5": { precision: number; recall: number; f1: number };
  };
}

eachCase<Case>("clustering_metrics/pr_curve.json", ({ inputs, params, expected }) => {
  const curve = precisionRecallCurve({
    scores: inputs.scores,
    correct: inputs.correct,
    totalFacts: inputs.total_facts,
  });
  const { precision, recall, f1 } = curve.at(0.5);
  const micro = expected["micro_at_0.5"];
  const pairs: [ArrayLike<number>, unknown][] = [
    [curve.precision, expected.precision],
    [curve.recall, expected.recall],
    [
      [curve.auc, curve.best.f1, curve.best.threshold!],
      [expected.auc_trapezoid, expected.max_f1, expected.best_threshold],
    ],
    [[curve.meanPrecision], [expected.mean_precision]],
    [
      [precision, recall, f1],
      [micro.precision, micro.recall, micro.f1],
    ],
  ];
  if (expected.average_precision !== undefined)
    pairs.push([[curve.averagePrecision], [expected.average_precision]]);
  if (expected.roc_auc !== undefined) pairs.push([[curve.rocAuc], [expected.roc_auc]]);
  for (const [got, wanted] of pairs) expect(worstError(got, wanted)).toBeLessThan(1e-6);
  for (const n of params.N) {
    const wanted = expected.precision_at[n]!;
    expect(curve.precisionAt(n)).toEqual(wanted === null ? undefined : expect.closeTo(wanted, 8));
  }
  const mean = expected.precision_at_mean;
  expect(curve.meanPrecisionAt(params.N)).toEqual(mean === null ? undefined : expect.closeTo(mean, 8));
});

describe("the precision-recall curve", () => {
  it("sorts by score and keeps the order of ties", () => {
    const curve = precisionRecallCurve({
      scores: [0.1, 0.9, 0.9],
      correct: [true, false, true],
      totalFacts: 2,
    });
    expect(Array.from(curve.precision)).toEqual([0, 0.5, 2 / 3]);
    expect(Array.from(curve.recall)).toEqual([0, 0.5, 1]);
  });

  it("is empty for an empty list", () => {
    const curve = precisionRecallCurve({ scores: [], correct: [], totalFacts: 3 });
    expect([curve.auc, curve.best.f1, curve.averagePrecision, curve.rocAuc, curve.at(0).recall]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    expect(curve.precisionAt(1)).toBeUndefined();
  });

  it("refuses flags that do not fit and fewer facts than right predictions", () => {
    expect(() => precisionRecallCurve({ scores: [1], correct: [], totalFacts: 1 })).toThrow(
      "has shape [0], expected [1]",
    );
    expect(() => precisionRecallCurve({ scores: [1], correct: [1], totalFacts: 0 })).toThrow(
      "totalFacts is 0, but 1 predictions are right",
    );
    expect(() => precisionRecallCurve({ scores: [], correct: [], totalFacts: 0 }).precisionAt(0)).toThrow(
      "P@0 does not exist",
    );
  });
});
