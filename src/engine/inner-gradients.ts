// Gradients taken in the middle of a loss, over the operations that the gradient around it goes back over anyway.

import type * as tf from "@tensorflow/tfjs";
import { RelataError } from "../core";
import { recorder, releaseTape } from "./tape";

let isInner = false;

/** Whether the way back is an inner one: the same operations are gone back over once more. */
export function isInnerGradient(): boolean {
  return isInner;
}

/**
 * The gradients of `value`, which was computed inside `gradients`, by the tensors `by` that led to it, as constants.
 * Nothing is computed anew on the way there, and parameters get no gradient.
 *
 * @example gradients(() => { const h = encode(batch); const [slope] = innerGradients(task(h), [h]); return contrast(h, tf.add(h, slope!)); }, parameters);
 * @throws RelataError where operations are not recorded: neither in `gradients` nor in `recorded`
 */
export function innerGradients(value: tf.Scalar, by: readonly tf.Tensor[]): tf.Tensor[] {
  const engine = recorder();
  const { state } = engine;
  if (state.gradientDepth === 0)
    throw new RelataError(
      "innerGradients was called where no operation is recorded: call it in the loss of gradients(), or in recorded()",
    );
  const before = isInner;
  isInner = true;
  // As inside an operation: the steps of the way back are not recorded.
  state.kernelDepth++;
  try {
    return engine.gradients(() => value, by).grads as tf.Tensor[];
  } finally {
    state.kernelDepth--;
    isInner = before;
  }
}

/** Runs `work`, which may take `innerGradients`, where no gradient is taken around it. */
export function recorded<T>(work: () => T): T {
  const engine = recorder();
  engine.startTape();
  try {
    return work();
  } finally {
    engine.endTape();
    releaseTape();
  }
}
