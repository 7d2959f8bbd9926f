// Which parameters a gradient is being taken with respect to, and the tensors that stand for them meanwhile.

import type * as tf from "@tensorflow/tfjs";
import type { Parameter } from "./parameter";

const stack: ReadonlyMap<Parameter, tf.Tensor>[] = [];

/** The tensor that stands for `parameter` in the gradient being taken, if one is. */
export function differentiated(parameter: Parameter): tf.Tensor | undefined {
  return stack.at(-1)?.get(parameter);
}

/** Runs `work` while `values` stand for their parameters. */
export function withDifferentiated<T>(values: ReadonlyMap<Parameter, tf.Tensor>, work: () => T): T {
  stack.push(values);
  try {
    return work();
  } finally {
    stack.pop();
  }
}

/** Whether `tensor` stands for a parameter in the gradient being taken. */
export function isDifferentiated(tensor: tf.Tensor): boolean {
  for (const value of stack.at(-1)?.values() ?? []) if (value === tensor) return true;
  return false;
}
