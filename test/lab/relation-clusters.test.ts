import { beforeAll, describe, expect, it } from "vitest";
import { agglomerative, affinityPropagation, hierarchicalPropagation, kMeans } from "../../src/cluster";
import { fromRows, OptionError, Random } from "../../src/core";
import { SentenceSet, type Sentence } from "../../src/data";
import { startEngine } from "../../src/engine";
import { RelationVectors } from "../../src/lab";

beforeAll(() => startEngine());

const random = new Random(2);
const RELATIONS = ["born in", "works for", "part of"];
const labelled: Sentence[] = Array.from({ length: 24 }, (_, index) => ({
  id: String(index),
  text: `Ada met Bob ${index}`,
  head: { start: 0, end: 3 },
  tail: { start: 8, end: 11 },
  relation: RELATIONS[index % 3]!,
}));
const points = fromRows(
  labelled.map((_, index) => [0, 1, 2].map((at) => (at === index % 3 ? 1 : 0) + 0.05 * random.normal())),
);
const vectors = new RelationVectors(points, SentenceSet.from(labelled, { name: "pairs" }), new Random(1));

describe("clusters of relation vectors", () => {
  it.each([
    ["k-means", kMeans({ clusters: 3 })],
    ["agglomerative", agglomerative({ clusters: 3 })],
    ["affinity propagation", affinityPropagation({ preference: "minimum" })],
    ["hierarchical propagation", hierarchicalPropagation({ layers: 2, bottomClusters: 3 })],
  ] as const)("have the same verbs by %s: score, assign, table, map, tree", async (_, recipe) => {
    const clusters = await vectors.cluster(recipe);
    expect(clusters.score().ari).toBe(1);
    expect([...clusters.assign(vectors)]).toEqual([...clusters.clustering.labels]);
    const { rows } = clusters.table();
    expect(rows.map((row) => row["sentences"])).toEqual([8, 8, 8]);
    expect(rows.map((row) => row["commonest relation"]).sort()).toEqual([...RELATIONS].sort());
    expect((await clusters.plot({ method: "pca" })).text()).toContain("24 points, 3 labels");
    expect(clusters.tree().text()).toContain("part of");
  });

  it("show clusters that nobody is in nowhere but in the table", async () => {
    const twins = fromRows(labelled.map((_, index) => [index % 2, 1]));
    const clusters = await new RelationVectors(twins, vectors.sentences, new Random(1)).cluster(
      kMeans({ clusters: 4 }),
    );
    expect(clusters.table().rows.map((row) => row["sentences"])).toEqual([12, 12, 0, 0]);
    expect(clusters.tree().text()).not.toContain("undefined");
    expect((await clusters.plot({ method: "pca" })).text()).toContain("24 points, 2 labels");
  });

  it("show themselves, and do without relations but for scores", async () => {
    const bare = labelled.map(({ relation: _relation, ...rest }): Sentence => rest);
    const unlabelled = new RelationVectors(points, SentenceSet.from(bare), new Random(1));
    const clusters = await unlabelled.cluster(kMeans({ clusters: 3 }));
    expect(clusters.toString()).toContain("24 points in 3 clusters");
    expect(clusters.tree().text()).toContain("cluster 0");
    expect(() => clusters.score()).toThrow(OptionError);
  });
});
