// Alignment and uniformity on the sphere: Wang & Isola 2020 (arXiv:2005.10242), eq. 2-3: what contrast optimises.

import * as tf from "@tensorflow/tfjs";
import { DataError } from "../../core";
import { requirePositive, requireShape } from "../check";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { similarities, unitVectors } from "../similarity";
import type { PairBatch } from "./info-nce";

/** Options of both measures. */
export interface AlignmentUniformityOptions {
  /** Power of the distance in alignment (default 2). */
  readonly alpha?: number;
  /** Sharpness of uniformity (default 2). */
  readonly t?: number;
}

/** mean_i |x_i - y_i|^alpha of unit vectors: 0 when positives coincide. */
export function alignment(x: tf.Tensor2D, y: tf.Tensor2D, alpha = 2): tf.Scalar {
  requireShape("positive", y, x.shape);
  requirePositive("alpha of alignment", alpha);
  return tf.tidy(() => {
    const squares: tf.Tensor = tf.sum(tf.square(tf.sub(unitVectors(x), unitVectors(y))), 1);
    // a tiny length keeps the gradient of a root finite where both vectors are equal
    return tf.mean<tf.Scalar>(alpha === 2 ? squares : tf.pow(tf.add(squares, 1e-12), alpha / 2));
  });
}

/** log mean_{i<j} e^{-t |x_i - x_j|^2} of unit vectors: the lower, the more evenly spread. */
export function uniformity(x: tf.Tensor2D, t = 2): tf.Scalar {
  requireShape("anchor", x, [null, null]);
  requirePositive("t of uniformity", t);
  const n = x.shape[0];
  if (n < 2) throw new DataError(`uniformity of ${n} vectors is undefined: it takes at least two`);
  return tf.tidy(() => {
    const exponents: tf.Tensor = tf.mul(tf.sub(similarities(x, x, "cosine"), 1), 2 * t);
    const others = tf.mul(tf.exp(exponents), tf.sub(1, tf.eye(n)));
    return tf.log(tf.div<tf.Scalar>(tf.sum(others), n * (n - 1)));
  });
}

/**
 * Alignment of the pairs plus uniformity of the anchors.
 *
 * @example alignmentUniformity().loss({ anchor, positive })
 */
export function alignmentUniformity({
  alpha = 2,
  t = 2,
}: AlignmentUniformityOptions = {}): Objective<PairBatch> {
  requirePositive("alpha of alignment", alpha);
  requirePositive("t of uniformity", t);
  return objective<PairBatch>({
    name: "alignment + uniformity",
    value: ({ anchor, positive }) => tf.add(alignment(anchor, positive, alpha), uniformity(anchor, t)),
    about: new Explanation({
      name: "alignment + uniformity",
      summary: "positives lie together, and all vectors spread evenly over the sphere",
      formula: String.raw`L = \frac{1}{N}\sum_i |x_i - y_i|^\alpha + \log \frac{2}{N(N-1)}\sum_{i<j} e^{-t|x_i - x_j|^2}`,
      source: "Wang & Isola 2020, eq. 2-3",
      roles: [
        { name: "anchor", shape: "[batch, dim]", meaning: "vectors, brought to unit length" },
        { name: "positive", shape: "[batch, dim]", meaning: "row i belongs to row i of the anchors" },
      ],
      notes: ["at least two rows"],
      options: { alpha, t },
    }),
  });
}
