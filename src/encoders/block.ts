// What the parts of a transformer block are given: weights to read, and dropout.

import * as tf from "@tensorflow/tfjs";
import type { DropoutStream, Parameter } from "../engine";
import type { Packing } from "./packing";

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
  /** Where it is given, the rows of states are those of tokens alone, else all `batch * length`. */
  readonly packing?: Packing | undefined;
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

/** The mask for the hidden states or the attention of this pass; undefined where nothing is dropped. */
export function maskFor(
  dropout: BlockDropout | undefined,
  kind: "hidden" | "attention",
  shape: readonly number[],
): tf.Tensor | undefined {
  return dropout === undefined || dropout[kind] === 0 ? undefined : dropout.stream.mask(shape, dropout[kind]);
}

/** `x` where `mask` holds, else 0: dropout without its factor, which blocks apply to a weight; its own gradient. */
export function keptWhere(mask: tf.Tensor | undefined, x: tf.Tensor): tf.Tensor {
  return mask === undefined ? x : tf.mul(x, tf.cast(mask, "float32"));
}

/** A mask as something to save: nothing where there is none. */
export function maskToSave<Name extends string>(
  name: Name,
  mask: tf.Tensor | undefined,
): Partial<Record<Name, tf.Tensor>> {
  return mask === undefined ? {} : ({ [name]: mask } as Partial<Record<Name, tf.Tensor>>);
}
