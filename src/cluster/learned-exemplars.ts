// Exemplars as a function of the two scalars of cross hierarchy attention, so that a loss on them can train both [R11].

import * as tf from "@tensorflow/tfjs";
import { selectRows, type Matrix } from "../core";
import type { Hierarchy } from "./hierarchy";

/** What is fixed of one layer while lambda and lambda_att move. */
export interface FixedLayer {
  /** Features of the exemplars before any attention, h^1, `[clusters, dim]`. */
  readonly origins: Matrix;
  /** For each layer above, the cluster there of each exemplar of this one. */
  readonly above: readonly Int32Array[];
}

/** The fixed parts of a hierarchy: which points are exemplars, and where these lie in the layers above. */
export function fixedLayers({ levels }: Hierarchy): FixedLayer[] {
  const first = levels[0]!.features;
  return levels.map(({ clustering }, l) => ({
    origins: selectRows(first, clustering.exemplars!),
    above: levels
      .slice(0, l)
      .map((level) => Int32Array.from(clustering.exemplars!, (point) => level.clustering.labels[point]!)),
  }));
}

/**
 * Exemplars of every layer, `[clusters, dim]` each, from fixed assignments: `e^l = h^1_c + lambda_att sum_{m<l}
 * sum_k alpha^m_{c k} e^m_k` with `alpha^m = softmax(lambda e^m e^m')` (paper 002, eq. 6-8, written out). With the
 * constants of the fit they are its centres. Differentiable in both scalars.
 */
export function learnedExemplars(
  layers: readonly FixedLayer[],
  sharpness: tf.Scalar,
  weight: tf.Scalar,
): tf.Tensor2D[] {
  return tf.tidy(() => {
    const mixed: tf.Tensor2D[] = [];
    return layers.map(({ origins, above }) => {
      const origin = tf.tensor2d(origins.data, [origins.rows, origins.columns]);
      const added = above.map((labels, m) => tf.gather(mixed[m]!, tf.tensor1d(labels, "int32")));
      const exemplars =
        added.length === 0 ? origin : tf.add<tf.Tensor2D>(origin, tf.mul(tf.addN(added), weight));
      const alike = tf.mul<tf.Tensor2D>(tf.matMul(exemplars, exemplars, false, true), sharpness);
      mixed.push(tf.matMul(tf.softmax(alike), exemplars));
      return exemplars;
    });
  });
}
