// Layer normalisation (Ba et al. 2016): y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over the last axis.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient } from "../engine";
import { columnSums } from "./linear";

/** `(x - mean) / sqrt(variance + epsilon)` of each row, and the factor `1 / sqrt(...)` `[rows, 1]`. */
export function normalise(x: tf.Tensor, epsilon: number): { normal: tf.Tensor; factor: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const factor = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  return { normal: tf.mul(centred, factor), factor };
}

/** `normal * gamma + beta`. */
export function scaleAndShift(normal: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(normal, gamma), beta);
}

/** The gradients of layer normalisation from the slope of its value, all `[rows, n]`. */
export function layerNormSlopes(
  slope: tf.Tensor,
  normal: tf.Tensor,
  factor: tf.Tensor,
  gamma: tf.Tensor,
): { x: () => tf.Tensor; gamma: () => tf.Tensor; beta: () => tf.Tensor } {
  return {
    x: () => {
      const scaled = tf.mul(slope, gamma);
      const along = tf.mean(tf.mul(scaled, normal), -1, true);
      const centred = tf.sub(scaled, tf.mean(scaled, -1, true));
      return tf.mul(tf.sub(centred, tf.mul(normal, along)), factor);
    },
    gamma: () => columnSums(tf.mul(slope, normal)),
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
