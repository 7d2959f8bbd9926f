// The character CNN of CharacterBERT (El Boukkouri et al. 2020, after ELMo): a word vector from the bytes of the word.

import * as tf from "@tensorflow/tfjs";
import { differentiable, type Parameter, withGradient } from "../engine";
import { lookUp } from "./embeddings";
import { linear } from "./linear";
import type { CharacterCnnConfig } from "./weights";

const BEGIN = 258;
const END = 259;
const PADDING = 260;
const SINGLE: Readonly<Record<string, number>> = { "[CLS]": 256, "[SEP]": 257, "[MASK]": 261 };

/**
 * The codes of a word: its UTF-8 bytes between begin and end codes, padded, all plus 1; `[PAD]` is all 0.
 *
 * @example characterIds("cat") // [259, 100, 98, 117, 260, 261, 261, ...]
 */
export function characterIds(word: string, maxCharacters = 50): Int32Array {
  const ids = new Int32Array(maxCharacters);
  if (word === "[PAD]") return ids;
  const single = Object.hasOwn(SINGLE, word) ? SINGLE[word] : undefined;
  const bytes =
    single === undefined ? [...Buffer.from(word, "utf8").subarray(0, maxCharacters - 2)] : [single];
  const codes = [BEGIN, ...bytes, END];
  return ids.map((_, index) => (codes[index] ?? PADDING) + 1);
}

/** The weights of the CNN: one convolution `[out, in, width]` a filter, highways, a projection. */
export interface CharacterCnnWeights {
  readonly characters: Parameter;
  readonly convolutions: readonly { readonly weight: Parameter; readonly bias: Parameter }[];
  readonly highways: readonly { readonly weight: Parameter; readonly bias: Parameter }[];
  readonly projection: { readonly weight: Parameter; readonly bias: Parameter };
}

/** Character codes `[words * maxCharacters]` to word vectors `[words, hidden]`. */
export function characterCnn(
  ids: Int32Array,
  weights: CharacterCnnWeights,
  config: CharacterCnnConfig,
): tf.Tensor2D {
  const { maxCharacters, embeddingSize } = config;
  const words = ids.length / maxCharacters;
  const characters = lookUp(weights.characters.value(), ids).reshape([
    words,
    maxCharacters,
    embeddingSize,
  ]) as tf.Tensor3D;
  const parts = weights.convolutions.map(({ weight, bias }) =>
    strongest(characters, weight.value(), bias.value()),
  );
  let x = tf.concat(parts, 1) as tf.Tensor2D;
  for (const highway of weights.highways) x = throughHighway(x, highway.weight.value(), highway.bias.value());
  return linear(x, weights.projection.weight.value(), weights.projection.bias.value());
}

/** Convolution without padding, maximum over positions, ReLU: `[words, characters, in]` to `[words, out]`. */
function strongest(x: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  const [words, length, size] = x.shape;
  const [channels, , width] = weight.shape as [number, number, number];
  const places = length - width + 1;
  const windows = Array.from({ length: width }, (_, offset) =>
    x.slice([0, offset, 0], [words, places, size]),
  );
  const unrolled = tf.concat(windows, 2).reshape([words * places, width * size]) as tf.Tensor2D;
  // [out, in, width] to [out, width * in], the order in which the windows lie side by side.
  const kernel = weight.transpose([0, 2, 1]).reshape([channels, width * size]);
  const found = linear(unrolled, kernel, bias).reshape([words, places, channels]);
  return tf.relu(maximum(found)) as tf.Tensor2D;
}

/** The maximum over the middle axis; tied places share the gradient (tfjs gives each of them the whole). */
function maximum(x: tf.Tensor): tf.Tensor {
  return differentiable({ x }, () => {
    const value = tf.max(x, 1);
    return withGradient(value, { x, value }, (slope, saved) => {
      const isTop = tf.cast(tf.equal(saved.x, tf.expandDims(saved.value, 1)), "float32");
      return { x: () => tf.mul(isTop, tf.div(tf.expandDims(slope, 1), tf.sum(isTop, 1, true))) };
    });
  });
}

/** Highway (Srivastava et al. 2015): `g x + (1 - g) relu(A x)`; the layer holds A in its first half, the gate in its second. */
function throughHighway(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  const [rows, size] = x.shape;
  const both = linear(x, weight, bias);
  const changed = tf.relu(both.slice([0, 0], [rows, size]));
  const gate = tf.sigmoid(both.slice([0, size], [rows, size]));
  return tf.add(tf.mul(gate, x), tf.mul(tf.sub(1, gate), changed)) as tf.Tensor2D;
}
