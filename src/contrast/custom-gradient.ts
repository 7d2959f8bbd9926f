// A function of one tensor with its gradient written out, for when the closed form is shorter and safer.

import * as tf from "@tensorflow/tfjs";

/** Value, what the backward pass needs, and the backward pass itself. */
export interface WithGradient {
  readonly value: tf.Tensor;
  readonly saved: readonly tf.Tensor[];
  readonly gradient: (upstream: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor;
}

/** Applies `forward` to `x`; when gradients are taken, `gradient` is called with the saved tensors. */
export function withGradient(x: tf.Tensor, forward: (x: tf.Tensor) => WithGradient): tf.Tensor {
  // tfjs passes the tensors and then the save function, under one union type
  const apply = tf.customGrad((...given) => {
    const save = given[1] as unknown as (tensors: readonly tf.Tensor[]) => void;
    const { value, saved, gradient } = forward(given[0] as tf.Tensor);
    save(saved);
    return { value, gradFunc: (upstream: tf.Tensor, kept: tf.Tensor[]) => gradient(upstream, kept) };
  });
  return apply(x);
}
