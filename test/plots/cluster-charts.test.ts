import { beforeAll, describe, expect, it } from "vitest";
import { hierarchicalPropagation, kMeans } from "../../src/cluster";
import { fromRows, OptionError, Random } from "../../src/core";
import { startEngine } from "../../src/engine";
import { clusterMap, clusterTree } from "../../src/plots";

beforeAll(() => startEngine());

const random = new Random(5);
const groups = Array.from({ length: 30 }, (_, index) => index % 3);
const points = fromRows(
  groups.map((group) => [0, 1, 2].map((at) => (at === group ? 4 : 0) + 0.1 * random.normal())),
);
const texts = groups.map((group, index) => `sentence ${index} of ${group}`);
const labels = groups.map((group) => ["born in", "works for", "part of"][group]!);

interface Layer {
  readonly name?: string;
  readonly data: { readonly values: readonly Record<string, unknown>[] };
}

describe("the tree of a hierarchy", () => {
  it("has a node for every cluster of every layer, with exemplar, size and shares of relations", async () => {
    const hierarchy = await hierarchicalPropagation({ layers: 2 }).fit(points);
    const { spec } = clusterTree(hierarchy, { texts, labels });
    const nodes = (spec["layer"] as Layer[]).find(({ name }) => name === "nodes")!.data.values;
    expect(nodes).toHaveLength(hierarchy.counts.reduce((sum, count) => sum + count, 0));
    const first = nodes.filter(({ x }) => x === 1);
    expect(first.reduce((sum, { size }) => sum + Number(size), 0)).toBe(30);
    for (const { label, detail } of first) expect(detail).toBe(`${String(label)} 100 %`);
    const exemplars = hierarchy.levels[0]!.clustering.exemplars!;
    expect(new Set(first.map(({ text }) => text))).toEqual(
      new Set(Array.from(exemplars, (index) => texts[index])),
    );
  });

  it("does without relations, and refuses words that do not fit", async () => {
    const hierarchy = await hierarchicalPropagation({ layers: 1 }).fit(points);
    expect(clusterTree(hierarchy, { texts }).text()).toContain("cluster 0");
    expect(() => clusterTree(hierarchy, { texts: texts.slice(1) })).toThrow(OptionError);
  });
});

describe("the map of a clustering", () => {
  it("has a point for each, with its cluster", async () => {
    const clusters = await kMeans({ clusters: 3 }).fit(points);
    const { spec } = await clusterMap(clusters, points, { texts, labels }, { method: "pca" });
    const { values } = spec["data"] as Layer["data"];
    expect(values).toHaveLength(30);
    expect(values.map(({ label }) => Number(label))).toEqual([...clusters.labels]);
  });
});
