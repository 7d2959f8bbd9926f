import { describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { affinities, continuity, mapDivergence, pca, project, trustworthiness, tsne } from "../../src/plots";
import { eachCase, fixtureEntry, worstError } from "../support/fixtures";

interface PcaCase {
  inputs: { points: number[][] };
  params: { components: number };
  expected: {
    mean: number[];
    components: number[][];
    explained_variance: number[];
    explained_variance_ratio: number[];
    singular_values: number[];
    scores: number[][];
    scores_whitened: number[][];
  };
}

describe("pca", () => {
  eachCase<PcaCase>("projection/pca.json", ({ inputs, params, expected }) => {
    const { components } = params;
    const dimensions = inputs.points[0]!.length;
    const size = inputs.points.length;
    const got = pca(inputs.points, components);
    // A component is known up to its sign: take the one of the expected component, for its scores too.
    const signs = expected.components.map((row, k) =>
      Math.sign(row.reduce((sum, value, i) => sum + value * got.components[k * dimensions + i]!, 0)),
    );
    const flipped = got.components.map((value, index) => value * signs[Math.floor(index / dimensions)]!);
    const scores = got.scores.map((value, index) => value * signs[index % components]!);
    const whitened = scores.map((value, index) => value / Math.sqrt(got.variance[index % components]!));
    expect(worstError(got.mean, expected.mean)).toBeLessThan(1e-6);
    expect(worstError(flipped, expected.components)).toBeLessThan(1e-6);
    expect(worstError(got.variance, expected.explained_variance)).toBeLessThan(1e-6);
    expect(worstError(got.varianceRatio, expected.explained_variance_ratio)).toBeLessThan(1e-6);
    expect(
      worstError(
        got.variance.map((v) => Math.sqrt(v * (size - 1))),
        expected.singular_values,
      ),
    ).toBeLessThan(1e-6);
    expect(worstError(scores, expected.scores)).toBeLessThan(1e-6);
    expect(worstError(whitened, expected.scores_whitened)).toBeLessThan(1e-6);
  });

  it("finds the same components on both sides of the matrix, and of a larger one", () => {
    const random = new Random(1);
    const rows = Array.from({ length: 60 }, () =>
      Array.from({ length: 60 }, (_, d) => random.normal() * (60 - d)),
    );
    const square = pca(rows, 3);
    // One more dimension of zeros makes it work on the rows' side.
    const wide = pca(
      rows.map((row) => [...row, 0]),
      3,
    );
    expect(worstError(wide.variance, [...square.variance])).toBeLessThan(1e-9);
    expect(worstError(wide.scores.map(Math.abs), [...square.scores.map(Math.abs)])).toBeLessThan(1e-6);
  });

  it("takes rows, a matrix and a flat array alike", () => {
    const rows = [
      [1, 2],
      [3, 5],
      [4, 4],
    ];
    const data = new Float32Array(rows.flat());
    const wanted = pca(rows, 2);
    expect(pca({ data, rows: 3, columns: 2 }, 2)).toEqual(wanted);
    expect(pca({ data, shape: [3, 2] }, 2)).toEqual(wanted);
    expect(() => pca({ data, shape: [2, 2] }, 2)).toThrow("vectors with 6 numbers has shape [2, 2]");
  });

  it("gives zeros for points that are all the same", () => {
    const got = pca(
      Array.from({ length: 5 }, () => [1, 2, 3]),
      2,
    );
    expect([...got.variance, ...got.varianceRatio, ...got.scores].every((value) => value === 0)).toBe(true);
  });

  it("refuses more components than there are, and numbers that are none", () => {
    expect(() =>
      pca(
        [
          [1, 2],
          [3, 4],
        ],
        3,
      ),
    ).toThrow("3 components of 2 points in 2 dimensions: expected 1 to 2");
    expect(() =>
      pca(
        [
          [1, 2],
          [3, NaN],
        ],
        1,
      ),
    ).toThrow("vector 1 holds NaN at 1");
    expect(() => pca([[1, 2], [3]], 1)).toThrow("vector 1 has shape [1], expected [2]");
  });
});

interface TsneCase {
  inputs: { points: number[][]; embedding: number[][] };
  params: { perplexity: number };
  expected: {
    precision_beta: number[];
    conditional_p: number[][];
    joint_p: number[][];
    kl_of_embedding: number;
    kl_gradient: number[][];
  };
}

interface TsneRun {
  inputs: { points: { shape: number[]; data: number[] } };
  params: { perplexity: number; iterations: number };
  expected: { kl_upper_bound: number; trustworthiness_12_lower_bound: number };
}

describe("t-SNE", () => {
  eachCase<TsneCase>(
    "projection/tsne.json",
    ({ inputs, params, expected }) => {
      const found = affinities(inputs.points, params.perplexity);
      expect(worstError(found.precision, expected.precision_beta)).toBeLessThan(1e-6);
      expect(worstError(found.conditional, expected.conditional_p)).toBeLessThan(1e-6);
      expect(worstError(found.joint, expected.joint_p)).toBeLessThan(1e-8);
      const joint = Float64Array.from(expected.joint_p.flat());
      const { divergence, gradient } = mapDivergence({ size: found.size, joint }, inputs.embedding);
      expect(worstError([divergence], [expected.kl_of_embedding])).toBeLessThan(1e-6);
      expect(worstError(gradient, expected.kl_gradient)).toBeLessThan(1e-6);
    },
    "inner_functions",
  );

  it("ends at or below the divergence of scikit-learn, with its neighbours kept", async () => {
    const { inputs, params, expected } = fixtureEntry<TsneRun>("projection/tsne.json", "full");
    const { perplexity, iterations } = params;
    for (const seed of [0, 1]) {
      const map = await project(inputs.points, { method: "tsne", perplexity, iterations, seed });
      expect(map.divergence()).toBeLessThanOrEqual(expected.kl_upper_bound);
      expect(map.trustworthiness(12)).toBeGreaterThanOrEqual(expected.trustworthiness_12_lower_bound);
    }
  });

  it("gives the same map for the same seed and another for another", async () => {
    const random = new Random(5);
    const points = Array.from({ length: 40 }, () => [random.normal(), random.normal(), random.normal()]);
    const [a, b, c] = [
      await tsne(points, { seed: 1 }),
      await tsne(points, { seed: 1 }),
      await tsne(points, { seed: 2 }),
    ];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  it("places equal vectors and vectors on a line without a number going wrong", async () => {
    const same = await tsne(
      Array.from({ length: 12 }, () => [1, 1]),
      { iterations: 50 },
    );
    const line = await tsne(
      Array.from({ length: 12 }, (_, i) => [1e6 * i]),
      { iterations: 50 },
    );
    expect([...same, ...line].every(Number.isFinite)).toBe(true);
  });

  it("stops when its signal says so, and reports its steps", async () => {
    const points = Array.from({ length: 400 }, (_, i) => [i, (i * 7) % 13, (i * 3) % 5]);
    const stop = new AbortController();
    const seen: number[] = [];
    const run = tsne(points, {
      signal: stop.signal,
      iterations: 100_000,
      onProgress: ({ done }) => (seen.push(done), stop.abort()),
    });
    await expect(run).rejects.toThrow(/abort/i);
    expect(seen[0]).toBeGreaterThan(0);
  });

  it("refuses too few points, and a perplexity they cannot have", async () => {
    await expect(tsne([[1], [2], [3]])).rejects.toThrow("t-SNE of 3 points: expected at least 4");
    await expect(tsne([[1], [2], [3], [4]], { perplexity: 30 })).rejects.toThrow("expected 1 to 1.0");
    await expect(project([[1], [2]], { method: "tnse" as "tsne" })).rejects.toThrow('did you mean "tsne"');
  });
});

interface TrustCase {
  inputs: { points: number[][]; embedding: number[][] };
  params: { n_neighbors: number };
  expected: { trustworthiness: number; continuity: number };
}

describe("trustworthiness", () => {
  eachCase<TrustCase>("projection/trustworthiness.json", ({ inputs, params, expected }) => {
    const { n_neighbors } = params;
    expect(trustworthiness(inputs.points, inputs.embedding, n_neighbors)).toBeCloseTo(
      expected.trustworthiness,
      6,
    );
    expect(continuity(inputs.points, inputs.embedding, n_neighbors)).toBeCloseTo(expected.continuity, 6);
  });
});

describe("Projection", () => {
  it("draws itself with labels and hover text", async () => {
    const random = new Random(2);
    const points = Array.from({ length: 10 }, () => [random.normal(), random.normal(), random.normal()]);
    const map = await project(points, { method: "pca" });
    const rows = points.map((_, i) => ({ text: `sentence ${i}`, relation: i % 2 ? "a" : "b" }));
    const svg = await map.plot({ rows, color: "relation" }).svg();
    expect(svg).toContain("<title>sentence 3 · a</title>");
    expect(map.at(0)).toEqual([map.coordinates[0], map.coordinates[1]]);
    expect(() => map.plot({ color: ["a"] })).toThrow("1 rows for a map of 10 points");
  });
});
