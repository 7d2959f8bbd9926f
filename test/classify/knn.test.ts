import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { classwiseKnn, knn, nearestCentroid, nearestNeighbours, type Metric } from "../../src/classify";
import { fromRows, matrix, Random, row } from "../../src/core";
import { startEngine } from "../../src/engine";
import { eachCase, worstError } from "../support/fixtures";

beforeAll(async () => {
  await startEngine();
});

interface Case {
  readonly inputs: { train: number[][]; labels: number[]; query: number[][] };
  readonly params: { k: number; metric: Metric };
  readonly expected: { indices: number[][]; distances: number[][]; predicted: number[] };
}

eachCase<Case>("clustering_metrics/knn.json", ({ inputs, params, expected }) => {
  const fitted = knn(params).fit(fromRows(inputs.train), inputs.labels);
  const query = fromRows(inputs.query);
  const found = fitted.neighbours(query);
  expect(Array.from(found.indices)).toEqual(expected.indices.flat());
  expect(worstError(found.distances, expected.distances)).toBeLessThan(1e-6);
  expect(fitted.predict(query)).toEqual(expected.predicted);
});

interface ClasswiseCase {
  readonly inputs: {
    train: number[][];
    labels?: number[];
    label_sets?: number[][];
    query: number[][];
    bias: number[];
  };
  readonly params: { k: number; num_relations: number };
  readonly expected: { mean_cosine: (number | null)[][]; predicted?: number[]; predicted_sets?: number[][] };
}

eachCase<ClasswiseCase>(
  "clustering_metrics/knn.json",
  ({ inputs, params, expected }) => {
    const labels = Array.from({ length: params.num_relations }, (_, index) => index);
    const recipe = classwiseKnn({ k: params.k, labels, bias: inputs.bias });
    const train = fromRows(inputs.train);
    const query = fromRows(inputs.query);
    const fitted = inputs.labels
      ? recipe.fit(train, inputs.labels)
      : recipe.fitSets(train, inputs.label_sets!);
    const scores = fitted.scores(query);
    expect(worstError(scores, expected.mean_cosine)).toBeLessThan(1e-5);
    expected.mean_cosine
      .flat()
      .forEach((value, index) => expect(Number.isNaN(scores[index])).toBe(value === null));
    if (expected.predicted) expect(fitted.predict(query)).toEqual(expected.predicted);
    if (expected.predicted_sets) expect(fitted.predictSets(query, 0)).toEqual(expected.predicted_sets);
  },
  "classwise_cases",
);

interface CentroidCase {
  readonly inputs: { train: number[][]; labels: number[]; query: number[][] };
  readonly expected: { cosine_to_mean_of_unit_vectors: number[][]; predicted: number[] };
}

eachCase<CentroidCase>(
  "clustering_metrics/knn.json",
  ({ inputs, expected }) => {
    const fitted = nearestCentroid().fit(fromRows(inputs.train), inputs.labels);
    const query = fromRows(inputs.query);
    expect(worstError(fitted.scores(query), expected.cosine_to_mean_of_unit_vectors)).toBeLessThan(1e-5);
    expect(fitted.predict(query)).toEqual(expected.predicted);
  },
  "nearest_centroid",
);

const random = new Random(7);
const points = matrix(
  Float32Array.from({ length: 300 * 5 }, () => 100 + random.normal()),
  300,
  5,
);
const queries = matrix(
  Float32Array.from({ length: 40 * 5 }, () => 100 + random.normal()),
  40,
  5,
);

describe("nearest neighbours", () => {
  it.each(["euclidean", "cosine"] as const)("equal a plain loop far from the origin (%s)", (metric) => {
    const found = nearestNeighbours(points, queries, 6, metric);
    for (let q = 0; q < queries.rows; q++) {
      const a = row(queries, q);
      const all = Array.from({ length: points.rows }, (_, index) => {
        const b = row(points, index);
        const dot = a.reduce((sum, x, i) => sum + x * b[i]!, 0);
        const far = Math.hypot(...a.map((x, i) => x - b[i]!));
        return { index, far: metric === "cosine" ? 1 - dot / (Math.hypot(...a) * Math.hypot(...b)) : far };
      });
      all.sort((x, y) => x.far - y.far || x.index - y.index);
      const wanted = all.slice(0, 6);
      const got = Array.from(found.distances.subarray(q * 6, q * 6 + 6));
      got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!.far, 6));
      if (metric === "euclidean")
        expect(Array.from(found.indices.subarray(q * 6, q * 6 + 6))).toEqual(
          wanted.map(({ index }) => index),
        );
    }
  });

  it("are at cosine distance 1 for zero vectors", () => {
    const zero = fromRows([[0, 0]]);
    expect(nearestNeighbours(fromRows([[1, 0]]), zero, 1, "cosine").distances[0]).toBe(1);
  });

  it("are all rows when k is larger", () => {
    expect(nearestNeighbours(fromRows([[1], [2]]), fromRows([[0]]), 9, "euclidean").k).toBe(2);
  });
});

