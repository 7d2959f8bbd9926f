import { describe, expect, it } from "vitest";
import { clusterConcentration } from "../../src/cluster";
import { meansOf } from "../../src/cluster/clustering";
import { fromRows } from "../../src/core";
import { eachCase, worstError } from "../support/fixtures";

interface Case {
  readonly inputs: { points: number[][]; labels: number[] };
  readonly params: { alpha: number; tau: number };
  readonly expected: { centroids: number[][]; phi_before_clip: number[]; temperatures: number[] };
}

eachCase<Case>("losses/cluster_concentration.json", ({ inputs, params, expected }) => {
  const points = fromRows(inputs.points);
  const centroids = meansOf(points, Int32Array.from(inputs.labels), expected.centroids.length);
  expect(worstError(centroids.data, expected.centroids)).toBeLessThan(1e-6);
  const found = clusterConcentration(points, inputs.labels, centroids, {
    temperature: params.tau,
    alpha: params.alpha,
  });
  expect(worstError(found.raw, expected.phi_before_clip)).toBeLessThan(1e-6);
  expect(worstError(found.temperatures, expected.temperatures)).toBeLessThan(1e-6);
});

describe("the concentration", () => {
  const points = fromRows([
    [0, 0],
    [1, 1],
  ]);

  it("is the given temperature when no cluster has a spread", () => {
    const found = clusterConcentration(points, [0, 1], points, { temperature: 0.3 });
    expect(Array.from(found.temperatures)).toEqual([0.3, 0.3]);
  });

  it("refuses what does not fit", () => {
    expect(() => clusterConcentration(points, [0], points, { temperature: 1 })).toThrow(
      "has shape [1], expected [2]",
    );
    expect(() => clusterConcentration(points, [0, 1], points, { temperature: 0 })).toThrow(
      "temperature of the concentration is 0",
    );
  });
});
