// The loss of masked language models: cross-entropy over the vocabulary, at the hidden places alone.

import * as tf from "@tensorflow/tfjs";
import { OptionError } from "../core";
import { attribute, differentiable, rawBackend, withGradient } from "../engine";
import { scoped } from "../engine/scoped";
import type { MaskedBatch } from "../text/masking";
import type { EncoderBatch } from "./encoder-batch";
import type { TransformerEncoder } from "./transformer-encoder";

/** Where tokens were hidden, and what they were. */
export type Hidden = Pick<MaskedBatch, "places" | "targets">;

/** Scores of every word at the hidden places, `[places, vocabulary]`; the vocabulary product is taken for these rows only. */
export function hiddenScores(
  encoder: TransformerEncoder,
  last: tf.Tensor3D,
  { places }: Pick<Hidden, "places">,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [size, length, hidden] = last.shape;
    const rows = tf.gather(last.reshape([size * length, hidden]), tf.tensor1d(places, "int32"));
    const scores = encoder.maskedLogits(rows.reshape([1, places.length, hidden]));
    return scores.reshape([places.length, -1]);
  });
}

/**
 * `-1/n sum_i log p(targets_i | states at places_i)`, from the last hidden states `[size, length, hidden]` of a masked
 * batch. Differentiable; another loss may use the same states. A batch without hidden places is an error.
 *
 * @example const loss = maskedLanguageLoss(encoder, encoder.forward(masked, { dropout }).last, masked);
 */
export function maskedLanguageLoss(
  encoder: TransformerEncoder,
  last: tf.Tensor3D,
  hidden: Hidden,
): tf.Scalar {
  if (hidden.places.length === 0)
    throw new OptionError("the batch has no hidden token: mask it by maskTokens, with a rate above 0");
  return tf.tidy(() => meanCrossEntropy(hiddenScores(encoder, last, hidden), hidden.targets));
}

/** The likeliest word of each hidden place, and the sum of `-log p` of the words that were there. As plain numbers. */
export function guessHidden(
  encoder: TransformerEncoder,
  masked: EncoderBatch & MaskedBatch,
): { guesses: Int32Array; loss: number } {
  if (masked.places.length === 0) return { guesses: new Int32Array(0), loss: 0 };
  return scoped(() => {
    const scores = hiddenScores(encoder, encoder.forward(masked).last, masked);
    const guesses = tf.argMax(scores, 1).dataSync<"int32">() as Int32Array;
    const loss = meanCrossEntropy(scores, masked.targets).dataSync<"float32">()[0]!;
    return { guesses, loss: loss * masked.targets.length };
  });
}

/** The mean of `logsumexp(scores_i) - scores_i[targets_i]`, `[rows, classes]` and `[rows]`, with its gradient by hand. */
export function meanCrossEntropy(scores: tf.Tensor2D, targets: Int32Array): tf.Scalar {
  const rows = targets.length;
  return differentiable({ scores }, () => {
    const { losses, slopes } = softmaxLosses(scores, tf.tensor1d(targets, "int32"));
    return withGradient(tf.mean(losses), { slopes }, (slope, saved) => ({
      scores: () => tf.mul(saved.slopes, tf.div(slope, rows)),
    }));
  }) as tf.Scalar;
}

/** Losses `[rows]` and their slopes `softmax - one hot` `[rows, classes]`; one pass on tensorflow. */
function softmaxLosses(scores: tf.Tensor2D, targets: tf.Tensor1D): { losses: tf.Tensor; slopes: tf.Tensor } {
  const raw = rawBackend();
  if (raw !== undefined) {
    const types = [attribute.type("T", "float32"), attribute.type("Tlabels", "int32")];
    const [losses, slopes] = raw.executeMultipleOutputs(
      "SparseSoftmaxCrossEntropyWithLogits",
      types,
      [scores, targets],
      2,
    );
    return { losses: losses!, slopes: slopes! };
  }
  const wanted = tf.oneHot(targets, scores.shape[1]);
  const logs = tf.logSoftmax(scores);
  return { losses: tf.neg(tf.sum(tf.mul(wanted, logs), 1)), slopes: tf.sub(tf.exp(logs), wanted) };
}
