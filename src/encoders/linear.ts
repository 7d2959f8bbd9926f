// The linear layer, with weights as torch keeps them: `y = x W' + b`, W is [out, in].

import * as tf from "@tensorflow/tfjs";
import { differentiable, matrixProduct, withGradient } from "../engine";

/**
 * `scale (x W' + b)`: `[rows, in]`, `[out, in]`, `[out]` to `[rows, out]`, without gradient. A scale costs next to
 * nothing here, because it is applied to the weights.
 */
export function affine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, scale = 1): tf.Tensor {
  // A scope of its own, because the product without the bias is as large as the result.
  return tf.tidy(() => tf.add(matrixProduct(x, scaled(weight, scale), "second"), scaled(bias, scale)));
}

/** The gradients of `affine` by its three inputs, from the slope `[rows, out]`. */
export function affineSlopes(
  slope: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
  scale = 1,
): { x: () => tf.Tensor; weight: () => tf.Tensor; bias: () => tf.Tensor } {
  return {
    x: () => matrixProduct(slope, scaled(weight, scale)),
    weight: () => scaled(matrixProduct(slope, x, "first"), scale),
    bias: () => scaled(columnSums(slope), scale),
  };
}

/** `x` times a number, or `x` itself for 1. */
export function scaled(x: tf.Tensor, scale: number): tf.Tensor {
  return scale === 1 ? x : tf.mul(x, scale);
}

/** Sums over rows: `[rows, n]` to `[n]`, as a product with ones, which is the fastest way on every engine. */
export function columnSums(x: tf.Tensor): tf.Tensor {
  const [rows, columns] = x.shape as [number, number];
  return matrixProduct(tf.ones([1, rows]), x).reshape([columns]);
}

/** The differentiable linear layer on `[rows, in]`. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return differentiable({ x, weight, bias }, () =>
    withGradient(affine(x, weight, bias), { x, weight }, (slope, saved) =>
      affineSlopes(slope, saved.x, saved.weight),
    ),
  ) as tf.Tensor2D;
}
