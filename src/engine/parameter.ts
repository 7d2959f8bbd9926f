// A named, trainable tensor that outlives scopes. The engine decides where its value is kept.

import type * as tf from "@tensorflow/tfjs";

/** A weight of a model: a name, a shape, a float32 value, and how the optimiser may treat it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether weight decay applies when the optimiser leaves biases and LayerNorm out (default rule). */
  readonly isDecayed: boolean;
  /** False for frozen parameters: no gradient is taken, the optimiser leaves them as they are. */
  isTrainable: boolean;
  /** The value as a tensor of the current scope (`tf.tidy`); inside `gradients` the tensor that is differentiated. */
  value(): tf.Tensor;
  /** Replaces the value; the shape must be the same. */
  assign(value: tf.Tensor | Float32Array): void;
  /** A copy of the value, row-major. */
  data(): Float32Array;
  dispose(): void;
}
