// Layer normalisation (Ba et al. 2016): y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over the last axis.

import * as tf from "@tensorflow/tfjs";
import { differentiable, matrixProduct, withGradient } from "../engine";
import { columnSums } from "./linear";

/** `(x - mean) / sqrt(variance + epsilon)` of each row, and the factor `1 / sqrt(...)` `[rows, 1]`. */
export function normalise(x: tf.Tensor, epsilon: number): { normal: tf.Tensor; factor: tf.Tensor } {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const factor = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return { normal: tf.mul(centred, factor), factor };
  });
}

/** `normal * gamma + beta`. */
export function scaleAndShift(normal: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(normal, gamma), beta);
}

/**
 * The gradients of layer normalisation from the slope of its value, all `[rows, n]`. With d = slope gamma,
 * `dx = factor (d - mean(d) - normal mean(d normal))`; both means are products of matrices with `gamma / n`.
 */
export function layerNormSlopes(
  slope: tf.Tensor,
  normal: tf.Tensor,
  factor: tf.Tensor,
  gamma: tf.Tensor,
): { x: () => tf.Tensor; gamma: () => tf.Tensor; beta: () => tf.Tensor } {
  const along = tf.mul(slope, normal);
  return {
    x: () =>
      tf.tidy(() => {
        const share = tf.div(gamma, gamma.size).reshape([gamma.size, 1]);
        const bent = tf.mul(normal, matrixProduct(along, share));
        const centred = tf.sub(tf.mul(slope, gamma), matrixProduct(slope, share));
        return tf.mul(tf.sub(centred, bent), factor);
      }),
    gamma: () => columnSums(along),
    beta: () => columnSums(slope),
  };
}

/** Differentiable layer normalisation of `[rows, n]` with `gamma` and `beta` `[n]`. */
export function layerNorm(x: tf.Tensor2D, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor2D {
  return differentiable({ x, gamma, beta }, () => {
    const { normal, factor } = normalise(x, epsilon);
    return withGradient(scaleAndShift(normal, gamma, beta), { normal, factor, gamma }, (slope, saved) =>
      layerNormSlopes(slope, saved.normal, saved.factor, saved.gamma),
    );
  }) as tf.Tensor2D;
}
