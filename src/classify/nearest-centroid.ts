// Nearest centroid: the class whose mean of unit vectors has the highest cosine.

import * as tf from "@tensorflow/tfjs";
import { matrix, type Matrix } from "../core";
import { scoped } from "../engine/scoped";
import type { Classifier } from "./classifier";
import { unitRows } from "./nearest";
import {
  bestLabels,
  checkTraining,
  checkWidth,
  indexLabels,
  memberships,
  rowsTensor,
  shareRight,
  sizeOf,
  type Label,
  type VectorInput,
} from "./vectors";

/** Centroids, besides the verbs of every classifier. */
export interface CentroidClassifier<L extends Label> extends Classifier<L> {
  /** Mean of the unit vectors of each class `[classes, dim]`. */
  readonly centroids: Matrix;
  /** Cosine to each centroid, `[count, classes]` row-major. */
  scores(vectors: VectorInput): Float32Array;
}

/**
 * Nearest centroid by cosine. Ties go to the smallest label; a class whose unit vectors cancel out has cosine 0.
 *
 * @example nearestCentroid().fit(vectors, relations).predict(queries)
 */
export function nearestCentroid() {
  const fit = <L extends Label>(vectors: VectorInput, given: ArrayLike<L>): CentroidClassifier<L> => {
    checkTraining("nearest centroid", vectors, given.length);
    const { labels, indices } = indexLabels(given);
    const [rows, width] = sizeOf(vectors);
    const means = scoped(() => {
      const members = memberships(indices, labels.length);
      const share: tf.Tensor2D = tf.div(members, tf.sum(members, 0));
      return tf.matMul(share, unitRows(rowsTensor(vectors, 0, rows)), true).dataSync<"float32">();
    });
    const centroids = matrix(means, labels.length, width);
    const scores = (queries: VectorInput): Float32Array => {
      checkWidth("nearest centroid", queries, width);
      const count = sizeOf(queries)[0];
      return scoped(() => {
        const asked = unitRows(rowsTensor(queries, 0, count));
        return tf
          .matMul(asked, unitRows(rowsTensor(centroids, 0, labels.length)), false, true)
          .dataSync<"float32">();
      });
    };
    const predict = (queries: VectorInput): L[] => bestLabels(scores(queries), labels);
    return {
      labels,
      centroids,
      scores,
      predict,
      score: (queries, gold) => shareRight(predict(queries), gold),
    };
  };
  return { fit };
}
