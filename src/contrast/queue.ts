// A queue of keys from earlier batches, as negatives: He et al. 2020 (MoCo, arXiv:1911.05722), section 3.2.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError } from "../core";

/**
 * The last `size` keys, oldest first. Kept in plain memory, so that it is part of a checkpoint and no tensor outlives a
 * scope. Fill it before training with real keys [paper 002, R13]: random ones are no negatives.
 *
 * @example const queue = new KeyQueue(512, 384); queue.push(keys); infoNce({ temperature, negatives: "queue" })
 */
export class KeyQueue {
  readonly size: number;
  readonly dim: number;
  private rows: Float32Array;

  /** @throws OptionError unless both are whole numbers above 0 */
  constructor(size: number, dim: number) {
    for (const [name, value] of Object.entries({ size, dim }))
      if (!(Number.isInteger(value) && value > 0))
        throw new OptionError(`${name} of a key queue is ${value}: it must be a whole number, 1 or more`);
    this.size = size;
    this.dim = dim;
    this.rows = new Float32Array(0);
  }

  /** How many keys it holds. */
  get length(): number {
    return this.rows.length / this.dim;
  }

  /** Adds keys `[batch, dim]`; the oldest leave when it is full. */
  push(keys: tf.Tensor2D): void {
    if (keys.shape.length !== 2 || keys.shape[1] !== this.dim)
      throw new ShapeError("the keys of a queue", keys.shape, [null, this.dim]);
    const added = keys.dataSync<"float32">();
    const all = new Float32Array(this.rows.length + added.length);
    all.set(this.rows);
    all.set(added, this.rows.length);
    this.rows = all.slice(-this.size * this.dim);
  }

  /** The keys as a new tensor `[length, dim]` of the caller. */
  tensor(): tf.Tensor2D {
    return tf.tensor2d(this.rows, [this.length, this.dim]);
  }

  /** A copy of the keys, for a checkpoint. */
  get state(): Float32Array {
    return this.rows.slice();
  }

  /** Puts the keys of a checkpoint back. */
  restore(state: Float32Array): void {
    if (state.length % this.dim !== 0 || state.length > this.size * this.dim)
      throw new ShapeError("the state of a key queue", [state.length], [this.size * this.dim]);
    this.rows = state.slice();
  }
}
