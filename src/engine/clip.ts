// Gradient clipping by the norm over all parameters together.

import * as tf from "@tensorflow/tfjs";

/** The Euclidean norm of all gradients as one vector. */
export function globalNorm(gradients: ReadonlyMap<unknown, tf.Tensor>): tf.Scalar {
  return tf.tidy(() => {
    const squares = [...gradients.values()].map((gradient) => {
      const row = gradient.reshape([1, gradient.size]);
      return tf.matMul(row, row, false, true).asScalar();
    });
    return squares.length === 0 ? tf.scalar(0) : (tf.sqrt(tf.addN(squares)) as tf.Scalar);
  });
}

/**
 * New gradients, scaled by `min(1, maxNorm / (norm + 1e-6))` in single precision, as torch does. Those given stay the
 * caller's. `norm` is their `globalNorm`, for a caller who has read it already.
 */
export function clipByGlobalNorm<K>(
  gradients: ReadonlyMap<K, tf.Tensor>,
  maxNorm: number,
  norm: number = read(globalNorm(gradients)),
): Map<K, tf.Tensor> {
  const { fround } = Math;
  const factor = fround(fround(maxNorm) / fround(norm + fround(1e-6)));
  const clipped = tf.tidy(() => {
    const scale = tf.scalar(Math.min(1, factor));
    return [...gradients.values()].map((one) => (factor >= 1 ? one.clone() : one.mul(scale)));
  });
  return new Map([...gradients.keys()].map((parameter, index) => [parameter, clipped[index]!]));
}

function read(scalar: tf.Scalar): number {
  try {
    return scalar.dataSync()[0]!;
  } finally {
    scalar.dispose();
  }
}
