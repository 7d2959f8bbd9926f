// Hierarchical propagation clustering: paper 002 (HiURE), algorithm 1: layers of exemplars from coarse to fine.

import * as tf from "@tensorflow/tfjs";
import { OptionError, Random, selectRows, ShapeError, type Matrix } from "../core";
import { scoped } from "../engine/scoped";
import { requireCount, requirePoints } from "./check";
import { Clustering } from "./clustering";
import { crossHierarchyAttention } from "./cross-hierarchy-attention";
import { Hierarchy, type Level } from "./hierarchy";
import { pointSimilarities, similarityRange, type PointSimilarity } from "./point-similarities";
import { checkPropagation, propagate, type PropagationOptions, type Watcher } from "./propagation/propagate";

/** Constants of cross hierarchy attention; 10 and 0.1 on unit vectors [R11]. */
export interface AttentionConstants {
  /** lambda of eq. 6 (default 10). */
  readonly sharpness?: number;
  /** lambda_att of eq. 8 (default 0.1). */
  readonly weight?: number;
}

/** Options of hierarchical propagation clustering; the defaults are the paper's, as its notes resolve them. */
export interface HierarchicalPropagationOptions extends PropagationOptions {
  /** Number of layers L (default 3); one layer uses the median preference. */
  readonly layers?: number;
  /** Default `euclidean`, eq. 3. */
  readonly similarity?: PointSimilarity;
  /** Attention between layers, or `false` to leave it out (default the constants of [R11]). */
  readonly attention?: AttentionConstants | false;
  /** Preferences by hand, one a layer, in place of minimum to median. */
  readonly preferences?: readonly number[];
  /** Where each layer's preference lies between the first's (0) and the last's (1); default equal steps. */
  readonly shares?: readonly number[];
  /** Whether minimum and median are taken anew in each layer [R7] (default false: those of the first layer). */
  readonly recomputePreferences?: boolean;
  /** Factor of the first layer's preference [R7a] (default 1, the paper's); above 1 gives fewer, larger clusters. */
  readonly topScale?: number;
  /** Wanted number of clusters in the first layer; tunes `topScale` by bisection [R7a]. */
  readonly topClusters?: number;
  /** Wanted number of clusters in the last layer; tunes its preference by bisection, nearest count kept [R9]. */
  readonly bottomClusters?: number;
  /** Clusters a seeded sample of this many points and assigns the rest to the nearest exemplar [R8] (default 4,000). */
  readonly sample?: number;
}

const BISECTIONS = 16;

interface Scale {
  readonly top: number;
  readonly bottom: number;
}

function checkOptions(options: HierarchicalPropagationOptions): void {
  const {
    layers = 3,
    topScale = 1,
    preferences,
    shares,
    sample = 4000,
    topClusters,
    bottomClusters,
    attention,
  } = options;
  checkPropagation(options);
  requireCount("layers", layers);
  requireCount("sample", sample);
  for (const [name, count] of Object.entries({ topClusters, bottomClusters }))
    if (count !== undefined) requireCount(name, count);
  if (!(Number.isFinite(topScale) && topScale > 0))
    throw new OptionError(`topScale is ${topScale}: it must be a finite number above 0`);
  if (preferences !== undefined && preferences.length !== layers)
    throw new ShapeError("the preferences of hierarchical propagation", [preferences.length], [layers]);
  if (shares !== undefined && shares.length !== layers)
    throw new ShapeError("the shares of hierarchical propagation", [shares.length], [layers]);
  if (shares !== undefined && !shares.every((share) => share >= 0 && share <= 1))
    throw new OptionError(
      `the shares are ${shares.join(", ")}: each must lie between 0 (top) and 1 (bottom)`,
    );
  if (preferences !== undefined && (topClusters !== undefined || bottomClusters !== undefined))
    throw new OptionError(
      "preferences by hand and a wanted number of clusters exclude each other: give one of them",
    );
  if (attention) {
    const { sharpness = 10, weight = 0.1 } = attention;
    if (![sharpness, weight].every(Number.isFinite))
      throw new OptionError(`attention has sharpness ${sharpness} and weight ${weight}: both must be finite`);
  }
}

/** p_l from top to bottom, in equal steps or by shares; one layer: bottom. */
function steps({ top, bottom }: Scale, layers: number, shares?: readonly number[]): number[] {
  return Array.from(
    { length: layers },
    (_, l) => top + (bottom - top) * (shares?.[l] ?? (layers === 1 ? 1 : l / (layers - 1))),
  );
}

