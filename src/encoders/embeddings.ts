// Embeddings: word, position and token type, added, normalised, dropped out.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient, type Parameter } from "../engine";
import { layerNorm } from "./layer-norm";

/** Rows of `table` `[rows, n]` at `ids`: `[ids, n]`. Only the looked-up rows get a gradient; `skip` never gets one. */
export function lookUp(table: tf.Tensor, ids: Int32Array, skip?: number): tf.Tensor2D {
  const [rows] = table.shape as [number, number];
  return differentiable({ table }, () => {
    const index = tf.tensor1d(ids, "int32");
    return withGradient(tf.gather(table, index), { index }, (slope, saved) => ({
      table: () => {
        // A negative segment is dropped by TensorFlow but not by other engines, so skipped rows are made zero.
        const isSkipped = skip !== undefined && ids.includes(skip);
        const kept = isSkipped
          ? tf.mul(slope, tf.cast(tf.notEqual(saved.index, skip), "float32").expandDims(1))
          : slope;
        return tf.unsortedSegmentSum(kept, saved.index as tf.Tensor1D, rows);
      },
    }));
  }) as tf.Tensor2D;
}

/** The tables and the LayerNorm of embeddings. */
export type EmbeddingWeights = Readonly<Record<"position" | "type" | "gamma" | "beta", Parameter>>;

/** Indices into the tables, one for each row. */
export interface EmbeddingPlaces {
  readonly positions: Int32Array;
  readonly types: Int32Array;
  /** A position whose row gets no gradient (RoBERTa's padding). */
  readonly skippedPosition?: number | undefined;
}

/** `layerNorm(words + position + type)`, `[rows, hidden]`. */
export function embed(
  words: tf.Tensor2D,
  weights: EmbeddingWeights,
  places: EmbeddingPlaces,
  epsilon: number,
): tf.Tensor2D {
  const position = lookUp(weights.position.value(), places.positions, places.skippedPosition);
  const type = lookUp(weights.type.value(), places.types);
  return layerNorm(tf.addN([words, position, type]), weights.gamma.value(), weights.beta.value(), epsilon);
}
