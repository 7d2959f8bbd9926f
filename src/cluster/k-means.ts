// k-means: Lloyd's algorithm from k-means++ starts (Arthur & Vassilvitskii 2007), the best of several.

import { OptionError, Random, row, selectRows, ShapeError, type Matrix } from "../core";
import { requireClusters, requireCount, requirePoints } from "./check";
import { Clustering, largestPerRow } from "./clustering";
import { similaritiesTo } from "./point-similarities";

/** Options of k-means. */
export interface KMeansOptions {
  readonly clusters: number;
  /** How many k-means++ starts are tried; the smallest inertia wins (default 10). */
  readonly starts?: number;
  /** Most iterations of each (default 300). */
  readonly iterations?: number;
  /** First centres `[clusters, dim]` in place of drawn ones; one start. */
  readonly initial?: Matrix;
  /** Default 0. */
  readonly seed?: number | string;
}

/** A clustering around means. */
export class KMeansClustering extends Clustering {
  /** Sum of squared distances of the points to their centres. */
  readonly inertia: number;

  constructor(parts: ConstructorParameters<typeof Clustering>[0], inertia: number) {
    super(parts);
    this.inertia = inertia;
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** First centres far apart: each is drawn with chance proportional to the squared distance to the nearest so far. */
function plusPlus(points: Matrix, clusters: number, random: Random): Matrix {
  const chosen = [random.integer(points.rows)];
  const nearest = new Float64Array(points.rows).fill(Infinity);
  while (chosen.length < clusters) {
    const last = row(points, chosen.at(-1)!);
    for (let i = 0; i < points.rows; i++)
      nearest[i] = Math.min(nearest[i]!, squaredDistance(row(points, i), last));
    const total = nearest.reduce((sum, value) => sum + value, 0);
    let left = random.uniform() * total;
    let next = nearest.findIndex((value) => (left -= value) < 0);
    // all points are centres already, or rounding left nothing
    if (next < 0)
      next =
        chosen.length < points.rows ? Array.from(nearest.keys()).findIndex((i) => !chosen.includes(i)) : 0;
    chosen.push(next);
  }
  return selectRows(points, chosen);
}

interface Fit {
  readonly labels: Int32Array;
  readonly centres: Matrix;
  readonly inertia: number;
  readonly iterations: number;
  readonly hasConverged: boolean;
}

/** Means in float64; a cluster that lost all points restarts at the point farthest from its centre. */
function means(points: Matrix, labels: Int32Array, centres: Matrix): Matrix {
  const sums = new Float64Array(centres.data.length);
  const sizes = new Int32Array(centres.rows);
  labels.forEach((label, index) => {
    sizes[label]!++;
    const own = row(points, index);
    for (let j = 0; j < own.length; j++) sums[label * points.columns + j]! += own[j]!;
  });
  const data = Float32Array.from(
    sums,
    (sum, at) => sum / Math.max(1, sizes[Math.floor(at / points.columns)]!),
  );
  const empty = Array.from(sizes.keys()).filter((cluster) => sizes[cluster] === 0);
  if (empty.length > 0) {
    const far = Array.from(labels, (label, index) => ({
      index,
      distance: squaredDistance(row(points, index), row(centres, label)),
    }));
    far.sort((a, b) => b.distance - a.distance || a.index - b.index);
    empty.forEach((cluster, at) => data.set(row(points, far[at]!.index), cluster * points.columns));
  }
  return { data, rows: centres.rows, columns: points.columns };
}

function lloyd(points: Matrix, start: Matrix, iterations: number): Fit {
  let centres = start;
  let labels = largestPerRow(similaritiesTo(points, centres, "euclidean"), centres.rows);
  let [done, hasConverged] = [0, false];
  while (done < iterations && !hasConverged) {
    centres = means(points, labels, centres);
    const next = largestPerRow(similaritiesTo(points, centres, "euclidean"), centres.rows);
    hasConverged = next.every((label, index) => label === labels[index]);
    labels = next;
    done++;
  }
  const inertia = labels.reduce(
    (sum, label, index) => sum + squaredDistance(row(points, index), row(centres, label)),
    0,
  );
  return { labels, centres, inertia, iterations: done, hasConverged };
}

/**
 * A recipe for k-means. Identical points may leave a cluster empty; it keeps its number and has size 0.
 *
 * @example const clusters = await kMeans({ clusters: 10, seed: 1 }).fit(vectors);
 * @throws OptionError for options out of range
 */
export function kMeans({ clusters, starts = 10, iterations = 300, initial, seed = 0 }: KMeansOptions) {
  requireCount("clusters of k-means", clusters);
  requireCount("starts of k-means", starts);
  requireCount("iterations of k-means", iterations);
  return {
    /** Clusters points `[n, dim]`; yields to the event loop between starts. */
    fit: async (points: Matrix): Promise<KMeansClustering> => {
      requirePoints("k-means", points);
      requireClusters("k-means", clusters, points.rows);
      if (initial !== undefined && (initial.rows !== clusters || initial.columns !== points.columns))
        throw new ShapeError(
          "the first centres of k-means",
          [initial.rows, initial.columns],
          [clusters, points.columns],
        );
      const random = new Random(seed).fork("k-means");
      let best: Fit | undefined;
      for (let start = 0; start < (initial === undefined ? starts : 1); start++) {
        const found = lloyd(points, initial ?? plusPlus(points, clusters, random), iterations);
        if (best === undefined || found.inertia < best.inertia) best = found;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (best === undefined) throw new OptionError("k-means had no start");
      const { inertia, ...parts } = best;
      return new KMeansClustering({ method: "k-means", similarity: "euclidean", ...parts }, inertia);
    },
  };
}
