// TensorFlow's own operations by name, beside those that tfjs wraps. Only the tensorflow engine has them.

import * as tf from "@tensorflow/tfjs";

/** An attribute of a raw operation, made by `attribute`. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor of the library by its number, as its addon describes it. */
export interface RawOutput {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The part of the native backend that this folder relies on. */
export interface RawBackend {
  readonly binding: {
    isUsingGpuDevice(): boolean;
    executeOp(
      name: string,
      attributes: readonly Attribute[],
      inputs: readonly number[],
      outputs: number,
    ): RawOutput[];
    deleteTensor(id: number): void;
    readonly TF_Version: string;
  };
  executeSingleOutput(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
  ): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  createOutputTensor(output: RawOutput): tf.Tensor;
}

/** The native backend when it is the one that runs, else undefined. */
export function rawBackend(): RawBackend | undefined {
  return tf.getBackend() === "tensorflow" ? (tf.backend() as unknown as RawBackend) : undefined;
}

// Numbers of the C header tf_attrtype.h and tf_datatype.h: part of TensorFlow's stable C interface.
const ATTRIBUTE = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;
const TYPE = { float32: 1, int32: 3, bool: 10 } as const;

/** The dtypes that raw operations are called with here. */
export type RawType = keyof typeof TYPE;

/** Attributes of raw operations, one maker a kind. */
export const attribute = {
  type: (name: string, type: RawType): Attribute => ({ name, type: ATTRIBUTE.type, value: TYPE[type] }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: ATTRIBUTE.bool, value }),
  float: (name: string, value: number): Attribute => ({ name, type: ATTRIBUTE.float, value }),
  string: (name: string, value: string): Attribute => ({ name, type: ATTRIBUTE.string, value }),
  shape: (name: string, value: readonly number[]): Attribute => ({ name, type: ATTRIBUTE.shape, value }),
};
