// The k nearest rows by brute force: products of blocks, the best of each block, then an exact re-ranking.

import * as tf from "@tensorflow/tfjs";
import { row, type Matrix } from "../core";
import { matrixProduct } from "../engine";
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

/** The best of one block of rows for a block of queries: scores (larger = nearer) and places, `kept` a query. */
interface BlockBest {
  readonly from: number;
  readonly kept: number;
  readonly scores: Float32Array;
  readonly places: Int32Array;
}

/** The best rows of every block for prepared queries. */
function* blockCandidates(
  points: Matrix,
  queries: tf.Tensor2D,
  wanted: number,
  centre: tf.Tensor1D,
  metric: Metric,
): Iterable<BlockBest> {
  const step = Math.max(1, Math.floor(BLOCK / Math.max(queries.shape[0], points.columns)));
  for (let from = 0; from < points.rows; from += step) {
    const to = Math.min(points.rows, from + step);
    const kept = Math.min(wanted, to - from);
    yield scoped(() => {
      const block = rowsTensor(points, from, to);
      const { values, indices } = tf.topk(scoresOf(block, queries, centre, metric), kept);
      return {
        from,
        kept,
        scores: values.dataSync<"float32">() as Float32Array,
        places: indices.dataSync<"int32">() as Int32Array,
      };
    });
  }
}

/** Larger = nearer, in an order that is the metric's: constants of a query are left out. */
function scoresOf(
  block: tf.Tensor2D,
  queries: tf.Tensor2D,
  centre: tf.Tensor1D,
  metric: Metric,
): tf.Tensor2D {
  if (metric === "cosine") {
    const norms = tf.sqrt(tf.sum(tf.square(block), 1));
    return tf.div(matrixProduct(queries, block, "second"), tf.maximum(norms, 1e-8));
  }
  // |q - x|^2 = |q|^2 - 2 (q.x - |x|^2 / 2): the query's own norm changes no order
  const rows = tf.sub(block, centre);
  return tf.sub(matrixProduct(queries, rows, "second"), tf.div(tf.sum(tf.square(rows), 1), 2));
}

/** The places of the `wanted` best scores of a query over all blocks. */
function bestOf(blocks: readonly BlockBest[], query: number, wanted: number): number[] {
  const scores: number[] = [];
  const places: number[] = [];
  for (const { from, kept, scores: own, places: found } of blocks)
    for (let i = query * kept; i < (query + 1) * kept; i++) {
      const score = own[i]!;
      if (scores.length === wanted && !(score > scores[wanted - 1]!)) break;
      let at = Math.min(scores.length, wanted - 1);
      for (; at > 0 && scores[at - 1]! < score; at--) {
        scores[at] = scores[at - 1]!;
        places[at] = places[at - 1]!;
      }
      scores[at] = score;
      places[at] = from + found[i]!;
    }
  return places;
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
      const blocks = scoped(() => {
        const rows = rowsTensor(queries, from, to);
        const prepared = metric === "cosine" ? unitRows(rows) : (tf.sub(rows, centre) as tf.Tensor2D);
        return [...blockCandidates(known, prepared, wanted, centre, metric)];
      });
      for (let q = from; q < to; q++) {
        const query = row(asked, q);
        const ranked = bestOf(blocks, q - from, wanted).map((index) => ({
          index,
          distance: distance(query, row(known, index), metric),
        }));
        ranked.sort((a, b) => a.distance - b.distance || a.index - b.index);
        for (let i = 0; i < kept; i++) {
          indices[q * kept + i] = ranked[i]!.index;
          distances[q * kept + i] = ranked[i]!.distance;
        }
      }
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
