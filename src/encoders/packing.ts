// Batches without their padding: states of tokens alone, row after row, laid out by sequence where attention needs it.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient } from "../engine";
import type { EncoderBatch } from "./encoder-batch";

/** Where the tokens of a batch are among its `size * length` places. */
export class Packing {
  private constructor(
    private readonly places: Int32Array,
    /** The token at each place; at padding the number of tokens, which is the row of zeros in `pad`. */
    private readonly tokenAt: Int32Array,
  ) {}

  /** The tokens of a batch; undefined where it has no padding. */
  static of({ mask }: EncoderBatch): Packing | undefined {
    const places: number[] = [];
    mask.forEach((visible, place) => {
      if (visible !== 0) places.push(place);
    });
    if (places.length === mask.length) return undefined;
    const tokenAt = new Int32Array(mask.length).fill(places.length);
    places.forEach((place, token) => (tokenAt[place] = token));
    return new Packing(Int32Array.from(places), tokenAt);
  }

  /** `[tokens, n]` to `[size * length, n]`, where padding is 0. */
  pad(x: tf.Tensor): tf.Tensor {
    return differentiable({ x }, () => {
      const zeros = tf.zeros([1, x.shape[1]!]);
      const padded = tf.gather(tf.concat([x, zeros]), tf.tensor1d(this.tokenAt, "int32"));
      return withGradient(padded, {}, (slope) => ({ x: () => this.drop(slope) }));
    });
  }

  /** `[size * length, n]` to `[tokens, n]`: the way back of `pad`. */
  drop(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.gather(x, tf.tensor1d(this.places, "int32")));
  }

  /** The entries of tokens, in an array that has as many entries for each place. */
  ofTokens(all: Int32Array): Int32Array {
    const width = all.length / this.tokenAt.length;
    const own = new Int32Array(this.places.length * width);
    this.places.forEach((place, token) =>
      own.set(all.subarray(place * width, (place + 1) * width), token * width),
    );
    return own;
  }
}
