// Hidden states of words: the first piece of each word, or the mean of its pieces (paper 003, section 2.1 [R1]).

import * as tf from "@tensorflow/tfjs";
import { unknownName } from "../core";
import type { WordBatch } from "../text/word-batch";
import { segmentMeans } from "./entity-states";

/** Which piece stands for a word: the first, or the mean of all. */
export type WordReading = "first" | "mean";

/**
 * One vector a word, sentence after sentence: `[size, length, hidden]` to `[total, hidden]`.
 *
 * @example wordStates(encoder.forward(batch).last, batch, "first")
 */
export function wordStates(
  last: tf.Tensor3D,
  { places, total }: Pick<WordBatch, "places" | "total">,
  reading: WordReading = "first",
): tf.Tensor2D {
  if (reading !== "first" && reading !== "mean")
    throw unknownName("reading of words", reading, ["first", "mean"]);
  const [size, length, hidden] = last.shape;
  return tf.tidy(() => {
    const flat = last.reshape([size * length, hidden]);
    if (reading === "first") {
      const first = Int32Array.from({ length: total }, (_, word) => places[2 * word]!);
      return tf.gather(flat, tf.tensor1d(first, "int32")) as tf.Tensor2D;
    }
    const rows: number[] = [];
    const owners: number[] = [];
    for (let word = 0; word < total; word++)
      for (let at = places[2 * word]!; at < places[2 * word + 1]!; at++) {
        rows.push(at);
        owners.push(word);
      }
    return segmentMeans(tf.gather(flat, tf.tensor1d(rows, "int32")) as tf.Tensor2D, owners, total);
  });
}

/** Rows as padded groups: which row stands at each place (0 in the padding), and 1 where there is one, else 0. */
export interface PaddedRows {
  readonly groups: number;
  /** Most rows of a group, at least 1. */
  readonly width: number;
  /** `[groups, width]` row-major. */
  readonly rows: Int32Array;
  /** `[groups, width]` row-major. */
  readonly mask: Float32Array;
}

/** Lays out groups of row numbers as one rectangle. */
export function padRows(groups: readonly ArrayLike<number>[]): PaddedRows {
  const width = Math.max(1, ...groups.map(({ length }) => length));
  const rows = new Int32Array(groups.length * width);
  const mask = new Float32Array(groups.length * width);
  groups.forEach((group, at) => {
    rows.set(Array.from(group), at * width);
    mask.fill(1, at * width, at * width + group.length);
  });
  return { groups: groups.length, width, rows, mask };
}

/** How vectors of a group become one: their mean, or the maximum of each coordinate. */
export type Pooling = "mean" | "max";

const NEVER = -1e30;

/**
 * Pools padded groups of vectors, `[groups, width, dim]` with `mask` `[groups, width]` to `[groups, dim]`: words of a
 * sentence (paper 003 [R3]) or nodes of a graph. A group without vectors gives 0.
 */
export function pooled(x: tf.Tensor3D, mask: Float32Array, how: Pooling): tf.Tensor2D {
  const [groups, width] = x.shape;
  return tf.tidy(() => {
    const isIn = tf.tensor3d(mask, [groups, width, 1]);
    const count = tf.sum(isIn, 1);
    if (how === "mean") return tf.div(tf.sum(tf.mul(x, isIn), 1), tf.maximum(count, 1)) as tf.Tensor2D;
    if (how !== "max") throw unknownName("pooling", how, ["mean", "max"]);
    const masked = tf.add(tf.mul(x, isIn), tf.mul(tf.sub(1, isIn), NEVER));
    return tf.where(tf.greater(count, 0), tf.max(masked, 1), 0) as tf.Tensor2D;
  });
}
