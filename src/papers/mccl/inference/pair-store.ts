// The training pairs of lazy inference in a file (paper 004, section 3.4): read in blocks, so they need not fit memory.

import * as tf from "@tensorflow/tfjs";
import { DataError, OptionError, ShapeError, type Matrix } from "../../../core";
import { writeSafetensors } from "../../../encoders";
import { openSafetensors } from "../../../encoders/weights";
import { scoped } from "../../../engine/scoped";
import {
  onlyAsked,
  relationsOf,
  type EmbeddedPairs,
  type InferenceOptions,
  type Predictions,
} from "./predictions";

/** Training pairs in a file, by relation. */
export interface PairStore extends InferenceOptions {
  /** Numbers of a vector. */
  readonly dim: number;
  /** Stored rows of each relation; a pair with several relations is stored under each. */
  readonly counts: readonly number[];
  /**
   * Mean cosine to the k nearest pairs of each relation, `[queries, relations]` row-major, one list a k; NaN for a
   * relation without pairs. Equal to `classwiseKnn().scoresFor`. Memory: a block of pairs, the queries, and
   * `queries x largest k` numbers.
   */
  scoresFor(queries: Matrix, ks: readonly number[]): Float32Array[];
}

const KIND = "relata pairs 1";
const QUERY_ROWS = 2048;

/**
 * Writes the visible candidate pairs, unit vectors by relation in blocks of `rowsPerBlock` (default 8,192).
 *
 * @throws OptionError for a block without rows, DataError when no pair is visible
 */
export function writePairStore(
  file: string,
  { pairs, vectors, isVisible }: EmbeddedPairs,
  { relations, isMultiLabel }: InferenceOptions,
  rowsPerBlock = 8192,
): void {
  if (!(Number.isInteger(rowsPerBlock) && rowsPerBlock >= 1))
    throw new OptionError(`rowsPerBlock is ${rowsPerBlock}: expected a whole number of at least 1`);
  const members: number[][] = Array.from({ length: relations }, () => []);
  pairs.forEach(({ labels, isCandidate }, row) => {
    if (isCandidate && isVisible[row])
      for (const label of labels.length === 0 ? [0] : labels) members[label]!.push(row);
  });
  if (members.every((own) => own.length === 0))
    throw new DataError("no pair to store is a visible candidate: raise maxLength, or take more pairs");
  const { data, columns } = vectors;
  const blocks = members.flatMap((own, relation) =>
    Array.from({ length: Math.ceil(own.length / rowsPerBlock) }, (_, block) => {
      const rows = own.slice(block * rowsPerBlock, (block + 1) * rowsPerBlock);
      const unit = (): Float32Array => {
        const out = new Float32Array(rows.length * columns);
        rows.forEach((row, at) => {
          const vector = data.subarray(row * columns, (row + 1) * columns);
          const length = Math.max(1e-8, Math.hypot(...vector));
          vector.forEach((value, i) => (out[at * columns + i] = value / length));
        });
        return out;
      };
      return { name: `${relation}/${block}`, shape: [rows.length, columns], data: unit };
    }),
  );
  writeSafetensors(file, blocks, {
    kind: KIND,
    relations: String(relations),
    isMultiLabel: String(isMultiLabel),
  });
}

/**
 * Opens a file that `writePairStore` wrote; no vector is read yet.
 *
 * @throws DataError for a file of another kind
 */
export function openPairStore(file: string): PairStore {
  const weights = openSafetensors(file);
  const { kind, relations: named, isMultiLabel } = weights.metadata;
  const relations = Number(named);
  const names = weights.names();
  if (kind !== KIND || !Number.isInteger(relations) || names.length === 0)
    throw new DataError(`${file}: holds no pairs, expected a file of writePairStore`);
  const dim = weights.shape(names[0]!)[1]!;
  const blocksOf = (relation: number): string[] => names.filter((name) => name.startsWith(`${relation}/`));
  const scoresFor = (queries: Matrix, ks: readonly number[]): Float32Array[] => {
    if (queries.columns !== dim)
      throw new ShapeError("the queries of stored pairs", [queries.rows, queries.columns], [null, dim]);
    const bad = ks.find((k) => !(Number.isInteger(k) && k >= 1));
    if (bad !== undefined) throw new OptionError(`k is ${bad}: it must be a whole number, 1 or more`);
    const scores = ks.map(() => new Float32Array(queries.rows * relations).fill(NaN));
    for (let relation = 0; relation < relations && ks.length > 0; relation++) {
      const search = new Search(queries, Math.max(...ks));
      try {
        for (const name of blocksOf(relation)) search.add(weights.read(name), weights.shape(name)[0]!);
        ks.forEach((k, at) =>
          search.means(k)?.forEach((mean, q) => (scores[at]![q * relations + relation] = mean)),
        );
      } finally {
        search.dispose();
      }
    }
    return scores;
  };
  return {
    relations,
    isMultiLabel: isMultiLabel === "true",
    dim,
    counts: Array.from({ length: relations }, (_, relation) =>
      blocksOf(relation).reduce((sum, name) => sum + weights.shape(name)[0]!, 0),
    ),
    scoresFor,
  };
}

/** Largest cosines of each query so far, block after block of one relation. */
class Search {
  private best: tf.Tensor2D[] = [];
  private found = 0;

  constructor(
    private readonly queries: Matrix,
    private readonly most: number,
  ) {}

  add(block: Float32Array, rows: number): void {
    const { data, columns, rows: count } = this.queries;
    const members = tf.tensor2d(block, [rows, columns]);
    const before = this.best;
    this.best = [];
    for (let from = 0; from < count; from += QUERY_ROWS) {
      const to = Math.min(count, from + QUERY_ROWS);
      const known = before[this.best.length];
      this.best.push(
        tf.tidy(() => {
          const raw = tf.tensor2d(data.subarray(from * columns, to * columns), [to - from, columns]);
          const unit = tf.div(raw, tf.maximum(tf.norm(raw, "euclidean", 1, true), 1e-8)) as tf.Tensor2D;
          const cosines: tf.Tensor2D = tf.matMul(unit, members, false, true);
          const all: tf.Tensor2D = known === undefined ? cosines : tf.concat([known, cosines], 1);
          return tf.topk(all, Math.min(this.most, all.shape[1])).values as tf.Tensor2D;
        }),
      );
    }
    this.found += rows;
    tf.dispose([members, ...before]);
  }

  /** Means over the k nearest; undefined when there was no pair. */
  means(k: number): Float32Array | undefined {
    if (this.found === 0) return undefined;
    const out = new Float32Array(this.queries.rows);
    this.best.forEach((values, block) =>
      out.set(
        scoped(
          () =>
            tf
              .mean(tf.slice(values, [0, 0], [values.shape[0], Math.min(k, values.shape[1])]), 1)
              .dataSync<"float32">() as Float32Array,
        ),
        block * QUERY_ROWS,
      ),
    );
    return out;
  }

  dispose(): void {
    tf.dispose(this.best);
    this.best = [];
  }
}

/** Classwise kNN against stored pairs, for several k: what `nearestPairs` predicts, in bounded memory. */
export function nearestStoredPairs(
  store: PairStore,
  queries: EmbeddedPairs,
  ks: readonly number[],
  bias?: ArrayLike<number>,
): Predictions[] {
  return store.scoresFor(queries.vectors, ks).map((scores) => {
    if (bias !== undefined)
      for (let i = 0; i < scores.length; i++) scores[i]! += bias[i % store.relations] ?? 0;
    return onlyAsked(relationsOf(scores, store), queries);
  });
}
