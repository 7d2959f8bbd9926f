import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import { accuracy, classificationScores, confusionMatrix } from "../../src/metrics";
import { eachCase, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { gold: number[]; predicted: number[] };
  readonly params: { num_classes: number; na: number };
  readonly expected: {
    confusion_gold_by_predicted: number[][];
    accuracy: number;
    micro_without_na: { precision: number; recall: number; f1: number };
    per_class: { precision: number[]; recall: number[]; f1: number[]; support: number[] };
    macro_f1_without_na_all_classes: number;
    macro_f1_without_na_gold_classes: number;
    macro_f1_without_na_predicted_classes: number;
    weighted_f1_without_na: number;
    macro_f1_with_na: number;
    cohen_kappa: number;
  };
}

eachCase<Case>(
  "clustering_metrics/classification.json",
  ({ inputs: { gold, predicted }, params, expected }) => {
    const labels = Array.from({ length: params.num_classes }, (_, index) => index);
    const without = classificationScores(gold, predicted, { labels, negative: params.na });
    const all = classificationScores(gold, predicted, { labels });
    expect(without.confusion.counts).toEqual(expected.confusion_gold_by_predicted);
    expect(without.perClass.map((scores) => scores.gold)).toEqual(expected.per_class.support);
    const { micro_without_na: micro, per_class: classes } = expected;
    const pairs: [ArrayLike<number>, unknown][] = [
      [[without.accuracy], expected.accuracy],
      [[accuracy(gold, predicted)], expected.accuracy],
      [
        [without.micro.precision, without.micro.recall, without.micro.f1],
        [micro.precision, micro.recall, micro.f1],
      ],
      [without.perClass.map(({ precision }) => precision), classes.precision],
      [without.perClass.map(({ recall }) => recall), classes.recall],
      [without.perClass.map(({ f1 }) => f1), classes.f1],
      [[without.macroF1()], expected.macro_f1_without_na_all_classes],
      [[without.macroF1("gold")], expected.macro_f1_without_na_gold_classes],
      [[without.macroF1("predicted")], expected.macro_f1_without_na_predicted_classes],
      [[without.weightedF1], expected.weighted_f1_without_na],
      [[all.macroF1()], expected.macro_f1_with_na],
      [[all.cohenKappa], expected.cohen_kappa],
      [[all.micro.f1], expected.accuracy],
    ];
    for (const [got, wanted] of pairs) expect(worstError(got, wanted)).toBeLessThan(1e-6);
  },
);

describe("classification scores", () => {
  it("are 0 for empty lists", () => {
    const scores = classificationScores<string>([], []);
    expect([
      scores.accuracy,
      scores.micro.f1,
      scores.macroF1(),
      scores.weightedF1,
      scores.cohenKappa,
    ]).toEqual([0, 0, 0, 0, 0]);
  });

  it("refuse lists of different length and labels that are not among the given", () => {
    expect(() => accuracy([1, 2], [1])).toThrow("the predicted labels has shape [1], expected [2]");
    expect(() => confusionMatrix(["a"], ["b"], ["a"])).toThrow(
      'predicted label 0 is "b", which is not among the labels a',
    );
  });

  it("take a negative class that no item has", () => {
    expect(classificationScores(["a", "b"], ["a", "a"], { negative: "Other" }).micro).toMatchObject({
      correct: 1,
      gold: 2,
    });
  });

  it("show themselves as a table, with labels escaped", () => {
    const bundle = classificationScores(["<b>", "Other"], ["<b>", "<b>"], { negative: "Other" })[DISPLAY]();
    expect(bundle["text/html"]).toContain("&lt;b&gt;");
    expect(bundle["text/html"]).not.toContain("<b>");
    expect(bundle["text/plain"]).toContain("Other (negative)");
  });
});
