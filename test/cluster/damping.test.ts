import { beforeAll, describe, expect, it } from "vitest";
import { affinityPropagation } from "../../src/cluster";
import { PlainMessages } from "../../src/cluster/propagation/messages";
import { fromRows, Random } from "../../src/core";
import { startEngine } from "../../src/engine";

/** Three groups of ten points in the plane, as similarities with one preference on the diagonal. */
function groups(preference: number): Float64Array {
  const random = new Random(6);
  const points = Array.from({ length: 30 }, (_, i) => [
    Math.cos(2.1 * (i % 3)) + 0.1 * random.normal(),
    Math.sin(2.1 * (i % 3)) + 0.1 * random.normal(),
  ]);
  return Float64Array.from({ length: 900 }, (_, at) => {
    const [i, j] = [Math.floor(at / 30), at % 30];
    if (i === j) return preference;
    const noise = 1e-9 * random.uniform();
    return -((points[i]![0]! - points[j]![0]!) ** 2) - (points[i]![1]! - points[j]![1]!) ** 2 + noise;
  });
}

function exemplarsAfter(steps: number, damping: number, preference: number): number {
  const messages = new PlainMessages(groups(preference), 30);
  for (let step = 0; step < steps; step++) messages.step(damping);
  return messages.exemplars().reduce((sum: number, flag) => sum + flag, 0);
}

describe("the messages of eq. 4-5", () => {
  it.each([-4, -2, -1])("find three groups with damping 0.5 and 0.9, preference %d", (preference) => {
    expect(exemplarsAfter(100, 0.5, preference)).toBe(3);
    expect(exemplarsAfter(200, 0.9, preference)).toBe(3);
  });

  it.each([-4, -2, -1])("do not settle as printed, without damping, preference %d", (preference) => {
    const counts = Array.from({ length: 10 }, (_, k) => exemplarsAfter(390 + k, 0, preference));
    expect(counts.every((count) => count === 3)).toBe(false);
  });
});

describe("the search with damping 0.9", () => {
  beforeAll(() => startEngine());

  it.each([60, 440])(
    "does not believe exemplars that are worse than a single cluster (%i points)",
    async (n) => {
      // for a while every point is its own exemplar, and for longer than the patience
      const random = new Random("slow");
      const angles = Array.from({ length: n }, (_, i) => 2.1 * (i % 3) + 0.3 * random.normal());
      const points = fromRows(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]));
      for (const preference of [-1000, -3000, -1e5]) {
        const found = await affinityPropagation({ preference }).fit(points);
        expect(Array.from(found.labels)).toEqual(Array.from({ length: n }, () => 0));
      }
      const few = await affinityPropagation({ preference: -3000, iterations: 130 }).fit(points);
      expect([few.count, few.hasConverged, few.iterations]).toEqual([1, false, 130]);
    },
  );
});
