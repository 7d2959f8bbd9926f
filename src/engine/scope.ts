// Scopes for work that waits: `tf.tidy` cannot, because it ends at the first await.

import * as tf from "@tensorflow/tfjs";

/** What releases tensors at the end of a scope. */
export interface Scope {
  /** Hands `tensor` to the scope and gives it back. */
  own<T extends tf.Tensor>(tensor: T): T;
}

/**
 * Runs `work` and releases every tensor it handed to the scope, also when it throws. Tensors made by operations
 * between two awaits are best made in `tf.tidy` and only its result handed over.
 *
 * @example await withScope(async ({ own }) => { const x = own(tf.tidy(() => embed(batch))); await pause(); return x.dataSync(); });
 */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const owned: tf.Tensor[] = [];
  try {
    return await work({
      own: (tensor) => {
        owned.push(tensor);
        return tensor;
      },
    });
  } finally {
    tf.dispose(owned);
  }
}