/** All layers on one set of points. */
async function cluster(
  points: Matrix,
  options: HierarchicalPropagationOptions,
  scale: Scale | undefined,
  watcher: Watcher,
): Promise<Level[]> {
  const {
    layers = 3,
    similarity = "euclidean",
    attention = {},
    preferences,
    recomputePreferences = false,
    topScale = 1,
  } = options;
  const levels: Level[] = [];
  let features = points;
  let range = scale;
  for (let l = 0; l < layers; l++) {
    const all = pointSimilarities(features, similarity);
    if (scale === undefined && (range === undefined || recomputePreferences)) {
      const { minimum, median } = similarityRange(all, points.rows);
      range = { top: topScale * minimum, bottom: median };
    }
    const preference = preferences?.[l] ?? steps(range!, layers, options.shares)[l]!;
    const found = await propagate(
      all,
      points.rows,
      new Float64Array(points.rows).fill(preference),
      options,
      watcher,
    );
    const centres = selectRows(features, found.exemplars);
    const clustering = new Clustering({
      method: `layer ${l + 1} of ${layers}`,
      similarity,
      centres,
      ...found,
    });
    const { sharpness = 10, weight = 0.1 } = attention === false ? { weight: 0 } : attention;
    const moved = scoped(() => {
      const h = tf.tensor2d(features.data, [features.rows, features.columns]);
      const e = tf.tensor2d(centres.data, [centres.rows, centres.columns]);
      const result = crossHierarchyAttention(h, e, found.labels, sharpness, weight);
      return { attention: result.attention.dataSync<"float32">(), next: result.next.dataSync<"float32">() };
    });
    levels.push({
      clustering,
      preference,
      attention: { data: moved.attention, rows: centres.rows, columns: centres.rows },
      sharpness,
      weight,
      features,
    });
    features = { ...points, data: moved.next };
  }
  return levels;
}

/**
 * The preference, between `few` and `many`, at which the counted number of clusters is nearest to `wanted`. More
 * negative means fewer; searched on a logarithmic scale, because preferences span orders of magnitude.
 */
async function bisect(
  few: number,
  many: number,
  wanted: number,
  count: (preference: number) => Promise<number>,
): Promise<number> {
  let [low, high] = [Math.log(-few), Math.log(-many)];
  let best: { preference: number; miss: number } | undefined;
  for (let k = 0; k < BISECTIONS && best?.miss !== 0; k++) {
    const middle = (low + high) / 2;
    const preference = -Math.exp(middle);
    const found = await count(preference);
    if (best === undefined || Math.abs(found - wanted) < best.miss)
      best = { preference, miss: Math.abs(found - wanted) };
    if (found > wanted) high = middle;
    else low = middle;
  }
  return best!.preference;
}

/** Top and bottom preference for wanted numbers of clusters; `undefined` when none is wanted. */
async function tunedScale(
  points: Matrix,
  options: HierarchicalPropagationOptions,
  watcher: Watcher,
): Promise<Scale | undefined> {
  const { similarity = "euclidean", topScale = 1, topClusters, bottomClusters, layers = 3 } = options;
  if (topClusters === undefined && bottomClusters === undefined) return undefined;
  if (similarity !== "euclidean")
    throw new OptionError('a wanted number of clusters is searched with similarity "euclidean" only');
  const all = pointSimilarities(points, similarity);
  const n = points.rows;
  const { minimum, median, maximum } = similarityRange(all, n);
  const few = 100 * n * Math.min(minimum, -1e-12);
  const many = Math.min(maximum, -1e-12) / 100;
  let scale: Scale = { top: topScale * minimum, bottom: median };
  if (topClusters !== undefined) {
    const count = async (preference: number) =>
      (await propagate(all, n, new Float64Array(n).fill(preference), options, watcher)).exemplars.length;
    scale = { ...scale, top: await bisect(few, many, topClusters, count) };
  }
  if (bottomClusters !== undefined) {
    const count = async (preference: number) =>
      (await cluster(points, options, { top: Math.min(scale.top, preference), bottom: preference }, watcher))[
        layers - 1
      ]!.clustering.count;
    const bottom = await bisect(few, many, bottomClusters, count);
    scale = { top: Math.min(scale.top, bottom), bottom };
  }
  return scale;
}

/** Which of `rows` points are clustered themselves, in order: all, or above `sample` as many drawn by `seed` [R8]. */
export function clusteredPoints(
  rows: number,
  { sample = 4000, seed = 0 }: Pick<HierarchicalPropagationOptions, "sample" | "seed"> = {},
): number[] {
  const everyone = Array.from({ length: rows }, (_, index) => index);
  if (rows <= sample) return everyone;
  return new Random(seed)
    .fork("hierarchical propagation")
    .sample(everyone, sample)
    .sort((a, b) => a - b);
}

/**
 * A recipe for hierarchical propagation clustering (HPC with cross hierarchy attention, eq. 3-8). Layer 1 has the
 * lowest preference, the last layer the highest; the number of clusters need not rise in every layer.
 *
 * @example const tree = await hierarchicalPropagation({ layers: 3 }).fit(vectors); tree.bottom.score(relations)
 * @throws OptionError, ShapeError for options out of range
 */
export function hierarchicalPropagation(options: HierarchicalPropagationOptions = {}) {
  checkOptions(options);
  return {
    /** Clusters points `[n, dim]`, unit vectors by preference [R4]. */
    fit: async (points: Matrix, watcher: Watcher = {}): Promise<Hierarchy> => {
      requirePoints("hierarchical propagation", points);
      const chosen = clusteredPoints(points.rows, options);
      const isSampled = chosen.length < points.rows;
      const own = isSampled ? selectRows(points, chosen) : points;
      const levels = await cluster(own, options, await tunedScale(own, options, watcher), watcher);
      return isSampled ? Hierarchy.extend(levels, points, chosen) : new Hierarchy(levels);
    },
  };
}
