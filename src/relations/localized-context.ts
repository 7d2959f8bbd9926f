// Localized context (Zhou et al. 2021, ATLOP; paper 004, section 3.1): the context that both entities of a pair attend to.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient } from "../engine";
import type { DocumentBatch } from "../text";
import { sumOverWindows } from "./document-states";

/** Details of the normalisation of `a = q / 1'q`. */
export interface ContextOptions {
  /** Added to the sum (default 1e-5, as in ATLOP's code; 0 as printed). */
  readonly epsilon?: number;
  /** Whether q is the mean (default) or the sum over heads; without epsilon they are the same. */
  readonly heads?: "mean" | "sum";
}

/** Weights that average the attention of an entity's mentions, `[size, slots, length]`, each window with its share. */
function mentionWeights(batch: DocumentBatch): Float32Array {
  const { size, length, slots, documentLength, mentions, windowRows } = batch;
  const weights = new Float32Array(size * slots * length);
  const counts = new Float32Array(batch.documents * slots);
  for (const row of mentions.entity) counts[row]! += 1;
  mentions.entity.forEach((row, index) => {
    const document = Math.floor(row / slots);
    const place = document * documentLength + mentions.at[index]!;
    const shown = windowRows === undefined ? [place] : [windowRows[2 * place]!, windowRows[2 * place + 1]!];
    const windows = shown.filter((flat) => flat >= 0);
    for (const flat of windows) {
      const [window, at] = [Math.floor(flat / length), flat % length];
      weights[(window * slots + (row % slots)) * length + at]! += 1 / counts[row]! / windows.length;
    }
  });
  return weights;
}

/** `weights attention`: `[size, slots, length]` and `[size, heads, length, length]` to `[size, heads, slots, length]`. */
function entityAttention(attention: tf.Tensor4D, weights: Float32Array, slots: number): tf.Tensor4D {
  const [size, heads, length] = attention.shape;
  const each = (): tf.Tensor3D =>
    tf
      .tile(tf.tensor4d(weights, [size, 1, slots, length]), [1, heads, 1, 1])
      .reshape([size * heads, slots, length]);
  return differentiable({ attention }, () => {
    const value = tf.tidy(() =>
      tf
        .matMul(each(), attention.reshape([size * heads, length, length]) as tf.Tensor3D)
        .reshape([size, heads, slots, length]),
    );
    return withGradient(value, {}, (slope) => ({
      attention: () =>
        tf.tidy(() => {
          const flat = slope.reshape([size * heads, slots, length]) as tf.Tensor3D;
          return tf.matMul(each(), flat, true, false).reshape(attention.shape);
        }),
    }));
  }) as tf.Tensor4D;
}

/**
 * Localized context of every two slots of every document, `[documents * slots * slots, hidden]`, from the states of
 * documents (`documentStates`) and the last block's attention `[size, heads, length, length]` (after softmax, before
 * dropout). Row `(document * slots + head) * slots + tail`:
 *
 *   A^(e) = mean over mentions,  q = mean_heads A^(s) * A^(o),  a = q / (1'q + epsilon),  c = H' a
 *
 * All pairs of a document at once: `documents * documentLength * slots^2` numbers, less than the pairs one by one.
 */
export function localizedContext(
  states: tf.Tensor2D,
  attention: tf.Tensor4D,
  batch: DocumentBatch,
  { epsilon = 1e-5, heads: over = "mean" }: ContextOptions = {},
): tf.Tensor2D {
  const { documents, documentLength, slots } = batch;
  const [size, heads, length] = attention.shape;
  const hidden = states.shape[1];
  return tf.tidy(() => {
    const ofWindows = entityAttention(attention, mentionWeights(batch), slots)
      .transpose([0, 3, 2, 1])
      .reshape([size * length, slots * heads]) as tf.Tensor2D;
    const shape: [number, number, number] = [documents * documentLength, slots, heads];
    const rows = sumOverWindows(ofWindows, batch).reshape(shape) as tf.Tensor3D;
    const scaled = over === "mean" ? tf.mul(rows, 1 / heads) : rows;
    const shared = tf
      .matMul(scaled as tf.Tensor3D, rows, false, true)
      .reshape([documents, documentLength, slots * slots]) as tf.Tensor3D;
    const total = tf.add(tf.sum(shared, 1), epsilon).reshape([documents, slots * slots, 1]);
    // an entity without mention has q = 0 throughout: without epsilon that would be 0 / 0
    const safe = epsilon > 0 ? total : tf.maximum(total, 1e-30);
    const weighted = tf.matMul(
      shared,
      states.reshape([documents, documentLength, hidden]) as tf.Tensor3D,
      true,
      false,
    );
    return tf.div(weighted, safe).reshape([documents * slots * slots, hidden]) as tf.Tensor2D;
  });
}
