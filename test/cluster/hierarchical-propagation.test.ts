import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { crossHierarchyAttention, hierarchicalPropagation } from "../../src/cluster";
import { DISPLAY, fromRows, Random, row, selectRows, type Matrix } from "../../src/core";
import { startEngine } from "../../src/engine";
import { arrayOf, eachCase, worstError } from "../support/fixtures";

beforeAll(async () => {
  await startEngine();
});

function matrixOf(value: unknown): Matrix {
  const { shape, data } = arrayOf(value);
  return { data: Float32Array.from(data as number[]), rows: shape[0]!, columns: shape[1]! };
}

interface Case {
  readonly inputs: { H: unknown; leaf: number[]; parent: number[] };
  readonly params: {
    L: number;
    lambda: number;
    lambda_att: number;
    damping: number;
    max_iter: number;
    convergence_iter: number;
  };
  readonly expected: {
    preferences: number[];
    levels: {
      preference: number;
      clusters: number;
      exemplars: number[];
      assignment: number[];
      attention: number[][];
      h_next_first_row: number[];
    }[];
  };
}

eachCase<Case>("clustering_metrics/hiure_levels.json", async ({ inputs, params, expected }) => {
  const points = matrixOf(inputs.H);
  const tree = await hierarchicalPropagation({
    layers: params.L,
    attention: { sharpness: params.lambda, weight: params.lambda_att },
    damping: params.damping,
    iterations: params.max_iter,
    patience: params.convergence_iter,
  }).fit(points);
  expect(
    worstError(
      tree.levels.map(({ preference }) => preference),
      expected.preferences,
    ),
  ).toBeLessThan(1e-6);
  expect(tree.counts).toEqual(expected.levels.map(({ clusters }) => clusters));
  tree.levels.forEach((level, l) => {
    const wanted = expected.levels[l]!;
    expect(Array.from(level.clustering.exemplars!)).toEqual(wanted.exemplars);
    expect(Array.from(level.clustering.labels)).toEqual(wanted.assignment);
    expect(worstError(level.attention.data, wanted.attention)).toBeLessThan(1e-5);
    const next = tree.levels[l + 1]?.features;
    if (next !== undefined) expect(worstError(row(next, 0), wanted.h_next_first_row)).toBeLessThan(1e-5);
  });
  // the fixture also knows which leaf and parent each point came from
  expect(tree.score(inputs.leaf).homogeneity).toBeGreaterThan(0);
  expect(tree.score(inputs.parent, 1).homogeneity).toBeGreaterThan(0);
});

interface AttentionCase {
  readonly inputs: {
    h: unknown;
    exemplars: unknown;
    lambda: number;
    lambda_att: number;
    assignment: number[];
    cotangent: unknown;
  };
  readonly expected: { value: number; alpha: number[][]; h_next: unknown; grad: Record<string, unknown> };
}

const tensorOf = <T extends tf.Tensor>(value: unknown): T => {
  const { shape, data } = arrayOf(value);
  return tf.tensor(data as number[], shape) as T;
};

eachCase<AttentionCase>("losses/hiure_cross_hierarchy_attention.json", ({ inputs, expected }) => {
  const cotangent = tensorOf(inputs.cotangent);
  const step = (h: tf.Tensor, e: tf.Tensor, sharpness: tf.Tensor, weight: tf.Tensor) =>
    crossHierarchyAttention(
      h as tf.Tensor2D,
      e as tf.Tensor2D,
      inputs.assignment,
      sharpness as tf.Scalar,
      weight as tf.Scalar,
    );
  const roles = [
    tensorOf(inputs.h),
    tensorOf(inputs.exemplars),
    tf.scalar(inputs.lambda),
    tf.scalar(inputs.lambda_att),
  ] as const;
  const { attention, next } = step(...roles);
  expect(worstError(attention.dataSync(), expected.alpha)).toBeLessThan(1e-5);
  expect(worstError(next.dataSync(), expected.h_next)).toBeLessThan(1e-5);
  const { value, grads } = tf.valueAndGrads((h, e, sharpness, weight) =>
    tf.sum(tf.mul(step(h!, e!, sharpness!, weight!).next, cotangent)),
  )([...roles]);
  expect(worstError(value.dataSync(), expected.value)).toBeLessThan(1e-5);
  ["h", "exemplars", "lambda", "lambda_att"].forEach((name, index) =>
    expect(worstError(grads[index]!.dataSync(), expected.grad[name]), name).toBeLessThan(1e-4),
  );
});

/** Unit vectors around leaves, leaves around parents. */
function family({
  parents,
  leaves,
  each,
  leafSpread,
  spread,
  seed = 1,
}: Record<"parents" | "leaves" | "each" | "leafSpread" | "spread", number> & { seed?: number }) {
  const random = new Random(seed);
  const dim = 12;
  const draw = (scale: number) => Array.from({ length: dim }, () => scale * random.normal());
  const rows: number[][] = [];
  const parentOf: number[] = [];
  const leafOf: number[] = [];
  for (let p = 0; p < parents; p++) {
    const parent = draw(1);
    for (let l = 0; l < leaves; l++) {
      const leaf = draw(leafSpread).map((x, i) => x + parent[i]!);
      for (let k = 0; k < each; k++) {
        const point = draw(spread).map((x, i) => x + leaf[i]!);
        const length = Math.hypot(...point);
        rows.push(point.map((x) => x / length));
        parentOf.push(p);
        leafOf.push(p * leaves + l);
      }
    }
  }
  return { points: fromRows(rows), parentOf, leafOf };
}

