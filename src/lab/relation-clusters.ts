// Clusters of relation vectors that know their sentences: scores, table, map, tree.

import { Hierarchy, type Clustering, type KMeansClustering } from "../cluster";
import { DISPLAY, type Displayable, type Matrix, type MimeBundle, type Random } from "../core";
import type { SentenceSet } from "../data";
import type { ClusterScores } from "../metrics";
import { clusterMap, clusterTree, type Chart, type ProjectOptions } from "../plots";
import { Table } from "../report";
import { relationsOf } from "./labels";

/** How to cluster: `kMeans(...)`, `agglomerative(...)`, `affinityPropagation(...)` or `hierarchicalPropagation(...)`. */
export interface ClusterRecipe {
  fit(points: Matrix): Promise<Clustering | KMeansClustering | Hierarchy>;
}

/** Sentences in clusters, of one layer or of several. */
export class RelationClusters implements Displayable {
  /** Layers from coarse to fine; one where the recipe has no layers. */
  readonly layers: readonly Clustering[];
  /** The tree, where the recipe gives one. */
  readonly hierarchy: Hierarchy | undefined;

  constructor(
    found: Clustering | Hierarchy,
    private readonly points: Matrix,
    private readonly sentences: SentenceSet,
    private readonly random: Random,
  ) {
    this.hierarchy = found instanceof Hierarchy ? found : undefined;
    this.layers = found instanceof Hierarchy ? found.levels.map(({ clustering }) => clustering) : [found];
  }

  /** The finest layer. */
  get clustering(): Clustering {
    return this.layers.at(-1)!;
  }

  /** Agreement of the finest layer with the sentences' relations: B3, V, ARI. */
  score(): ClusterScores {
    return this.clustering.score(relationsOf(this.sentences.items));
  }

  /** The cluster of other vectors, in the finest layer. */
  assign(vectors: { readonly matrix: Matrix }): Int32Array {
    if (this.hierarchy !== undefined) return this.hierarchy.assign(vectors.matrix).at(-1)!;
    return this.clustering.assign(vectors.matrix);
  }

  private get words() {
    const { items } = this.sentences;
    const isLabelled = items.every(({ relation }) => relation !== undefined);
    return {
      texts: items.map(({ text }) => text),
      ...(isLabelled ? { labels: relationsOf(items) } : {}),
    };
  }

  /** One row a cluster of the finest layer, largest first: size, commonest relation, and an example. */
  table(): Table {
    const { clustering } = this;
    const { texts, labels } = this.words;
    const rows = Array.from(clustering.sizes, (size, cluster) => {
      const members = clustering.members(cluster);
      const counts = new Map<string, number>();
      for (const index of members) {
        const label = labels?.[index] ?? "(unknown)";
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      const [relation, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
      const example = clustering.exemplars?.[cluster] ?? members[0];
      return {
        cluster,
        sentences: size,
        "commonest relation": relation,
        "share %": (100 * count) / Math.max(1, size),
        example: example === undefined ? "" : texts[example]!,
      };
    });
    return Table.from(
      rows.sort((a, b) => b.sentences - a.sentences),
      {
        columns: ["cluster", "sentences", "commonest relation", { name: "share %", digits: 0 }, "example"],
      },
    );
  }

  /** A map in the colours of the clusters, each point saying its sentence on hover; by t-SNE, seeded by the lab. */
  plot(options: Omit<ProjectOptions, "seed"> = {}): Promise<Chart> {
    const seed = this.random.fork("cluster map").word();
    return clusterMap(this.clustering, this.points, this.words, { ...options, seed });
  }

  /** Clusters as a tree of exemplars, where there are layers or at least exemplars. */
  tree(): Chart {
    if (this.hierarchy !== undefined) return clusterTree(this.hierarchy, this.words);
    const { labels, exemplars, count } = this.clustering;
    const firsts = Array.from({ length: count }, (_, cluster) => labels.indexOf(cluster));
    return clusterTree([{ labels, exemplars: exemplars ?? firsts }], this.words);
  }

  toString(): string {
    return this.layers.map((layer) => layer.toString()).join("\n");
  }

  [DISPLAY](): MimeBundle {
    const table = this.table()[DISPLAY]();
    return { ...table, "text/plain": `${this.toString()}\n${table["text/plain"]}` };
  }
}
