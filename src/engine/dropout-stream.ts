// Dropout that can be repeated: masks come from a key and a counter, not from a global generator.

import * as tf from "@tensorflow/tfjs";
import { OptionError, Random } from "../core";
import { differentiable, withGradient } from "./differentiable";
import { randomMask } from "./random-mask";
import { rawBackend } from "./raw-ops";

/** Where a stream stands. */
export interface DropoutState {
  readonly key: readonly [number, number];
  readonly count: number;
}

/**
 * A stream of dropout masks: the same random state gives the same masks in the same order.
 *
 * @example const dropped = new DropoutStream(new Random(1).fork("dropout")).apply(x, 0.1);
 */
export class DropoutStream {
  private key: readonly [number, number];
  private count = 0;

  constructor(random: Random) {
    this.key = [random.word() | 0, random.word() | 0];
  }

  /** `x` with a share `rate` of its entries zero and the others divided by `1 - rate`; differentiable. */
  apply<T extends tf.Tensor>(x: T, rate: number): T {
    if (rate === 0) return x;
    return differentiable({ x }, () => {
      const mask = this.mask(x.shape, rate);
      return withGradient(keepWhere(mask, x, rate), { mask }, (slope, saved) => ({
        x: () => keepWhere(saved.mask, slope, rate),
      }));
    }) as T;
  }

  /** The next mask: bool of `shape`, false for a share `rate` of its entries. */
  mask(shape: readonly number[], rate: number): tf.Tensor {
    if (!(rate >= 0 && rate < 1))
      throw new OptionError(`dropout rate is ${rate}, expected at least 0 and less than 1`);
    const count = this.count++;
    const raw = rawBackend();
    if (raw === undefined) return this.plainMask(shape, rate, count);
    return randomMask(raw, shape, rate, [this.key[0], (this.key[1] + count) | 0]);
  }

  private plainMask(shape: readonly number[], rate: number, count: number): tf.Tensor {
    const random = new Random(`${this.key.join(" ")} ${count}`);
    const limit = rate * 2 ** 32;
    const bits = Uint8Array.from({ length: tf.util.sizeFromShape([...shape]) }, () =>
      random.word() >= limit ? 1 : 0,
    );
    return tf.tensor(bits, [...shape], "bool");
  }

  /** Where the stream stands, for `restore`. */
  get state(): DropoutState {
    return { key: this.key, count: this.count };
  }

  /** Goes on from where `state` was taken. */
  restore(state: DropoutState): void {
    this.key = state.key;
    this.count = state.count;
  }
}

/** `x / (1 - rate)` where `mask` holds, else 0: what dropout does, and its gradient. */
export function keepWhere(mask: tf.Tensor, x: tf.Tensor, rate: number): tf.Tensor {
  return tf.mul(tf.mul(x, tf.cast(mask, "float32")), 1 / (1 - rate));
}