describe("classifiers on vectors", () => {
  const train = fromRows([
    [1, 0],
    [0.9, 0.1],
    [0, 1],
    [0.1, 0.9],
  ]);
  const names = ["cause", "cause", "whole", "whole"];

  it("give back names as they were given", () => {
    for (const recipe of [knn({ k: 1 }), classwiseKnn({ k: 2 }), nearestCentroid()]) {
      const fitted = recipe.fit(train, names);
      expect(fitted.labels).toEqual(["cause", "whole"]);
      expect(
        fitted.predict(
          fromRows([
            [2, 0.1],
            [0.1, 3],
          ]),
        ),
      ).toEqual(["cause", "whole"]);
      expect(fitted.score(train, names)).toBe(1);
    }
  });

  it("take tensors and matrices alike", () => {
    const tensor: tf.Tensor2D = tf.tensor2d(train.data, [4, 2]);
    for (const recipe of [knn({ k: 1 }), classwiseKnn({ k: 2 }), nearestCentroid()])
      expect(recipe.fit(tensor, names).predict(tensor)).toEqual(recipe.fit(train, names).predict(train));
  });

  it("scores several k with one search as with one search each", () => {
    const random = new Random(8);
    const draw = (rows: number) =>
      matrix(
        Float32Array.from({ length: rows * 4 }, () => random.normal()),
        rows,
        4,
      );
    const [known, queries] = [draw(40), draw(9)];
    const sets = Array.from({ length: 40 }, (_, row) =>
      row % 5 === 0 ? ["a", "b"] : [row % 7 === 0 ? "c" : "b"],
    );
    const ks = [5, 1, 20];
    const together = classwiseKnn().fitSets(known, sets).scoresFor(queries, ks);
    ks.forEach((k, at) =>
      expect(together[at]).toEqual(classwiseKnn({ k }).fitSets(known, sets).scores(queries)),
    );
    expect(() => classwiseKnn().fitSets(known, sets).scoresFor(queries, [0])).toThrow(
      "k of classwise knn is 0",
    );
  });

  it("say what does not fit", () => {
    for (const recipe of [knn({ k: 1 }), classwiseKnn(), nearestCentroid()]) {
      expect(() => recipe.fit(train, ["a"])).toThrow(/labels of .* has shape \[1\], expected \[4\]/);
      expect(() => recipe.fit(fromRows([]), [])).toThrow("was given no training vectors");
      expect(() => recipe.fit(fromRows([[NaN], [1]]), ["a", "b"])).toThrow(
        /training vector 0 of .* holds NaN/,
      );
      expect(() => recipe.fit(train, names).predict(fromRows([[1, 2, 3]]))).toThrow("expected [any, 2]");
      expect(() => recipe.fit(train, names).score(train, ["cause"])).toThrow(
        "the gold labels has shape [1], expected [4]",
      );
    }
    expect(() => knn({ k: 0 })).toThrow("k of knn is 0");
    expect(() => classwiseKnn({ k: 1.5 })).toThrow("k of classwise knn is 1.5");
    expect(() => classwiseKnn({ bias: [1] }).fit(train, names)).toThrow(
      "the bias of classwise knn has shape [1], expected [2]",
    );
    // @ts-expect-error an unknown metric does not compile
    expect(() => knn({ k: 1, metric: "l1" })).toThrow("must be one of euclidean, cosine");
    expect(() => classwiseKnn().fit(train, names).predictSets(train, "none")).toThrow(
      'the threshold class "none"',
    );
  });

  it("leak no tensor, also when they fail", () => {
    const before = tf.memory().numTensors;
    for (const recipe of [knn({ k: 1, metric: "cosine" }), classwiseKnn(), nearestCentroid()]) {
      const fitted = recipe.fit(train, names);
      fitted.predict(train);
      expect(() => fitted.predict(fromRows([[1, 2, 3]]))).toThrow();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
