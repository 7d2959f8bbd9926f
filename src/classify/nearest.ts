// The k nearest rows by brute force: products of blocks, the best of each block, then an exact re-ranking.

import * as tf from "@tensorflow/tfjs";
import { row, type Matrix } from "../core";
import { scoped } from "../engine/scoped";
import { checkWidth, matrixOf, rowsTensor, sizeOf, type VectorInput } from "./vectors";

/** `euclidean` distance, or `cosine` distance 1 - cos (a zero vector is at distance 1 from everything). */
export type Metric = "euclidean" | "cosine";

/** For each query its nearest rows, nearest first; row-major, `k` a row. */
export interface NeighbourList {
  readonly k: number;
  readonly indices: Int32Array;
  readonly distances: Float64Array;
}

/** A block of scores never holds more numbers than this (64 MB). */
const BLOCK = 1 << 24;
const QUERY_ROWS = 1024;
/** Rows kept beyond k before the exact ranking, so that float32 rounding cannot lose a neighbour. */
const SLACK = 8;

/** Rows of unit length; zero rows stay zero. */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.maximum(tf.norm(x, "euclidean", 1, true), 1e-8));
}

/** Exact distance in float64. */
function distance(a: Float32Array, b: Float32Array, metric: Metric): number {
  let [product, left, right, squares] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    product += x * y;
    left += x * x;
    right += y * y;
    squares += (x - y) * (x - y);
  }
  if (metric === "euclidean") return Math.sqrt(squares);
  return 1 - product / (Math.max(Math.sqrt(left), 1e-8) * Math.max(Math.sqrt(right), 1e-8));
}

/** Candidates for one block of queries, by block of rows: larger score = nearer. */
function* blockCandidates(
  points: Matrix,
  queries: tf.Tensor2D,
  wanted: number,
  centre: tf.Tensor1D,
  metric: Metric,
) {
  const prepare = (x: tf.Tensor2D): tf.Tensor2D => (metric === "cosine" ? unitRows(x) : tf.sub(x, centre));
  const step = Math.max(1, Math.floor(BLOCK / Math.max(queries.shape[0], points.columns)));
  for (let from = 0; from < points.rows; from += step) {
    const to = Math.min(points.rows, from + step);
    const kept = Math.min(wanted, to - from);
    const found = scoped(() => {
      const block = prepare(rowsTensor(points, from, to));
      const product = tf.matMul(prepare(queries), block, false, true);
      // |q - x|^2 = |q|^2 - 2 (q.x - |x|^2 / 2): the query's own norm changes no order
      const score = metric === "cosine" ? product : tf.sub(product, tf.div(tf.sum(tf.square(block), 1), 2));
      return tf.topk(score, kept).indices.dataSync();
    });
    yield { from, kept, found };
  }
}

/**
 * The `k` nearest rows of `points` for each query; equal distances: the lower index first. Memory is bounded by
 * blocks of 64 MB whatever the sizes; distances are exact (float64).
 */
export function nearestNeighbours(
  points: VectorInput,
  queries: VectorInput,
  k: number,
  metric: Metric,
): NeighbourList {
  const known = matrixOf(points);
  const asked = matrixOf(queries);
  checkWidth("the nearest neighbours", queries, known.columns);
  const kept = Math.min(k, known.rows);
  const wanted = Math.min(known.rows, k + SLACK);
  const [count] = sizeOf(queries);
  const indices = new Int32Array(count * kept);
  const distances = new Float64Array(count * kept);
  tf.tidy(() => {
    const centre = columnMeans(known);
    for (let from = 0; from < count; from += QUERY_ROWS) {
      const to = Math.min(count, from + QUERY_ROWS);
      const candidates: number[][] = Array.from({ length: to - from }, () => []);
      tf.tidy(() => {
        const block = rowsTensor(queries, from, to);
        for (const part of blockCandidates(known, block, wanted, centre, metric))
          candidates.forEach((list, q) => {
            for (let i = 0; i < part.kept; i++) list.push(part.from + part.found[q * part.kept + i]!);
          });
      });
      candidates.forEach((list, q) => {
        const query = row(asked, from + q);
        const ranked = list.map((index) => ({ index, distance: distance(query, row(known, index), metric) }));
        ranked.sort((a, b) => a.distance - b.distance || a.index - b.index);
        for (let i = 0; i < kept; i++) {
          indices[(from + q) * kept + i] = ranked[i]!.index;
          distances[(from + q) * kept + i] = ranked[i]!.distance;
        }
      });
    }
  });
  return { k: kept, indices, distances };
}

/** Mean of each column `[columns]`: taken off before squared distances, which loses fewer digits. */
function columnMeans({ data, rows, columns }: Matrix): tf.Tensor1D {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i += columns) for (let j = 0; j < columns; j++) sums[j]! += data[i + j]!;
  return tf.tensor1d(Float32Array.from(sums, (sum) => sum / rows));
}
