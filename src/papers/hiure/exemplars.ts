// Exemplars in layers (algorithm 1), found once an epoch on momentum features: by hierarchical propagation or k-means.

import {
  clusterConcentration,
  clusteredPoints,
  fixedLayers,
  hierarchicalPropagation,
  kMeans,
  meansOf,
  pointSimilarities,
  similarityRange,
  Clustering,
  type FixedLayer,
  type HierarchicalPropagationOptions,
  type Hierarchy,
} from "../../cluster";
import { OptionError, row, selectRows, type Matrix } from "../../core";
import type { HiureSettings } from "./settings";

/** One layer as ExemNCE needs it. */
export interface ExemplarLayer {
  /** Unit vectors [R4], `[clusters, dim]`. */
  readonly vectors: Matrix;
  /** The cluster of each sentence. */
  readonly labels: Int32Array;
  /** A temperature for each cluster, where they differ [R14]. */
  readonly temperatures?: Float64Array;
}

/** All layers, coarse to fine. */
export interface Exemplars {
  readonly layers: readonly ExemplarLayer[];
  /** The clusterings themselves, coarse to fine. */
  readonly clusterings: readonly Clustering[];
  /** The tree, from hierarchical propagation. */
  readonly hierarchy?: Hierarchy;
  /** What stays fixed while the attention is trained. */
  readonly fixed?: readonly FixedLayer[];
}

/** How the clustering differs from the settings' for one call. */
export interface ClusterWishes {
  /** Wanted clusters of the first and of the last layer, found by bisection [R7a, R9]. */
  readonly topClusters?: number;
  readonly bottomClusters?: number;
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
}

/** Rows divided by their length; rows of zeros stay. */
export function unitRows(points: Matrix): Matrix {
  const data = points.data.slice();
  for (let i = 0; i < points.rows; i++) {
    const own = data.subarray(i * points.columns, (i + 1) * points.columns);
    const length = Math.sqrt(row(points, i).reduce((sum, value) => sum + value * value, 0));
    if (length > 0) own.forEach((value, j) => (own[j] = value / length));
  }
  return { ...points, data };
}

/** The preferences of line 4 of algorithm 1, by the number of points that are clustered: all, or the sample [R8]. */
function preferencesByPoints(
  all: Matrix,
  settings: HiureSettings,
  perPoints: number,
  seed: number | string = 0,
): number[] {
  const { layers, topScale, preferenceShares, sample } = settings;
  const points = all.rows > sample ? selectRows(all, clusteredPoints(all.rows, { sample, seed })) : all;
  const { minimum, median } = similarityRange(pointSimilarities(points, "euclidean"), points.rows);
  const factor = points.rows / perPoints;
  const share = (l: number): number => preferenceShares?.[l] ?? (layers === 1 ? 1 : l / (layers - 1));
  const top = topScale * minimum;
  return Array.from({ length: layers }, (_, l) => factor * (top + share(l) * (median - top)));
}

/** Hierarchical propagation with the settings of the method. */
export function hpc(settings: HiureSettings, { signal, ...wishes }: ClusterWishes = {}) {
  const { layers, iterations, patience, sample, attention, topScale, preferenceShares } = settings;
  const { topClusters, bottomClusters, preferencePoints } = settings;
  const common: HierarchicalPropagationOptions = {
    layers,
    iterations,
    patience,
    sample,
    attention: attention ?? false,
    ...(topClusters === null ? {} : { topClusters }),
    ...(bottomClusters === null ? {} : { bottomClusters }),
    ...wishes,
  };
  const isCounted = (common.topClusters ?? common.bottomClusters) !== undefined;
  const preferencesFor = (points: Matrix): HierarchicalPropagationOptions => {
    if (preferencePoints !== null && !isCounted)
      return { preferences: preferencesByPoints(points, settings, preferencePoints, common.seed) };
    return { topScale, ...(preferenceShares === null ? {} : { shares: preferenceShares }) };
  };
  return {
    fit: (points: Matrix) =>
      hierarchicalPropagation({ ...common, ...preferencesFor(points) }).fit(
        points,
        signal === undefined ? {} : { signal },
      ),
  };
}

/** The same clusters around their means: every point joins the nearest mean, and means are taken again. */
function aroundMeans(points: Matrix, found: Clustering): Clustering {
  const around = (labels: Int32Array): Clustering => {
    const centres = meansOf(points, labels, found.count);
    const { method, similarity, hasConverged, iterations } = found;
    return new Clustering({ method, similarity, hasConverged, iterations, labels, centres });
  };
  const moved = around(around(found.labels).assign(points));
  return moved.sizes.includes(0) ? around(found.labels) : moved;
}

/** Layers of k-means in place of HPC ("w/o HPC"); no more clusters than points. */
async function kMeansLayers(
  points: Matrix,
  { kMeansLayers: counts }: HiureSettings,
  seed: number | string,
): Promise<Clustering[]> {
  const layers: Clustering[] = [];
  for (const [l, clusters] of counts.entries())
    layers.push(
      await kMeans({
        clusters: Math.min(clusters, points.rows),
        starts: 3,
        iterations: 100,
        seed: `${seed} layer ${l}`,
      }).fit(points),
    );
  return layers;
}

/**
 * Exemplars of all layers from unit vectors `[sentences, dim]`. No label of any kind is read.
 *
 * @throws OptionError where wanted numbers of clusters meet k-means, which has its own
 */
export async function findExemplars(
  features: Matrix,
  settings: HiureSettings,
  wishes: ClusterWishes = {},
): Promise<Exemplars> {
  const isHpc = settings.exemplars === "hpc";
  if (!isHpc && (wishes.topClusters ?? wishes.bottomClusters) !== undefined)
    throw new OptionError(
      "k-means has its numbers of clusters from kMeansLayers: leave topClusters and bottomClusters out",
    );
  const hierarchy = isHpc ? await hpc(settings, wishes).fit(features) : undefined;
  const clusterings =
    hierarchy?.levels.map(({ clustering, features: own }) =>
      settings.centres === "mean" ? aroundMeans(own, clustering) : clustering,
    ) ?? (await kMeansLayers(features, settings, wishes.seed ?? 0));
  const layers = clusterings.map(({ centres, labels }, l): ExemplarLayer => {
    const layer = { vectors: unitRows(centres), labels };
    if (settings.temperatures === "shared") return layer;
    const points = hierarchy?.levels[l]!.features ?? features;
    const { temperature } = settings;
    return {
      ...layer,
      temperatures: clusterConcentration(points, labels, centres, { temperature }).temperatures,
    };
  });
  return {
    layers,
    clusterings,
    ...(hierarchy === undefined ? {} : { hierarchy }),
    ...(hierarchy !== undefined && settings.learnCha ? { fixed: fixedLayers(hierarchy) } : {}),
  };
}
