import { describe, expect, it } from "vitest";
import { agglomerative, mergesOf, type Linkage } from "../../src/cluster";
import { fromRows, Random, row, type Matrix } from "../../src/core";

const LINKAGES: readonly Linkage[] = ["ward", "average", "complete", "single"];

/** Join the two nearest clusters, again and again, measuring clusters by their points each time. */
function byDefinition(points: Matrix, linkage: Linkage): number[] {
  const between = (a: readonly number[], b: readonly number[]): number => {
    const far = a.flatMap((i) =>
      b.map((j) => Math.hypot(...row(points, i).map((x, k) => x - row(points, j)[k]!))),
    );
    if (linkage === "single") return Math.min(...far);
    if (linkage === "complete") return Math.max(...far);
    if (linkage === "average") return far.reduce((sum, x) => sum + x, 0) / far.length;
    const mean = (of: readonly number[]) =>
      Array.from(
        { length: points.columns },
        (_, k) => of.reduce((sum, i) => sum + row(points, i)[k]!, 0) / of.length,
      );
    const [p, q] = [mean(a), mean(b)];
    return (
      Math.sqrt((2 * a.length * b.length) / (a.length + b.length)) * Math.hypot(...p.map((x, k) => x - q[k]!))
    );
  };
  let clusters = Array.from({ length: points.rows }, (_, index) => [index]);
  const heights: number[] = [];
  while (clusters.length > 1) {
    let best = { a: 0, b: 1, height: Infinity };
    for (let a = 0; a < clusters.length; a++)
      for (let b = a + 1; b < clusters.length; b++) {
        const height = between(clusters[a]!, clusters[b]!);
        if (height < best.height) best = { a, b, height };
      }
    heights.push(best.height);
    clusters = [
      ...clusters.filter((_, index) => index !== best.a && index !== best.b),
      [...clusters[best.a]!, ...clusters[best.b]!],
    ];
  }
  return heights;
}

describe("agglomerative clustering", () => {
  const random = new Random(9);
  const points = fromRows(
    Array.from({ length: 25 }, () => [random.normal(), random.normal(), random.normal()]),
  );

  it.each(LINKAGES)("merges at the heights of its definition (%s)", (linkage) => {
    const got = mergesOf(points, linkage).map(({ height }) => height);
    byDefinition(points, linkage).forEach((height, step) => expect(got[step]).toBeCloseTo(height, 6));
  });

  it.each(LINKAGES)("finds three groups (%s)", async (linkage) => {
    const groups = fromRows(
      Array.from({ length: 45 }, (_, i) => [12 * (i % 3) + random.normal(), random.normal()]),
    );
    const found = await agglomerative({ clusters: 3, linkage }).fit(groups);
    expect(found.score(Array.from({ length: 45 }, (_, i) => i % 3)).ari).toBe(1);
    expect(Array.from(found.assign(groups))).toEqual(Array.from(found.labels));
  });

  it("takes one cluster, one for each point, and identical points", async () => {
    expect((await agglomerative({ clusters: 1 }).fit(points)).count).toBe(1);
    expect(Array.from((await agglomerative({ clusters: 25 }).fit(points)).labels)).toEqual(
      Array.from({ length: 25 }, (_, i) => i),
    );
    const same = await agglomerative({ clusters: 2 }).fit(fromRows([[1], [1], [1]]));
    expect(same.count).toBe(2);
  });

  it("refuses options out of range", async () => {
    expect(() => agglomerative({ clusters: 1.5 })).toThrow("clusters of agglomerative clustering is 1.5");
    // @ts-expect-error an unknown linkage does not compile
    expect(() => agglomerative({ clusters: 2, linkage: "centroid" })).toThrow(
      "must be one of ward, average, complete, single",
    );
    await expect(agglomerative({ clusters: 3 }).fit(fromRows([[1]]))).rejects.toThrow(
      "asked for 3 clusters of 1 points",
    );
  });
});
