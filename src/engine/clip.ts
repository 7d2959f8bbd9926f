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
 * New gradients, scaled by `min(1, maxNorm / (norm + 1e-6))` as torch does. Those given stay the caller's.
 */
export function clipByGlobalNorm<K>(
  gradients: ReadonlyMap<K, tf.Tensor>,
  maxNorm: number,
): Map<K, tf.Tensor> {
  const factor = tf.tidy(() => tf.minimum(1, tf.div(maxNorm, globalNorm(gradients).add(1e-6))));
  try {
    return new Map([...gradients].map(([parameter, gradient]) => [parameter, gradient.mul(factor)]));
  } finally {
    factor.dispose();
  }
}
