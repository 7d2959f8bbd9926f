// The linear layer, with weights as torch keeps them: `y = x W' + b`, W is [out, in].

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient } from "../engine";

/** `x W' + b`: `[rows, in]`, `[out, in]`, `[out]` to `[rows, out]`, without gradient. */
export function affine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias);
}

/** The gradients of `affine` by its three inputs, from the slope `[rows, out]`. */
export function affineSlopes(
  slope: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
): { x: () => tf.Tensor; weight: () => tf.Tensor; bias: () => tf.Tensor } {
  return {
    x: () => tf.matMul(slope as tf.Tensor2D, weight as tf.Tensor2D),
    weight: () => tf.matMul(slope as tf.Tensor2D, x as tf.Tensor2D, true, false),
    bias: () => columnSums(slope),
  };
}

/** Sums over rows: `[rows, n]` to `[n]`, as a product with ones, which is the fastest way on every engine. */
export function columnSums(x: tf.Tensor): tf.Tensor {
  const [rows, columns] = x.shape as [number, number];
  return tf.matMul(tf.ones([1, rows]), x as tf.Tensor2D).reshape([columns]);
}

/** The differentiable linear layer on `[rows, in]`. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return differentiable({ x, weight, bias }, () =>
    withGradient(affine(x, weight, bias), { x, weight }, (slope, saved) =>
      affineSlopes(slope, saved.x, saved.weight),
    ),
  ) as tf.Tensor2D;
}
