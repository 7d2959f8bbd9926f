// How alike all points are to all points, and what the median and the least of that are.

import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../core";
import { scoped } from "../engine/scoped";

/** `euclidean`: minus the squared distance (paper 002, eq. 3); `cosine`: the cosine, 0 for zero vectors. */
export type PointSimilarity = "euclidean" | "cosine";

/** Up to this many multiplications all pairs are computed in float64, one by one; beyond, by products in float32. */
const EXACT_WORK = 1 << 27;

/** Rows as float64, of unit length for the cosine, else as they are. */
function preparedRows({ data, rows, columns }: Matrix, similarity: PointSimilarity): Float64Array {
  const out = Float64Array.from(data);
  if (similarity === "euclidean") return out;
  for (let i = 0; i < rows; i++) {
    const own = out.subarray(i * columns, (i + 1) * columns);
    const length = Math.sqrt(own.reduce((sum, x) => sum + x * x, 0));
    own.forEach((x, j) => (own[j] = x / Math.max(length, 1e-8)));
  }
  return out;
}

/** Similarity of rows that start at `a` and `b`. */
function pairSimilarity(
  x: Float64Array,
  a: number,
  b: number,
  columns: number,
  similarity: PointSimilarity,
): number {
  let sum = 0;
  if (similarity === "euclidean") for (let k = 0; k < columns; k++) sum -= (x[a + k]! - x[b + k]!) ** 2;
  else for (let k = 0; k < columns; k++) sum += x[a + k]! * x[b + k]!;
  return sum;
}

function exactPairs(points: Matrix, similarity: PointSimilarity): Float64Array {
  const { rows, columns } = points;
  const x = preparedRows(points, similarity);
  const all = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j <= i; j++) {
      const value = pairSimilarity(x, i * columns, j * columns, columns, similarity);
      all[i * rows + j] = value;
      all[j * rows + i] = value;
    }
  return all;
}

function productPairs({ data, rows, columns }: Matrix, similarity: PointSimilarity): Float32Array {
  return scoped(() => {
    const raw = tf.tensor2d(data, [rows, columns]);
    if (similarity === "cosine") {
      const unit: tf.Tensor2D = tf.div(raw, tf.maximum(tf.norm(raw, "euclidean", 1, true), 1e-8));
      return tf.matMul(unit, unit, false, true).dataSync<"float32">();
    }
    // taking the mean off first loses fewer digits
    const x: tf.Tensor2D = tf.sub(raw, tf.mean(raw, 0));
    const squares = tf.sum(tf.square(x), 1, true);
    const product = tf.mul(tf.matMul(x, x, false, true), 2);
    return tf.minimum(tf.sub(tf.sub(product, squares), tf.transpose(squares)), 0).dataSync<"float32">();
  }) as Float32Array;
}

/** All similarities `[n, n]`, row-major and symmetric: float64 for small sets, float32 for large ones. */
export function pointSimilarities(points: Matrix, similarity: PointSimilarity): Float64Array | Float32Array {
  const work = points.rows * points.rows * Math.max(1, points.columns);
  return work > EXACT_WORK ? productPairs(points, similarity) : exactPairs(points, similarity);
}

/** Similarities of each row of `points` to each row of `centres`, `[points, centres]`, float32. */
export function similaritiesTo(points: Matrix, centres: Matrix, similarity: PointSimilarity): Float32Array {
  const out = new Float32Array(points.rows * centres.rows);
  const step = Math.max(1, Math.floor((1 << 24) / Math.max(1, centres.rows, points.columns)));
  for (let from = 0; from < points.rows; from += step) {
    const to = Math.min(points.rows, from + step);
    const block = scoped(() => {
      const x = tf.tensor2d(points.data.subarray(from * points.columns, to * points.columns), [
        to - from,
        points.columns,
      ]);
      const c = tf.tensor2d(centres.data, [centres.rows, centres.columns]);
      const unit = (of: tf.Tensor2D): tf.Tensor2D =>
        tf.div(of, tf.maximum(tf.norm(of, "euclidean", 1, true), 1e-8));
      if (similarity === "cosine") return tf.matMul(unit(x), unit(c), false, true).dataSync<"float32">();
      const centre = tf.mean(c, 0);
      const near: tf.Tensor2D = tf.sub(x, centre);
      const there: tf.Tensor2D = tf.sub(c, centre);
      const squares = tf.add(tf.sum(tf.square(near), 1, true), tf.sum(tf.square(there), 1));
      return tf
        .minimum(tf.sub(tf.mul(tf.matMul(near, there, false, true), 2), squares), 0)
        .dataSync<"float32">();
    });
    out.set(block, from * centres.rows);
  }
  return out;
}

/** The `k`-th smallest of the numbers (0-based); reorders them (Hoare's selection). */
function select(values: Float64Array | Float32Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >>> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swapped = values[i]!;
        values[i] = values[j]!;
        values[j] = swapped;
        i++;
        j--;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k]!;
}

/** Least, median and greatest similarity over different points; the median of an even count is the middle two's mean. */
export interface SimilarityRange {
  readonly minimum: number;
  readonly median: number;
  readonly maximum: number;
}

/** The range over all ordered pairs i != j of an `[n, n]` matrix; the diagonal is left out. One point: all 0. */
export function similarityRange(all: Float64Array | Float32Array, n: number): SimilarityRange {
  if (n < 2) return { minimum: 0, median: 0, maximum: 0 };
  let [minimum, maximum] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++)
    for (let at = i * n; at < (i + 1) * n; at++) {
      if (at === i * n + i) continue;
      const value = all[at]!;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  const count = n * (n - 1);
  const upper = rankedPair(all, n, { minimum, maximum }, count >>> 1);
  return { minimum, median: count % 2 === 1 ? upper[1] : (upper[0] + upper[1]) / 2, maximum };
}

const BINS = 4096;

/**
 * The numbers of rank `k - 1` and `k` (0-based) off the diagonal: counted into bins first, so that only the numbers of
 * the one or two bins that hold them have to be put in order.
 */
function rankedPair(
  all: Float64Array | Float32Array,
  n: number,
  { minimum, maximum }: Pick<SimilarityRange, "minimum" | "maximum">,
  k: number,
): readonly [number, number] {
  if (minimum === maximum) return [minimum, minimum];
  const scale = (BINS - 1) / (maximum - minimum);
  const counts = new Int32Array(BINS);
  for (let i = 0; i < n; i++)
    for (let at = i * n; at < (i + 1) * n; at++)
      if (at !== i * n + i) counts[((all[at]! - minimum) * scale) | 0]!++;
  let [below, first] = [0, 0];
  while (below + counts[first]! <= k - 1) below += counts[first++]!;
  let [last, upTo] = [first, below + counts[first]!];
  while (upTo <= k) upTo += counts[++last]!;
  const inside =
    all instanceof Float64Array ? new Float64Array(upTo - below) : new Float32Array(upTo - below);
  let filled = 0;
  for (let i = 0; i < n; i++)
    for (let at = i * n; at < (i + 1) * n; at++) {
      if (at === i * n + i) continue;
      const bin = ((all[at]! - minimum) * scale) | 0;
      if (bin >= first && bin <= last) inside[filled++] = all[at]!;
    }
  const higher = select(inside, k - below);
  return [select(inside, k - 1 - below), higher];
}
