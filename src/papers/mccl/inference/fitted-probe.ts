// A linear layer on frozen vectors, for one relation a pair (softmax) or several (adaptive threshold), fitted by L-BFGS.

import * as tf from "@tensorflow/tfjs";
import { linearClassifier } from "../../../classify";
import { minimise } from "../../../classify/minimise";
import { adaptiveThreshold } from "../../../contrast";
import { matrix, selectRows, type Matrix } from "../../../core";
import { scoped } from "../../../engine/scoped";
import {
  onlyAsked,
  relationsOf,
  type EmbeddedPairs,
  type InferenceOptions,
  type Predictions,
} from "./predictions";

/** As of the softmax probe: weight of |W|^2 / 2, and most iterations. */
const [DECAY, ITERATIONS] = [1e-3, 200];

/** Mean 0 and deviation 1 of each column, by the training rows. */
function standardised(train: Matrix, others: readonly Matrix[]): Matrix[] {
  const { rows, columns } = train;
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  train.data.forEach((value, i) => {
    mean[i % columns]! += value / rows;
    square[i % columns]! += (value * value) / rows;
  });
  const deviation = square.map((value, i) => Math.sqrt(Math.max(1e-12, value - mean[i]! ** 2)));
  return [train, ...others].map(({ data, rows: count }) =>
    matrix(
      data.map((value, i) => (value - mean[i % columns]!) / deviation[i % columns]!),
      count,
      columns,
    ),
  );
}

function usable({ pairs, isVisible, vectors }: EmbeddedPairs): {
  vectors: Matrix;
  sets: (readonly number[])[];
} {
  const rows = pairs.flatMap(({ isCandidate }, row) => (isCandidate && isVisible[row] ? [row] : []));
  return { vectors: selectRows(vectors, rows), sets: rows.map((row) => pairs[row]!.labels) };
}

/** Mean adaptive-threshold loss of a layer (weights `[width, relations]`, then biases) with its gradient. */
function thresholdLoss(x: tf.Tensor2D, labelMatrix: tf.Tensor2D) {
  const [width, relations] = [x.shape[1], labelMatrix.shape[1]];
  return (at: Float64Array) =>
    scoped(() => {
      const flat = Float32Array.from(at);
      const weights = tf.tensor2d(flat.subarray(0, width * relations), [width, relations]);
      const bias = tf.tensor1d(flat.subarray(width * relations));
      const loss = (w: tf.Tensor, b: tf.Tensor): tf.Scalar => {
        const logits = tf.add(tf.matMul(x, w as tf.Tensor2D), b) as tf.Tensor2D;
        const penalty = tf.mul(tf.sum(tf.square(w)), DECAY / 2);
        return tf.add(adaptiveThreshold().loss({ logits, labelMatrix }), penalty);
      };
      const { value, grads } = tf.valueAndGrads(loss)([weights, bias]);
      const gradient = new Float64Array(at.length);
      gradient.set(grads[0]!.dataSync());
      gradient.set(grads[1]!.dataSync(), width * relations);
      return { value: value.dataSync()[0]!, gradient };
    });
}

/** Scores `[rows, relations]` of queries by the threshold layer that fits the training rows best. */
function thresholdScores(
  train: Matrix,
  sets: readonly (readonly number[])[],
  queries: Matrix,
  relations: number,
): Float32Array {
  const [features, asked] = standardised(train, [queries]);
  const { columns } = train;
  const labels = new Float32Array(sets.length * relations);
  sets.forEach((set, row) => set.forEach((label) => (labels[row * relations + label] = 1)));
  return scoped(() => {
    const x = tf.tensor2d(features!.data, [sets.length, columns]);
    const smooth = thresholdLoss(x, tf.tensor2d(labels, [sets.length, relations]));
    const start = new Float64Array((columns + 1) * relations);
    const { at } = minimise(smooth, start, { iterations: ITERATIONS, tolerance: 1e-5 });
    const found = Float32Array.from(at);
    const weights = tf.tensor2d(found.subarray(0, columns * relations), [columns, relations]);
    const logits = tf.add(
      tf.matMul(tf.tensor2d(asked!.data, [asked!.rows, columns]), weights),
      tf.tensor1d(found.subarray(columns * relations)),
    );
    return logits.dataSync<"float32">() as Float32Array;
  });
}

/** Relations by a linear layer that was fitted by at most 200 iterations of L-BFGS: softmax for one a pair, adaptive threshold for several. */
export function probed(known: EmbeddedPairs, queries: EmbeddedPairs, options: InferenceOptions): Predictions {
  const { vectors, sets } = usable(known);
  if (options.isMultiLabel) {
    const scores = thresholdScores(vectors, sets, queries.vectors, options.relations);
    return onlyAsked(relationsOf(scores, options), queries);
  }
  const fitted = linearClassifier({ l2: DECAY, iterations: ITERATIONS }).fit(
    vectors,
    sets.map(([label = 0]) => label),
  );
  return onlyAsked(
    fitted.predict(queries.vectors).map((label) => (label === 0 ? [] : [label])),
    queries,
  );
}
