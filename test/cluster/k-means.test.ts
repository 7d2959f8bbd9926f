import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { kMeans } from "../../src/cluster";
import { fromRows, Random } from "../../src/core";
import { startEngine } from "../../src/engine";
import { eachCase, worstError } from "../support/fixtures";

beforeAll(async () => {
  await startEngine();
});

interface Case {
  readonly inputs: { points: number[][]; init: number[][] };
  readonly params: { k: number };
  readonly expected: {
    lloyd_labels: number[];
    lloyd_centers: number[][];
    lloyd_inertia: number;
    best_inertia_of_300_starts: number;
    upper_bound: number;
  };
}

eachCase<Case>("clustering_metrics/kmeans.json", async ({ inputs, params, expected }) => {
  const points = fromRows(inputs.points);
  const lloyd = await kMeans({ clusters: params.k, initial: fromRows(inputs.init) }).fit(points);
  expect(Array.from(lloyd.labels)).toEqual(expected.lloyd_labels);
  expect(worstError(lloyd.centres.data, expected.lloyd_centers)).toBeLessThan(1e-5);
  expect(worstError([lloyd.inertia], expected.lloyd_inertia)).toBeLessThan(1e-5);
  const best = await kMeans({ clusters: params.k, starts: 20 }).fit(points);
  expect(best.inertia).toBeLessThanOrEqual(expected.upper_bound);
  expect(best.inertia).toBeGreaterThan(expected.best_inertia_of_300_starts * (1 - 1e-5));
});

describe("k-means", () => {
  const random = new Random(1);
  const points = fromRows(
    Array.from({ length: 60 }, (_, i) => [10 * (i % 3) + random.normal(), random.normal()]),
  );

  it("is the same for the same seed and assigns points to the nearest mean", async () => {
    const [one, two] = [
      await kMeans({ clusters: 3, seed: 4 }).fit(points),
      await kMeans({ clusters: 3, seed: 4 }).fit(points),
    ];
    expect(Array.from(one.labels)).toEqual(Array.from(two.labels));
    expect(Array.from(one.assign(points))).toEqual(Array.from(one.labels));
    expect(one.score(Array.from({ length: 60 }, (_, i) => i % 3)).ari).toBe(1);
  });

  it("takes as many clusters as points, one cluster, and identical points", async () => {
    const each = await kMeans({ clusters: 5 }).fit(fromRows([[0], [1], [2], [3], [4]]));
    expect([new Set(each.labels).size, each.inertia]).toEqual([5, 0]);
    const one = await kMeans({ clusters: 1 }).fit(fromRows([[0], [4]]));
    expect(Array.from(one.centres.data)).toEqual([2]);
    const same = await kMeans({ clusters: 2 }).fit(
      fromRows([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    expect([same.inertia, same.hasConverged]).toEqual([0, true]);
  });

  it("restarts a cluster that lost its points", async () => {
    const found = await kMeans({ clusters: 2, initial: fromRows([[0], [1000]]) }).fit(
      fromRows([[0], [1], [2], [50]]),
    );
    expect(Array.from(found.sizes)).toEqual([3, 1]);
  });

  it("says what does not fit, and leaks no tensor", async () => {
    const before = tf.memory().numTensors;
    expect(() => kMeans({ clusters: 0 })).toThrow("clusters of k-means is 0");
    await expect(kMeans({ clusters: 3 }).fit(fromRows([[1], [2]]))).rejects.toThrow(
      "asked for 3 clusters of 2 points",
    );
    await expect(kMeans({ clusters: 1 }).fit(fromRows([[Infinity]]))).rejects.toThrow(
      "point 0 given to k-means holds Infinity",
    );
    await expect(kMeans({ clusters: 2, initial: fromRows([[1, 1]]) }).fit(points)).rejects.toThrow(
      "expected [2, 2]",
    );
    await kMeans({ clusters: 3 }).fit(points);
    expect(tf.memory().numTensors).toBe(before);
  });
});
