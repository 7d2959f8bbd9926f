// Selective attention over the sentences of a bag: Lin et al. 2016; Li et al. 2022 (HiCLRE), eq. 3-5.

import * as tf from "@tensorflow/tfjs";
import { ShapeError } from "../core";

/** Bags of varying size as one padded block. */
export interface BagLayout {
  readonly bags: number;
  /** Places of a bag: the size of the largest. */
  readonly places: number;
  /** Row of each place among the sentences, row-major `[bags * places]`; padding points at row 0. */
  readonly rows: Int32Array;
  /** 1 for a sentence, 0 for padding, `[bags * places]`. */
  readonly mask: Float32Array;
}

/** The layout of bags with these sizes, whose sentences follow each other. A bag without sentences is an error. */
export function bagLayout(sizes: readonly number[]): BagLayout {
  const empty = sizes.findIndex((size) => !(Number.isInteger(size) && size > 0));
  if (empty >= 0) throw new ShapeError(`the sentences of bag ${empty}`, [sizes[empty]!], [null]);
  const places = Math.max(1, ...sizes);
  const rows = new Int32Array(sizes.length * places);
  const mask = new Float32Array(sizes.length * places);
  let row = 0;
  sizes.forEach((size, bag) => {
    for (let place = 0; place < size; place++) {
      rows[bag * places + place] = row++;
      mask[bag * places + place] = 1;
    }
  });
  return { bags: sizes.length, places, rows, mask };
}

/** Sentence vectors `[sentences, dim]` as padded bags `[bags, places, dim]`; padding is zero. */
export function intoBags(vectors: tf.Tensor2D, { bags, places, rows, mask }: BagLayout): tf.Tensor3D {
  return tf.tidy(() => {
    const gathered = tf.gather(vectors, tf.tensor1d(rows, "int32")) as tf.Tensor2D;
    return tf.mul(gathered, tf.tensor2d(mask, [bags * places, 1])).reshape([bags, places, vectors.shape[1]]);
  });
}

const NEVER = -1e30;

/** Soft-max of scores `[..., places]` over the places that the mask leaves, `[bags, 1?, places]`. */
export function maskedSoftmax(scores: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.softmax(tf.add(scores, tf.mul(tf.sub(1, mask), NEVER))));
}

/**
 * Attention of each bag's sentences for each of its queries: `alpha = softmax_i(h_i diag(a) r)` (eq. 3-4).
 * Bags `[bags, places, dim]` and queries `[bags, queries, dim]` give `[bags, queries, places]`; padding gets 0.
 */
export function bagAttention(
  bags: tf.Tensor3D,
  queries: tf.Tensor3D,
  diagonal: tf.Tensor1D,
  { mask, places }: BagLayout,
): tf.Tensor3D {
  return tf.tidy(() => {
    const scores = tf.matMul(tf.mul(queries, diagonal) as tf.Tensor3D, bags, false, true);
    return maskedSoftmax(scores, tf.tensor3d(mask, [bags.shape[0], 1, places])) as tf.Tensor3D;
  });
}

/** Bag vectors `sum_i alpha_i h_i` (eq. 5): `[bags, queries, places]` and `[bags, places, dim]` to `[bags, queries, dim]`. */
export function bagVectors(attention: tf.Tensor3D, bags: tf.Tensor3D): tf.Tensor3D {
  return tf.matMul(attention, bags);
}
