// The head of masked language models: scores of every word for every position, decoder tied to the word embeddings.

import type * as tf from "@tensorflow/tfjs";
import type { Parameter } from "../engine";
import { activate, type ActivationName } from "./activation";
import { layerNorm } from "./layer-norm";
import { linear } from "./linear";

/** The weights of the head; the decoder's matrix is the word embeddings. */
export type MaskedHeadWeights = Readonly<
  Record<"dense" | "denseBias" | "gamma" | "beta" | "bias", Parameter>
>;

/** Hidden states `[rows, hidden]` to scores `[rows, vocabulary]`. */
export function maskedScores(
  hidden: tf.Tensor2D,
  words: Parameter,
  weights: MaskedHeadWeights,
  activation: ActivationName,
  epsilon: number,
): tf.Tensor2D {
  const transformed = activate(activation, linear(hidden, weights.dense.value(), weights.denseBias.value()));
  const normal = layerNorm(transformed, weights.gamma.value(), weights.beta.value(), epsilon);
  return linear(normal, words.value(), weights.bias.value());
}
