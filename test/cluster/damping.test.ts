import { describe, expect, it } from "vitest";
import { PlainMessages } from "../../src/cluster/propagation/messages";
import { Random } from "../../src/core";

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
