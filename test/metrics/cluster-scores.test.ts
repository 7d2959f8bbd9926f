import { describe, expect, it } from "vitest";
import { DISPLAY, fromRows, Random } from "../../src/core";
import { calinskiHarabasz, daviesBouldin, scoreClusters, silhouette, silhouettes } from "../../src/metrics";
import { eachCase, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { gold: number[]; predicted: number[] };
  readonly expected: Record<string, number> & {
    b3: { precision: number; recall: number; f1: number };
    pair_confusion: number[][];
  };
}

const FILE = "clustering_metrics/cluster_metrics.json";

eachCase<Case>(FILE, ({ inputs: { gold, predicted }, expected }) => {
  const scores = scoreClusters(gold, predicted);
  const got: Record<string, number> = {
    homogeneity: scores.homogeneity,
    completeness: scores.completeness,
    v_measure: scores.vMeasure,
    ari: scores.ari,
    rand_index: scores.randIndex,
    nmi_arithmetic: scores.nmi(),
    nmi_geometric: scores.nmi("geometric"),
    ami: scores.ami,
    mutual_information_nats: scores.mutualInformation,
    fowlkes_mallows: scores.fowlkesMallows,
    purity: scores.purity,
  };
  const { b3, pair_confusion: pairs, ...rest } = expected;
  expect(Object.keys(rest).sort()).toEqual(Object.keys(got).sort());
  for (const [name, wanted] of Object.entries(rest))
    expect(worstError([got[name]!], wanted), name).toBeLessThan(1e-6);
  expect(
    worstError([scores.b3.precision, scores.b3.recall, scores.b3.f1], [b3.precision, b3.recall, b3.f1]),
  ).toBeLessThan(1e-6);
  expect(scores.pairConfusion).toEqual(pairs);
});

interface Internal {
  readonly inputs: { points: number[][]; labels: number[] };
  readonly expected: {
    silhouette_euclidean: number;
    silhouette_samples: number[];
    silhouette_cosine?: number;
    davies_bouldin: number;
    calinski_harabasz?: number;
  };
}

eachCase<Internal>(
  FILE,
  ({ inputs, expected }) => {
    const points = fromRows(inputs.points);
    expect(worstError([silhouette(points, inputs.labels)], expected.silhouette_euclidean)).toBeLessThan(1e-6);
    expect(worstError(silhouettes(points, inputs.labels), expected.silhouette_samples)).toBeLessThan(1e-6);
    expect(worstError([daviesBouldin(points, inputs.labels)], expected.davies_bouldin)).toBeLessThan(1e-6);
    if (expected.silhouette_cosine !== undefined)
      expect(
        worstError([silhouette(points, inputs.labels, "cosine")], expected.silhouette_cosine),
      ).toBeLessThan(1e-6);
    if (expected.calinski_harabasz !== undefined)
      expect(worstError([calinskiHarabasz(points, inputs.labels)], expected.calinski_harabasz)).toBeLessThan(
        1e-6,
      );
  },
  "internal",
);

describe("cluster scores", () => {
  const random = new Random(5);
  const gold = Array.from({ length: 400 }, () => random.integer(7));
  const predicted = gold.map((label) => (random.uniform() < 0.6 ? label : random.integer(12)));

  it("equal B3 by its definition, item by item", () => {
    const same = (of: number[], i: number) => of.flatMap((label, j) => (label === of[i] ? [j] : []));
    const shares = gold.map((_, i) => {
      const [mates, class_] = [same(predicted, i), same(gold, i)];
      const both = mates.filter((j) => gold[j] === gold[i]).length;
      return [both / mates.length, both / class_.length] as const;
    });
    const { b3 } = scoreClusters(gold, predicted);
    expect(b3.precision).toBeCloseTo(shares.reduce((sum, [p]) => sum + p, 0) / 400, 10);
    expect(b3.recall).toBeCloseTo(shares.reduce((sum, [, r]) => sum + r, 0) / 400, 10);
  });

  it("are the same whatever the labels are called", () => {
    const there = scoreClusters(gold, predicted).row();
    const named = scoreClusters(
      gold.map((label) => `class ${label}`),
      predicted.map((label) => 1e9 - label),
    ).row();
    for (const name of Object.keys(there) as (keyof typeof there)[])
      expect(named[name]).toBeCloseTo(there[name], 12);
  });

  it("come out alike from a table too large to be dense", () => {
    const many = Array.from({ length: 5000 }, (_, index) => index);
    const scores = scoreClusters(
      many,
      many.map((index) => index - (index % 2)),
    );
    expect(scores.b3.recall).toBe(1);
    expect(scores.b3.precision).toBeCloseTo(0.5, 12);
  });

  it("refuse lists of different length and empty ones", () => {
    expect(() => scoreClusters([1], [1, 2])).toThrow("expected [1]");
    expect(() => scoreClusters([], [])).toThrow("no items to score");
    expect(() => silhouette(fromRows([[1], [2]]), [0, 0])).toThrow(
      "1 clusters of 2 points have no internal score",
    );
  });

  it("show themselves", () => {
    const scores = scoreClusters(gold, predicted);
    expect(scores[DISPLAY]()["text/html"]).toContain("<th>B3 F1</th>");
    expect(String(scores)).toMatch(
      /^B3 F1 \d+\.\d \(P .*\), V .*, ARI .*: 400 items, 7 classes, 12 clusters$/,
    );
  });
});
