// Agglomerative clustering by the nearest-neighbour chain (Murtagh 1983): the two nearest clusters join, and again.

import { OptionError, type Matrix } from "../core";
import { requireClusters, requireCount, requirePoints } from "./check";
import { Clustering, meansOf } from "./clustering";
import { pointSimilarities } from "./point-similarities";

/** How far apart two clusters are: Ward's growth of inertia, or the mean, largest or smallest distance of their points. */
export type Linkage = "ward" | "average" | "complete" | "single";

/** Options of agglomerative clustering. */
export interface AgglomerativeOptions {
  readonly clusters: number;
  /** Default `ward`. */
  readonly linkage?: Linkage;
}

/** Two clusters that joined, named by one of their points, at a height. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  readonly height: number;
}

/** The distance of cluster k to the union of i and j (Lance & Williams 1967); squared distances for Ward. */
function updated(
  linkage: Linkage,
  ki: number,
  kj: number,
  ij: number,
  ni: number,
  nj: number,
  nk: number,
): number {
  if (linkage === "single") return Math.min(ki, kj);
  if (linkage === "complete") return Math.max(ki, kj);
  if (linkage === "average") return (ni * ki + nj * kj) / (ni + nj);
  return ((ni + nk) * ki + (nj + nk) * kj - nk * ij) / (ni + nj + nk);
}

/** Clusters while they join, each known by one of its points. */
class Joining {
  readonly merges: Merge[] = [];
  private readonly n: number;
  private readonly distance: Float64Array;
  private readonly size: Float64Array;
  private readonly isActive: Uint8Array;

  constructor(
    points: Matrix,
    private readonly linkage: Linkage,
  ) {
    this.n = points.rows;
    this.distance = Float64Array.from(pointSimilarities(points, "euclidean"), (value) =>
      linkage === "ward" ? -value : Math.sqrt(Math.max(0, -value)),
    );
    this.size = new Float64Array(this.n).fill(1);
    this.isActive = new Uint8Array(this.n).fill(1);
  }

  get first(): number {
    return this.isActive.indexOf(1);
  }

  /** The cluster nearest to `from`; on equal distances `preferred`, so that a chain turns back and ends. */
  nearest(from: number, preferred: number | undefined): number {
    const { n, distance, isActive } = this;
    let near = preferred ?? -1;
    let best = preferred === undefined ? Infinity : distance[from * n + preferred]!;
    for (let k = 0; k < n; k++) {
      if (isActive[k] === 0 || k === from || distance[from * n + k]! >= best) continue;
      best = distance[from * n + k]!;
      near = k;
    }
    return near;
  }

  /** Makes one cluster of two, known by the smaller point. */
  join(x: number, y: number): void {
    const { n, distance, size, isActive, linkage } = this;
    const [a, b] = [Math.min(x, y), Math.max(x, y)];
    const apart = distance[a * n + b]!;
    this.merges.push({ a, b, height: linkage === "ward" ? Math.sqrt(Math.max(0, apart)) : apart });
    for (let k = 0; k < n; k++) {
      if (isActive[k] === 0 || k === a || k === b) continue;
      const next = updated(
        linkage,
        distance[k * n + a]!,
        distance[k * n + b]!,
        apart,
        size[a]!,
        size[b]!,
        size[k]!,
      );
      distance[k * n + a] = next;
      distance[a * n + k] = next;
    }
    size[a]! += size[b]!;
    isActive[b] = 0;
  }
}

/** All n - 1 merges, lowest first. Takes n^2 time and memory. */
export function mergesOf(points: Matrix, linkage: Linkage): Merge[] {
  const clusters = new Joining(points, linkage);
  const chain: number[] = [];
  while (clusters.merges.length < points.rows - 1) {
    if (chain.length === 0) chain.push(clusters.first);
    const [before, top] = [chain.at(-2), chain.at(-1)!];
    const near = clusters.nearest(top, before);
    if (near === before) {
      clusters.join(top, near);
      chain.length -= 2;
    } else chain.push(near);
  }
  const ordered = clusters.merges.map((merge, order) => ({ merge, order }));
  ordered.sort((x, y) => x.merge.height - y.merge.height || x.order - y.order);
  return ordered.map(({ merge }) => merge);
}

/** Cuts the tree where `clusters` are left; clusters are numbered by their first point. */
function cut(merges: readonly Merge[], n: number, clusters: number): Int32Array {
  const parent = Int32Array.from({ length: n }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (const { a, b } of merges.slice(0, n - clusters)) {
    const [x, y] = [root(a), root(b)];
    parent[Math.max(x, y)] = Math.min(x, y);
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, index) => {
    const at = root(index);
    if (!numbers.has(at)) numbers.set(at, numbers.size);
    return numbers.get(at)!;
  });
}

/**
 * A recipe for agglomerative clustering with euclidean distances. Unseen points join the nearest mean.
 *
 * @example const clusters = await agglomerative({ clusters: 10, linkage: "average" }).fit(vectors);
 * @throws OptionError for options out of range
 */
export function agglomerative({ clusters, linkage = "ward" }: AgglomerativeOptions) {
  requireCount("clusters of agglomerative clustering", clusters);
  const known: readonly Linkage[] = ["ward", "average", "complete", "single"];
  if (!known.includes(linkage))
    throw new OptionError(`the linkage is "${String(linkage)}": it must be one of ${known.join(", ")}`);
  return {
    /** Clusters points `[n, dim]`. */
    fit: async (points: Matrix): Promise<Clustering> => {
      requirePoints("agglomerative clustering", points);
      requireClusters("agglomerative clustering", clusters, points.rows);
      const labels = cut(mergesOf(points, linkage), points.rows, clusters);
      const centres = meansOf(points, labels, clusters);
      const method = `agglomerative (${linkage})`;
      return new Clustering({
        method,
        labels,
        centres,
        similarity: "euclidean",
        hasConverged: true,
        iterations: points.rows - clusters,
      });
    },
  };
}
