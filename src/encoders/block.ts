// What the parts of a transformer block are given: weights to read, and dropout.

import type * as tf from "@tensorflow/tfjs";
import type { DropoutStream, Parameter } from "../engine";
import { keepWhere } from "../engine";

/** Dropout in training: the stream, and the rates of hidden states and attention. */
export interface BlockDropout {
  readonly stream: DropoutStream;
  readonly hidden: number;
  readonly attention: number;
}

/** The size of a batch of sequences and of its heads. */
export interface BlockShape {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly hidden: number;
}

/** The tensors of `parameters`, and those among them that a gradient is wanted for. */
export function readWeights<Name extends string>(
  parameters: Readonly<Record<Name, Parameter>>,
): { weights: Record<Name, tf.Tensor>; trained: Partial<Record<Name, tf.Tensor>> } {
  const weights = {} as Record<Name, tf.Tensor>;
  const trained: Partial<Record<Name, tf.Tensor>> = {};
  for (const name of Object.keys(parameters) as Name[]) {
    weights[name] = parameters[name].value();
    if (parameters[name].isTrainable) trained[name] = weights[name];
  }
  return { weights, trained };
}

/** `x` where there is no mask, else dropout by `mask`; its own gradient. */
export function dropped(x: tf.Tensor, mask: tf.Tensor | undefined, rate: number): tf.Tensor {
  return mask === undefined ? x : keepWhere(mask, x, rate);
}

/** A mask as something to save: nothing where there is none. */
export function maskToSave<Name extends string>(
  name: Name,
  mask: tf.Tensor | undefined,
): Partial<Record<Name, tf.Tensor>> {
  return mask === undefined ? {} : ({ [name]: mask } as Partial<Record<Name, tf.Tensor>>);
}
