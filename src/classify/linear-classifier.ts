// Softmax regression on frozen vectors: the linear probe, fitted to its optimum.

import * as tf from "@tensorflow/tfjs";
import { OptionError, type Matrix } from "../core";
import { scoped } from "../engine/scoped";
import type { Classifier } from "./classifier";
import { minimise } from "./minimise";
import {
  bestLabels,
  checkTraining,
  checkWidth,
  indexLabels,
  matrixOf,
  memberships,
  rowsTensor,
  shareRight,
  sizeOf,
  type Label,
  type VectorInput,
} from "./vectors";

/** Options of softmax regression. */
export interface LinearClassifierOptions {
  /** Weight of |W|^2 / 2 beside the mean cross-entropy; the bias is free (default 1e-3). */
  readonly l2?: number;
  /** Whether each feature is brought to mean 0 and standard deviation 1 first (default true); constant ones become 0. */
  readonly standardise?: boolean;
  /** Most L-BFGS iterations (default 200). */
  readonly iterations?: number;
}

/** Probabilities and the fit, besides the verbs of every classifier. */
export interface LinearClassifier<L extends Label> extends Classifier<L> {
  /** Softmax probabilities `[count, classes]`, row-major. */
  probabilities(vectors: VectorInput): Float32Array;
  /** What was minimised, at its end; how many iterations it took; whether the gradient vanished. */
  readonly fitted: { readonly loss: number; readonly iterations: number; readonly hasConverged: boolean };
}

/** Mean and standard deviation of each column; 0 deviation counts as 1. */
function columnScale({ data, rows, columns }: Matrix): { mean: Float32Array; deviation: Float32Array } {
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns]! += data[i]! / rows;
  for (let i = 0; i < data.length; i++) variance[i % columns]! += (data[i]! - mean[i % columns]!) ** 2 / rows;
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(variance, (value) => (value > 1e-14 ? Math.sqrt(value) : 1)),
  };
}

/** Value and gradient of the penalised likelihood; weights `[width, classes]`, then the bias `[classes]`. */
function likelihood(x: tf.Tensor2D, gold: tf.Tensor2D, l2: number) {
  const [rows, width] = x.shape;
  const classes = gold.shape[1];
  return (at: Float64Array) =>
    scoped(() => {
      const flat = Float32Array.from(at);
      const weights = tf.tensor2d(flat.subarray(0, width * classes), [width, classes]);
      const logits = tf.add(tf.matMul(x, weights), tf.tensor1d(flat.subarray(width * classes)));
      const logs = tf.logSoftmax(logits);
      const excess: tf.Tensor2D = tf.div(tf.sub(tf.exp(logs), gold), rows);
      const slope = tf.add(tf.matMul(x, excess, true), tf.mul(weights, l2));
      // summed in float64: near the optimum float32 sums no longer tell up from down
      const likelihoods = Array.from(tf.sum(tf.mul(logs, gold), 1).dataSync());
      const penalty = at.reduce((sum, w, i) => (i < width * classes ? sum + w * w : sum), 0);
      const value = likelihoods.reduce((sum, x) => sum - x / rows, 0) + (l2 / 2) * penalty;
      const gradient = new Float64Array(at.length);
      gradient.set(slope.dataSync());
      gradient.set(tf.sum(excess, 0).dataSync(), width * classes);
      return { value, gradient };
    });
}

/**
 * Softmax regression by L-BFGS on the whole training set. One class only: that class is always predicted.
 *
 * @example linearClassifier({ l2: 1e-2 }).fit(vectors, relations).score(queries, gold)
 * @throws OptionError for a negative l2
 */
export function linearClassifier({
  l2 = 1e-3,
  standardise = true,
  iterations = 200,
}: LinearClassifierOptions = {}) {
  if (!(Number.isFinite(l2) && l2 >= 0))
    throw new OptionError(`l2 of the linear classifier is ${l2}: it must be 0 or more`);
  if (!(Number.isInteger(iterations) && iterations > 0))
    throw new OptionError(
      `iterations of the linear classifier is ${iterations}: it must be a whole number, 1 or more`,
    );
  const fit = <L extends Label>(vectors: VectorInput, given: ArrayLike<L>): LinearClassifier<L> => {
    checkTraining("the linear classifier", vectors, given.length);
    const { labels, indices } = indexLabels(given);
    const [rows, width] = sizeOf(vectors);
    const scale = standardise ? columnScale(matrixOf(vectors)) : undefined;
    const prepare = (x: tf.Tensor2D): tf.Tensor2D =>
      scale === undefined ? x : tf.div(tf.sub(x, tf.tensor1d(scale.mean)), tf.tensor1d(scale.deviation));
    const found = scoped(() => {
      const gold = memberships(indices, labels.length);
      const smooth = likelihood(prepare(rowsTensor(vectors, 0, rows)), gold, l2);
      return minimise(smooth, new Float64Array((width + 1) * labels.length), { iterations, tolerance: 1e-5 });
    });
    const solution = Float32Array.from(found.at);
    const probabilities = (queries: VectorInput): Float32Array => {
      checkWidth("the linear classifier", queries, width);
      return scoped(() => {
        const weights = tf.tensor2d(solution.subarray(0, width * labels.length), [width, labels.length]);
        const x = prepare(rowsTensor(queries, 0, sizeOf(queries)[0]));
        const logits = tf.add(tf.matMul(x, weights), tf.tensor1d(solution.subarray(width * labels.length)));
        return tf.softmax(logits).dataSync<"float32">();
      });
    };
    const predict = (queries: VectorInput): L[] => bestLabels(probabilities(queries), labels);
    return {
      labels,
      probabilities,
      predict,
      score: (queries, gold) => shareRight(predict(queries), gold),
      fitted: { loss: found.value, iterations: found.iterations, hasConverged: found.hasConverged },
    };
  };
  return { fit };
}
