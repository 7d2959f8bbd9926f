// Parameters: on tensorflow a resource variable that the optimiser updates in place, elsewhere a kept tensor.

import * as tf from "@tensorflow/tfjs";
import { ShapeError } from "../core";
import { differentiated } from "./differentiated";
import type { Parameter } from "./parameter";
import { attribute, rawBackend, type RawBackend } from "./raw-ops";

/** First values: row-major numbers and their shape. */
export interface InitialValues {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How the optimiser may treat a parameter. */
export interface ParameterOptions {
  /** Default true; encoders make biases and LayerNorm false. */
  readonly isDecayed?: boolean;
  /** Default true. */
  readonly isTrainable?: boolean;
}

/**
 * A parameter with a copy of `initial`. A tensor that is given stays the caller's.
 *
 * @example const weight = createParameter("head.weight", initialNormal(random, [19, 384], 0.02));
 */
export function createParameter(
  name: string,
  initial: tf.Tensor | InitialValues,
  options: ParameterOptions = {},
): Parameter {
  const { isDecayed = true, isTrainable = true } = options;
  const shape = [...initial.shape];
  const given = initial instanceof tf.Tensor ? initial : undefined;
  const value = given ?? tensorOf(name, (initial as InitialValues).data, shape);
  try {
    const raw = rawBackend();
    return raw === undefined
      ? new TensorParameter(name, shape, isDecayed, isTrainable, value)
      : new ResourceParameter(name, shape, isDecayed, isTrainable, value, raw);
  } finally {
    if (given === undefined) value.dispose();
  }
}

function tensorOf(name: string, data: Float32Array, shape: number[]): tf.Tensor {
  if (data.length !== tf.util.sizeFromShape(shape))
    throw new ShapeError(`the data of "${name}"`, [data.length], [tf.util.sizeFromShape(shape)]);
  // The cpu engine computes on the array it is given; tensorflow's variables take a copy of their own.
  return tf.tensor(rawBackend() === undefined ? data.slice() : data, shape, "float32");
}

abstract class NamedParameter implements Parameter {
  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly isDecayed: boolean,
    public isTrainable: boolean,
  ) {}

  value(): tf.Tensor {
    return differentiated(this) ?? this.read();
  }

  assign(value: tf.Tensor | Float32Array): void {
    const given = value instanceof tf.Tensor ? value : undefined;
    if (given !== undefined && !tf.util.arraysEqual(given.shape, [...this.shape]))
      throw new ShapeError(`the new value of "${this.name}"`, given.shape, [...this.shape]);
    const tensor = given ?? tensorOf(this.name, value as Float32Array, [...this.shape]);
    try {
      this.write(tensor);
    } finally {
      if (given === undefined) tensor.dispose();
    }
  }

  data(): Float32Array {
    const value = this.read();
    try {
      // A copy: on some engines the array that comes back is the tensor's own memory.
      return Float32Array.from(value.dataSync() as Float32Array);
    } finally {
      value.dispose();
    }
  }

  protected abstract read(): tf.Tensor;
  protected abstract write(value: tf.Tensor): void;
  abstract dispose(): void;
}

class TensorParameter extends NamedParameter {
  private kept: tf.Tensor;

  constructor(
    name: string,
    shape: readonly number[],
    isDecayed: boolean,
    isTrainable: boolean,
    value: tf.Tensor,
  ) {
    super(name, shape, isDecayed, isTrainable);
    this.kept = tf.keep(value.clone());
  }

  protected read(): tf.Tensor {
    return this.kept.clone();
  }

  protected write(value: tf.Tensor): void {
    const before = this.kept;
    this.kept = tf.keep(value.clone());
    before.dispose();
  }

  dispose(): void {
    this.kept.dispose();
  }
}

let resources = 0;

/** A resource variable; `handle` is what raw optimiser operations take. */
export class ResourceParameter extends NamedParameter {
  readonly handle: tf.Tensor;
  private readonly raw: RawBackend;

  constructor(
    name: string,
    shape: readonly number[],
    isDecayed: boolean,
    isTrainable: boolean,
    value: tf.Tensor,
    raw: RawBackend,
  ) {
    super(name, shape, isDecayed, isTrainable);
    this.raw = raw;
    this.handle = newVariable(raw, shape);
    this.write(value);
  }

  protected read(): tf.Tensor {
    return this.raw.executeSingleOutput("ReadVariableOp", FLOAT, [this.handle]);
  }

  protected write(value: tf.Tensor): void {
    assignCopy(this.raw, this.handle, value);
  }

  dispose(): void {
    if (this.handle.isDisposed) return;
    destroyVariable(this.raw, this.handle);
  }
}

const FLOAT = [attribute.type("dtype", "float32")];

/** A fresh, unassigned resource variable. It is kept: scopes do not release it. */
export function newVariable(raw: RawBackend, shape: readonly number[]): tf.Tensor {
  const attributes = [
    ...FLOAT,
    attribute.shape("shape", shape),
    attribute.string("shared_name", `relata-${++resources}`),
    attribute.string("container", ""),
  ];
  return tf.keep(raw.executeSingleOutput("VarHandleOp", attributes, []));
}

/** Assigns a copy of `value`: a variable never shares memory with a tensor or a JavaScript array. */
export function assignCopy(raw: RawBackend, handle: tf.Tensor, value: tf.Tensor): void {
  const copy = raw.executeSingleOutput("DeepCopy", [attribute.type("T", "float32")], [value]);
  try {
    raw.executeMultipleOutputs("AssignVariableOp", FLOAT, [handle, copy], 0);
  } finally {
    copy.dispose();
  }
}

/** Frees the variable and its handle. */
export function destroyVariable(raw: RawBackend, handle: tf.Tensor): void {
  raw.executeMultipleOutputs("DestroyResourceOp", [attribute.bool("ignore_lookup_error", true)], [handle], 0);
  handle.dispose();
}
