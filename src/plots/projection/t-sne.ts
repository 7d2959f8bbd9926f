// t-SNE (van der Maaten and Hinton 2008) by druidjs, started from the principal components.

import { TSNE } from "@saehrimnir/druidjs";
import { OptionError, Random, type OnProgress } from "../../core";
import { pca } from "./pca";
import { normalised, pointsOf, type Points, type Vectors } from "./points";

/** How a t-SNE map is made. */
export interface TsneOptions {
  /** About how many neighbours a point has; default 30, or a third of the points if they are few. */
  readonly perplexity?: number;
  /** Steps of descent; default 1000, or 500 above 1500 points. */
  readonly iterations?: number;
  readonly seed?: number;
  /** Distance of vectors; default `"euclidean"`. */
  readonly metric?: "euclidean" | "cosine";
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Affinities are held for every pair of points: three arrays of `n^2` doubles. */
const MOST_POINTS = 6000;
const START_SPREAD = 1e-4;

/**
 * A map `[size, 2]` of vectors. Gives way to other work about ten times a second, so progress and interrupts get
 * through. The same vectors, options and seed give the same map.
 */
export async function tsne(vectors: Vectors, options: TsneOptions = {}): Promise<Float64Array> {
  const given = pointsOf(vectors);
  const { size } = given;
  if (size < 4) throw new OptionError(`t-SNE of ${size} points: expected at least 4`);
  if (size > MOST_POINTS)
    throw new OptionError(
      `t-SNE of ${size} points: expected at most ${MOST_POINTS}, take a sample or use method "pca"`,
    );
  const most = (size - 1) / 3;
  const { perplexity = Math.min(30, most), iterations = size > 1500 ? 500 : 1000, seed = 0 } = options;
  if (!(perplexity > 1 - 1e-9 && perplexity <= most + 1e-9))
    throw new OptionError(
      `perplexity ${perplexity} for ${size} points: expected 1 to ${most.toFixed(1)} (a third of the others)`,
    );
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new OptionError(`${iterations} iterations of t-SNE: expected a whole number, such as 1000`);
  const points = options.metric === "cosine" ? normalised(given) : given;
  const descent = new TSNE(rowsOf(unitSpread(points)), {
    perplexity,
    epsilon: Math.max(50, size / 16),
    d: 2,
    seed,
  });
  descent.Y.values.set(start(points, seed));
  let step = 0;
  let rested = performance.now();
  for (const _ of descent.generator(iterations)) {
    step++;
    if (performance.now() - rested < 100) continue;
    options.onProgress?.({ label: "t-SNE", done: step, total: iterations, unit: "steps" });
    await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    rested = performance.now();
  }
  options.onProgress?.({ label: "t-SNE", done: iterations, total: iterations, unit: "steps" });
  return Float64Array.from(descent.Y.values);
}

/**
 * Points scaled to a variance of 1 (perplexity makes the map independent of scale): the library's search for precisions
 * starts at 1 and takes at most 50 halvings or doublings.
 */
function unitSpread({ size, dimensions, data }: Points): Points {
  let total = 0;
  for (let d = 0; d < dimensions; d++) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += data[i * dimensions + d]! / size;
    for (let i = 0; i < size; i++) total += (data[i * dimensions + d]! - mean) ** 2 / size;
  }
  const scale = total > 0 ? 1 / Math.sqrt(total) : 1;
  return { size, dimensions, data: data.map((value) => value * scale) };
}

/** Rows for druidjs; vectors of one number get a zero beside it, because its steps take room by the vectors' width. */
function rowsOf({ size, dimensions, data }: Points): Float64Array[] {
  return Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(Math.max(2, dimensions));
    row.set(data.subarray(i * dimensions, (i + 1) * dimensions));
    return row;
  });
}

/** Principal components shrunk to almost a point, with a little noise that separates equal vectors. */
function start(points: Points, seed: number): Float64Array {
  const random = new Random(seed).fork("t-sne");
  const components = Math.min(2, points.size, points.dimensions);
  const { scores, variance } = pca(points, components);
  const scale = variance[0]! > 0 ? START_SPREAD / Math.sqrt(variance[0]!) : 0;
  return Float64Array.from({ length: points.size * 2 }, (_, index) => {
    const [row, column] = [index >> 1, index & 1];
    const place = column < components ? scores[row * components + column]! * scale : 0;
    return place + 0.1 * START_SPREAD * random.normal();
  });
}
