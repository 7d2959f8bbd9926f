import { describe, expect, it } from "vitest";
import { scoreSemEval, SEMEVAL_RELATIONS, type ScoredCounts } from "../../src/metrics";
import { eachCase, fixtureFile, markUsed, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { ids_gold: string[]; predicted: (string | null)[] };
  readonly expected: {
    official_macro_f1: number;
    macro_f1_over_all_nine: number;
    official_script_percent: number;
    macro_precision: number;
    macro_recall: number;
    per_relation: Record<string, ScoredCounts>;
    macro_f1_direction_ignored: number;
    macro_f1_18_directed_classes: number;
    script_percent_19way: number;
    micro_18_directed_classes: { precision: number; recall: number; f1: number };
    accuracy_all: number;
  };
}

const FILE = "clustering_metrics/semeval2010.json";

eachCase<Case>(FILE, ({ inputs, expected }) => {
  const scores = scoreSemEval(inputs.ids_gold, inputs.predicted);
  expect((100 * scores.officialMacroF1).toFixed(2)).toBe(expected.official_script_percent.toFixed(2));
  expect((100 * scores.macroF1Directed).toFixed(2)).toBe(expected.script_percent_19way.toFixed(2));
  const { precision, recall, f1 } = scores.microDirected;
  const { micro_18_directed_classes: micro } = expected;
  const pairs: [number[], number[]][] = [
    [
      [scores.officialMacroF1, scores.macroF1OverNine],
      [expected.official_macro_f1, expected.macro_f1_over_all_nine],
    ],
    [[scores.macroF1WithoutDirection], [expected.macro_f1_direction_ignored]],
    [[scores.macroF1Directed], [expected.macro_f1_18_directed_classes]],
    [
      [scores.macroPrecision, scores.macroRecall],
      [expected.macro_precision, expected.macro_recall],
    ],
    [
      [precision, recall, f1],
      [micro.precision, micro.recall, micro.f1],
    ],
    [[scores.accuracy], [expected.accuracy_all]],
  ];
  for (const [got, wanted] of pairs) expect(worstError(got, wanted)).toBeLessThan(1e-6);
  for (const [relation, wanted] of Object.entries(expected.per_relation)) {
    const got = scores.perRelation[relation]!;
    expect([got.gold, got.predicted, got.correct]).toEqual([wanted.gold, wanted.predicted, wanted.correct]);
    expect(
      worstError([got.precision, got.recall, got.f1], [wanted.precision, wanted.recall, wanted.f1]),
    ).toBeLessThan(1e-6);
  }
});

describe("the SemEval labels", () => {
  const labels = fixtureFile(FILE)["labels"] as string[];

  it.each(labels.map((label, index) => [label, index] as const))("know %s", (label, index) => {
    markUsed(FILE, `labels[${index}]`);
    const { accuracy, officialMacroF1 } = scoreSemEval([label], [label]);
    expect([accuracy, officialMacroF1]).toEqual([1, label === "Other" ? 0 : 1]);
    expect(SEMEVAL_RELATIONS.some((relation) => label.startsWith(relation))).toBe(label !== "Other");
  });

  it("refuse what the task does not have", () => {
    expect(() => scoreSemEval(["Cause-Effect"], ["Other"])).toThrow(
      'gold label 0 is "Cause-Effect", which is no SemEval label',
    );
    expect(() => scoreSemEval(["Other"], ["Causes(e1,e2)"])).toThrow("predicted label 0");
    expect(() => scoreSemEval(["Other"], [])).toThrow("expected [1]");
  });
});
