import { describe, expect, it } from "vitest";
import { aboveThreshold, bestThreshold, multiLabelScores, type PrecisionRecallF1 } from "../../src/metrics";
import { eachCase, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { gold: number[][]; scores: number[][] };
  readonly params: { threshold: number };
  readonly expected: Record<"micro" | "macro" | "weighted" | "samples", PrecisionRecallF1> & {
    predicted: number[][];
    hamming_loss: number;
    subset_accuracy: number;
    jaccard_samples: number;
    per_label_confusion_tn_fp_fn_tp: number[][];
    micro_average_precision: number;
    best_micro_f1: number;
    best_threshold_at_or_above: number;
  };
}

eachCase<Case>(
  "clustering_metrics/multilabel.json",
  ({ inputs: { gold, scores: given }, params, expected }) => {
    const predicted = aboveThreshold(given, params.threshold);
    expect(predicted).toEqual(expected.predicted);
    const scores = multiLabelScores(gold, predicted);
    for (const mean of ["micro", "macro", "weighted", "samples"] as const)
      for (const part of ["precision", "recall", "f1"] as const)
        expect(worstError([scores[mean][part]], [expected[mean][part]]), `${mean} ${part}`).toBeLessThan(
          1e-6,
        );
    const cells = scores.perLabel.map((own) => [
      own.trueNegatives,
      own.predicted - own.correct,
      own.gold - own.correct,
      own.correct,
    ]);
    expect(cells).toEqual(expected.per_label_confusion_tn_fp_fn_tp);
    const best = bestThreshold(gold, given);
    expect(
      worstError(
        [
          scores.hammingLoss,
          scores.subsetAccuracy,
          scores.jaccard,
          best.averagePrecision,
          best.f1,
          best.threshold!,
        ],
        [
          expected.hamming_loss,
          expected.subset_accuracy,
          expected.jaccard_samples,
          expected.micro_average_precision,
          expected.best_micro_f1,
          expected.best_threshold_at_or_above,
        ],
      ),
    ).toBeLessThan(1e-6);
  },
);

describe("multi-label scores", () => {
  it("are 0 for no items", () => {
    expect(multiLabelScores([], [])).toMatchObject({ hammingLoss: 0, subsetAccuracy: 0, jaccard: 0 });
  });

  it("refuse rows that do not fit", () => {
    expect(() => multiLabelScores([[1]], [])).toThrow("the predicted labels has shape [0], expected [1]");
    expect(() => multiLabelScores([[1, 0]], [[1]])).toThrow(
      "row of the predicted labels 0 has shape [1], expected [2]",
    );
  });
});
