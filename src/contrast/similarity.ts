// How alike two vectors are: cosine or dot product, for all pairs at once, with gradients that are always finite.

import * as tf from "@tensorflow/tfjs";
import { withGradient } from "./custom-gradient";

/** `cosine`: of unit vectors, zero vectors have cosine 0 to everything; `dot`: the plain product. */
export type SimilarityName = "cosine" | "dot";

/** Norms are never taken smaller than this (as in PyTorch's `cosine_similarity`). */
export const SMALLEST_NORM = 1e-8;

/**
 * Vectors of length one along the last axis. A zero vector stays zero and gets gradient zero (its direction is
 * undefined), so nothing here is ever NaN for finite input.
 */
export function unitVectors<T extends tf.Tensor>(x: T): T {
  const unit = withGradient(x, (raw) => {
    const norm = tf.sqrt(tf.sum(tf.square(raw), -1, true));
    const isLong = tf.cast(tf.greater(norm, SMALLEST_NORM), "float32");
    const inverse = tf.div(isLong, tf.maximum(norm, SMALLEST_NORM));
    const value = tf.mul(raw, inverse);
    // d(x/|x|) takes the part along x out of the gradient and divides by |x|
    const gradient = (dy: tf.Tensor, [y, scale]: readonly tf.Tensor[]) =>
      tf.mul(scale!, tf.sub(dy, tf.mul(y!, tf.sum(tf.mul(dy, y!), -1, true))));
    return { value, saved: [value, inverse], gradient };
  });
  return unit as T;
}

/** Similarities of every row of `a` `[n, d]` to every row of `b` `[m, d]`: `[n, m]`. */
export function similarities(a: tf.Tensor2D, b: tf.Tensor2D, name: SimilarityName): tf.Tensor2D {
  if (name === "dot") return tf.matMul(a, b, false, true);
  return tf.tidy(() => {
    const left = unitVectors(a);
    return tf.matMul(left, a === b ? left : unitVectors(b), false, true);
  });
}

/** Similarities of row i of `a` `[n, d]` to row i of `b` `[n, d]`: `[n, 1]`. */
export function pairedSimilarities(a: tf.Tensor2D, b: tf.Tensor2D, name: SimilarityName): tf.Tensor2D {
  return tf.tidy(() =>
    tf.sum(name === "dot" ? tf.mul(a, b) : tf.mul(unitVectors(a), unitVectors(b)), 1, true),
  );
}

/** Similarities of row i of `a` `[n, d]` to each row of its own list `lists[i]` `[n, m, d]`: `[n, m]`. */
export function listSimilarities(a: tf.Tensor2D, lists: tf.Tensor3D, name: SimilarityName): tf.Tensor2D {
  return tf.tidy(() => {
    const [left, right] = name === "dot" ? [a, lists] : [unitVectors(a), unitVectors(lists)];
    return tf.squeeze<tf.Tensor2D>(tf.matMul(tf.expandDims(left, 1), right, false, true), [1]);
  });
}
