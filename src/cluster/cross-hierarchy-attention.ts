// Cross hierarchy attention: paper 002 (HiURE), eq. 6-8: points move towards exemplars that are like their own.

import * as tf from "@tensorflow/tfjs";

/** Attention between exemplars, and the features of the next layer. */
export type CrossHierarchyAttention = {
  /** alpha_jk = softmax_k(sharpness e_j . e_k), `[clusters, clusters]`. */
  readonly attention: tf.Tensor2D;
  /** h_i + weight sum_k alpha_{c_i k} e_k, `[points, dim]`. */
  readonly next: tf.Tensor2D;
};

/**
 * One step of attention over the exemplars of a layer. `sharpness` (lambda) and `weight` (lambda_att) may be tensors,
 * then they get gradients [R11]. The caller disposes of both results, or works inside `tf.tidy`.
 *
 * @param h features `[points, dim]`
 * @param exemplars `[clusters, dim]`
 * @param assignment cluster of each point, `[points]`
 */
export function crossHierarchyAttention(
  h: tf.Tensor2D,
  exemplars: tf.Tensor2D,
  assignment: ArrayLike<number>,
  sharpness: number | tf.Scalar,
  weight: number | tf.Scalar,
): CrossHierarchyAttention {
  return tf.tidy(() => {
    const attention = tf.softmax(
      tf.mul<tf.Tensor2D>(tf.matMul(exemplars, exemplars, false, true), sharpness),
    );
    const mixed = tf.matMul(attention, exemplars);
    const ofPoints = tf.gather(mixed, tf.tensor1d(Int32Array.from(assignment), "int32"));
    return { attention, next: tf.add<tf.Tensor2D>(h, tf.mul(ofPoints, weight)) };
  });
}
