// A scope whose result is plain data.

import * as tf from "@tensorflow/tfjs";

/**
 * Runs `work` and releases every tensor made in it, as `tf.tidy` does, and gives back plain data of any type:
 * `tf.tidy` itself searches its result for tensors, number by number when it is a typed array.
 *
 * @example const values = scoped(() => tf.softmax(logits).dataSync());
 */
export function scoped<T>(work: () => T): T {
  let result: { readonly value: T } | undefined;
  tf.tidy(() => {
    result = { value: work() };
  });
  return result!.value;
}
