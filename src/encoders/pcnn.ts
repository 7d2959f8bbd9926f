// The piecewise convolutional network: Zeng et al. 2015. A sentence vector from words and their distances to both
// mentions, the maximum taken before, between and after the mentions.

import * as tf from "@tensorflow/tfjs";
import { ShapeError, type Random } from "../core";
import { createParameter, type Parameter } from "../engine";
import { lookUp } from "./embeddings";

/** Sizes of a network; defaults are those of Zeng et al. 2015 and Lin et al. 2016. */
export interface PcnnOptions {
  /** Number of word (or piece) ids. */
  readonly vocabulary: number;
  readonly random: Random;
  /** Filters (230); the sentence vector is three times as wide. */
  readonly filters?: number;
  /** Width of word vectors (50) and of each of the two distance vectors (5). */
  readonly wordSize?: number;
  readonly distanceSize?: number;
  /** Distances are cut at this many tokens to either side (100). */
  readonly farthest?: number;
}

/** Sentences as the network reads them; all row-major `[batch * length]` but the three of the mentions. */
export interface PcnnBatch {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array;
  /** 1 for a token, 0 for padding. */
  readonly mask: Int32Array;
  /** Place of the head's and the tail's first token, `[batch]`. */
  readonly head: Int32Array;
  readonly tail: Int32Array;
}

/** 1 up to the first mention, 2 up to the second, 3 after it, 0 for padding; `[batch * length]`. */
export function piecesOf({ size, length, mask, head, tail }: PcnnBatch): Int32Array {
  const pieces = new Int32Array(size * length);
  for (let row = 0; row < size; row++) {
    const first = Math.min(head[row]!, tail[row]!);
    const second = Math.max(head[row]!, tail[row]!);
    for (let at = 0; at < length; at++)
      pieces[row * length + at] = mask[row * length + at] === 0 ? 0 : at <= first ? 1 : at <= second ? 2 : 3;
  }
  return pieces;
}

/** Convolution of width 3 with padding 1: `[batch, length, in]` and weight `[out, in, 3]` to `[batch, length, out]`. */
export function convolution(tokens: tf.Tensor3D, weight: tf.Tensor3D, bias: tf.Tensor1D): tf.Tensor3D {
  return tf.tidy(() => {
    const [batch, length, size] = tokens.shape;
    const [out, , width] = weight.shape;
    if (width !== 3 || weight.shape[1] !== size)
      throw new ShapeError("the convolution's weight", weight.shape, [out, size, 3]);
    const wide = tf.pad(tokens, [
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    const windows = [0, 1, 2].map((shift) => tf.slice(wide, [0, shift, 0], [batch, length, size]));
    const kernel = tf.transpose(weight, [2, 1, 0]).reshape([3 * size, out]) as tf.Tensor2D;
    const rows = tf.concat(windows, 2).reshape([batch * length, 3 * size]) as tf.Tensor2D;
    return tf.add(tf.matMul(rows, kernel), bias).reshape([batch, length, out]);
  });
}

/**
 * The strongest response of each filter in each of three pieces, after ReLU, side by side: `[batch, length, out]` and
 * pieces (1, 2, 3; 0 for padding) to `[batch, 3 out]`. A piece without tokens gives 0.
 */
export function piecewiseMaxima(responses: tf.Tensor3D, pieces: Int32Array): tf.Tensor2D {
  return tf.tidy(() => {
    const [batch, length, out] = responses.shape;
    const active = tf.relu(responses);
    const parts = [1, 2, 3].map((piece) => {
      const isIn = Float32Array.from(pieces, (one) => (one === piece ? 1 : 0));
      return tf.max(tf.mul(active, tf.tensor3d(isIn, [batch, length, 1])), 1);
    });
    return tf.concat(parts, 1).reshape([batch, 3 * out]);
  });
}

/** A network with its parameters. */
export class Pcnn {
  readonly parameters: readonly Parameter[];
  /** Width of a sentence vector. */
  readonly width: number;
  private readonly farthest: number;

  constructor(options: PcnnOptions) {
    const { vocabulary, random, filters = 230, wordSize = 50, distanceSize = 5, farthest = 100 } = options;
    const inputs = wordSize + 2 * distanceSize;
    const drawn = (name: string, shape: readonly number[], scale: number): Parameter => {
      const draws = random.fork(name);
      const data = Float32Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        () => scale * (2 * draws.uniform() - 1),
      );
      return createParameter(`pcnn.${name}`, { shape: [...shape], data });
    };
    const bound = 1 / Math.sqrt(3 * inputs);
    this.parameters = [
      drawn("words", [vocabulary, wordSize], 0.25),
      drawn("head distances", [2 * farthest + 1, distanceSize], 0.25),
      drawn("tail distances", [2 * farthest + 1, distanceSize], 0.25),
      drawn("convolution.weight", [filters, inputs, 3], bound),
      drawn("convolution.bias", [filters], bound),
    ];
    this.width = 3 * filters;
    this.farthest = farthest;
  }

  /** Sentence vectors `[batch, 3 filters]`. */
  forward(batch: PcnnBatch): tf.Tensor2D {
    return tf.tidy(() => {
      const { size, length, ids } = batch;
      const [words, heads, tails, weight, bias] = this.parameters.map((parameter) => parameter.value());
      const parts = [
        lookUp(words!, ids),
        lookUp(heads!, this.distances(batch, batch.head)),
        lookUp(tails!, this.distances(batch, batch.tail)),
      ];
      const tokens = tf.concat(parts, 1).reshape([size, length, -1]) as tf.Tensor3D;
      const responses = convolution(tokens, weight as tf.Tensor3D, bias as tf.Tensor1D);
      return piecewiseMaxima(responses, piecesOf(batch));
    });
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }

  private distances({ size, length }: PcnnBatch, places: Int32Array): Int32Array {
    const { farthest } = this;
    return Int32Array.from({ length: size * length }, (_, index) => {
      const distance = (index % length) - places[Math.floor(index / length)]!;
      return farthest + Math.max(-farthest, Math.min(farthest, distance));
    });
  }
}