describe("hierarchical propagation", () => {
  const { points, parentOf, leafOf } = family({
    parents: 4,
    leaves: 3,
    each: 12,
    leafSpread: 0.4,
    spread: 0.1,
  });

  it("finds the parents in the first layer and the leaves in the last when asked for their numbers", async () => {
    const tree = await hierarchicalPropagation({ topClusters: 4, bottomClusters: 12 }).fit(points);
    expect(tree.counts[0]).toBe(4);
    expect(tree.counts[2]).toBe(12);
    expect(tree.score(parentOf, 1).vMeasure).toBeGreaterThan(tree.score(parentOf, 3).vMeasure);
    expect(tree.score(leafOf).vMeasure).toBeGreaterThan(tree.score(leafOf, 1).vMeasure);
    const roots = tree.tree();
    expect(roots.map(({ size }) => size).reduce((a, b) => a + b)).toBe(points.rows);
    expect(roots.flatMap(({ children }) => children).length).toBe(tree.counts[1]);
  });

  it("gives fewer clusters at the top with a larger topScale", async () => {
    const plain = await hierarchicalPropagation().fit(points);
    const scaled = await hierarchicalPropagation({ topScale: 30 }).fit(points);
    expect(scaled.counts[0]!).toBeLessThan(plain.counts[0]!);
    expect(scaled.levels[0]!.preference).toBeCloseTo(30 * plain.levels[0]!.preference, 4);
  });

  it("takes preferences by hand, leaves attention out, and can take minimum and median anew in each layer", async () => {
    const byHand = await hierarchicalPropagation({ layers: 2, preferences: [-50, -1], attention: false }).fit(
      points,
    );
    expect(byHand.levels.map(({ preference }) => preference)).toEqual([-50, -1]);
    expect(Array.from(byHand.levels[1]!.features.data)).toEqual(Array.from(points.data));
    const [fixed, anew] = await Promise.all(
      [false, true].map((recomputePreferences) =>
        hierarchicalPropagation({ layers: 3, recomputePreferences }).fit(points),
      ),
    );
    expect(anew!.levels[0]!.preference).toBe(fixed!.levels[0]!.preference);
    expect(anew!.levels[2]!.preference).not.toBe(fixed!.levels[2]!.preference);
  });

  it("assigns points as it did when it fitted them", async () => {
    const tree = await hierarchicalPropagation().fit(points);
    const assigned = tree.assign(points);
    tree.levels.forEach(({ clustering }, l) =>
      expect(Array.from(assigned[l]!)).toEqual(Array.from(clustering.labels)),
    );
  });

  it("clusters a sample and lets the rest join, with exemplars named by their place among all points", async () => {
    const tree = await hierarchicalPropagation({ sample: 72, seed: 3 }).fit(points);
    expect(tree.bottom.labels.length).toBe(points.rows);
    expect(tree.score(leafOf).vMeasure).toBeGreaterThan(0.8);
    const { exemplars, centres } = tree.levels[0]!.clustering;
    expect(Array.from(selectRows(points, exemplars!).data)).toEqual(Array.from(centres.data));
    exemplars!.forEach((index, cluster) => expect(tree.levels[0]!.clustering.labels[index]).toBe(cluster));
  });

  it("takes one point and identical points", async () => {
    expect((await hierarchicalPropagation().fit(fromRows([[1, 0]]))).counts).toEqual([1, 1, 1]);
    const same = await hierarchicalPropagation({ layers: 2 }).fit(
      fromRows([
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    );
    expect(same.counts).toEqual([1, 1]);
  });

  it("draws its tree", async () => {
    const tree = await hierarchicalPropagation({ topClusters: 4 }).fit(points);
    expect(String(tree).split("\n")[0]).toBe(`144 points in layers of ${tree.counts.join(", ")} clusters`);
    expect(tree[DISPLAY]()["text/html"]).toContain("<ul><li>");
    expect(() => tree.score(leafOf, 4)).toThrow("layer 4 does not exist: there are 3");
  });

  it("leaks no tensor, also when it fails", async () => {
    const before = tf.memory().numTensors;
    await (await hierarchicalPropagation({ layers: 2 }).fit(points)).assign(points);
    await expect(hierarchicalPropagation().fit(fromRows([[NaN, 1]]))).rejects.toThrow("must be finite");
    await expect(
      hierarchicalPropagation().fit(points, { signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses options out of range", async () => {
    expect(() => hierarchicalPropagation({ layers: 0 })).toThrow("layers is 0");
    expect(() => hierarchicalPropagation({ topScale: -1 })).toThrow("topScale is -1");
    expect(() => hierarchicalPropagation({ preferences: [1] })).toThrow("has shape [1], expected [3]");
    expect(() => hierarchicalPropagation({ layers: 1, preferences: [1], topClusters: 2 })).toThrow(
      "exclude each other",
    );
    expect(() => hierarchicalPropagation({ attention: { weight: NaN } })).toThrow("both must be finite");
  });
});
