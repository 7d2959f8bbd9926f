// Constants of a loss: work inside a gradient that is not differentiated, so that nothing of it is kept for the way back.

import * as tf from "@tensorflow/tfjs";

/**
 * The result of `work` as a constant: no gradient passes it (stop-gradient), and its steps leave nothing in memory.
 *
 * @example const keys = withoutGradient(() => momentum.forward(batch).last);
 */
export function withoutGradient<T extends tf.Tensor>(work: () => T): T {
  const constant = tf.customGrad(() => ({ value: tf.tidy(work), gradFunc: () => [] }));
  return constant() as T;
}
