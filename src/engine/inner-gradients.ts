// Gradients taken in the middle of a loss, over the operations that the gradient around it goes back over anyway.

import type * as tf from "@tensorflow/tfjs";
import { RelataError } from "../core";
import { isDifferentiated } from "./differentiated";
import { recorder } from "./tape";

let isInner = false;

/** Whether the way back is an inner one: the same operations are gone back over once more. */
export function isInnerGradient(): boolean {
  return isInner;
}

/**
 * The gradients of `value` by the tensors `by` that led to it, as constants. It goes back over operations that
 * `gradients` or `recorded` records around it: nothing is computed anew on the way there, and they can be gone back over
 * again. Parameters get no gradient here.
 *
 * @example gradients(() => { const h = encode(batch); const [slope] = innerGradients(task(h), [h]); return contrast(h, tf.add(h, slope!)); }, parameters);
 * @throws RelataError where operations are not recorded, for a parameter, and for a tensor that did not lead to `value`
 */
export function innerGradients(value: tf.Scalar, by: readonly tf.Tensor[]): tf.Tensor[] {
  const engine = recorder();
  const { state } = engine;
  if (state.gradientDepth === 0)
    throw new RelataError(
      "innerGradients was called where no operation is recorded: call it in the loss of gradients(), or in recorded()",
    );
  const parameter = by.findIndex(isDifferentiated);
  if (parameter >= 0)
    throw new RelataError(
      `innerGradients was asked for tensor ${parameter}, a parameter: gradients() gives its gradient`,
    );
  isInner = true;
  // As inside an operation: the steps of the way back are not recorded.
  state.kernelDepth++;
  try {
    const { grads } = engine.gradients(() => value, by, undefined, true);
    const missing = by.findIndex((_, at) => !grads[at]);
    if (missing >= 0)
      throw new RelataError(
        `tensor ${missing} of innerGradients did not lead to the value: compute the value from it`,
      );
    return grads as tf.Tensor[];
  } finally {
    state.kernelDepth--;
    isInner = false;
  }
}
