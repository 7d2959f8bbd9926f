// A linear layer whose weights are constants: the way back gives the slope by its input alone.

import * as tf from "@tensorflow/tfjs";
import { differentiable, matrixProduct, withGradient } from "../../engine";

/** How a linear layer is applied: `x W' + b`, `[rows, in]` to `[rows, out]`. */
export type LinearLayer = (x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor) => tf.Tensor2D;

/**
 * `x W' + b` with `W` `[out, in]` and `b` `[out]` held constant. The gradients of eq. 12 are by representations, so those
 * of the weights would be computed for nothing.
 */
export const constantLinear: LinearLayer = (x, weight, bias) =>
  differentiable({ x }, () =>
    withGradient(
      tf.tidy(() => tf.add(matrixProduct(x, weight, "second"), bias)),
      { weight },
      (slope, saved) => ({ x: () => matrixProduct(slope, saved.weight) }),
    ),
  ) as tf.Tensor2D;
