// Classwise k nearest neighbours: paper 004 (MTB + MCCL), section 3.4: how near are the k nearest of each class?

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError, selectRows } from "../core";
import type { Classifier } from "./classifier";
import { scoped } from "../engine/scoped";
import { requireCount } from "./knn";
import { unitRows } from "./nearest";
import {
  checkTraining,
  checkWidth,
  indexLabels,
  matrixOf,
  rowsTensor,
  shareRight,
  sizeOf,
  type Label,
  type VectorInput,
} from "./vectors";

/** Options of classwise k nearest neighbours. */
export interface ClasswiseKnnOptions<L extends Label = Label> {
  /** How many of each class are averaged (default 10); all of a class that has fewer. */
  readonly k?: number;
  /** Classes to score beside those that occur; a class without training row scores NaN and is never predicted. */
  readonly labels?: readonly L[];
  /** Added to the score of each class, in the order of the fitted `labels` (default 0). */
  readonly bias?: ArrayLike<number>;
}

/** Scores of each class, besides the verbs of every classifier. */
export interface ClasswiseKnnClassifier<L extends Label> extends Classifier<L> {
  /** Mean cosine to the k nearest of each class, without bias, `[count, classes]` row-major; NaN without training row. */
  scores(vectors: VectorInput): Float32Array;
  /** The same for several k, with one search for all of them: one list of scores a k. */
  scoresFor(vectors: VectorInput, ks: readonly number[]): Float32Array[];
  /** The classes that score (with bias) above `threshold`, which counts as "none of them" and is the answer if none does. */
  predictSets(vectors: VectorInput, threshold: L): L[][];
}

const BLOCK = 1 << 24;

/** Mean cosine of each query to its k nearest rows of one class, one list a k. */
function meansOfNearest(
  members: tf.Tensor2D,
  queries: tf.Tensor2D,
  ks: readonly number[],
): readonly Float32Array[] {
  const count = Math.min(Math.max(...ks), members.shape[0]);
  const step = Math.max(count, Math.floor(BLOCK / queries.shape[0]));
  return scoped(() => {
    let best: tf.Tensor2D | undefined;
    for (let from = 0; from < members.shape[0]; from += step)
      best = tf.tidy(() => {
        const block = tf.slice(
          members,
          [from, 0],
          [Math.min(step, members.shape[0] - from), members.shape[1]],
        );
        const cosines: tf.Tensor2D = tf.matMul(queries, block, false, true);
        const all: tf.Tensor2D = best === undefined ? cosines : tf.concat([best, cosines], 1);
        return tf.topk(all, Math.min(count, all.shape[1])).values as tf.Tensor2D;
      });
    // topk gives the nearest first, so fewer neighbours are the first columns
    return ks.map((k) => {
      const nearest = tf.slice(best!, [0, 0], [queries.shape[0], Math.min(k, count)]);
      return tf.mean(nearest, 1).dataSync<"float32">() as Float32Array;
    });
  });
}

/** All scores, queries in blocks; classes one after the other (there are few). */
function scoreAll(
  points: VectorInput,
  members: readonly (readonly number[])[],
  queries: VectorInput,
  ks: readonly number[],
): Float32Array[] {
  const [count] = sizeOf(queries);
  const known = matrixOf(points);
  const scores = ks.map(() => new Float32Array(count * members.length).fill(NaN));
  members.forEach((rows, c) => {
    if (rows.length === 0) return;
    tf.tidy(() => {
      const own = unitRows(rowsTensor(selectRows(known, rows), 0, rows.length));
      for (let from = 0; from < count; from += 1024) {
        const to = Math.min(count, from + 1024);
        const means = scoped(() => meansOfNearest(own, unitRows(rowsTensor(queries, from, to)), ks));
        means.forEach((values, at) =>
          values.forEach((value, q) => (scores[at]![(from + q) * members.length + c] = value)),
        );
      }
    });
  });
  return scores;
}

function classifier<L extends Label>(
  labels: readonly L[],
  members: readonly (readonly number[])[],
  points: VectorInput,
  { k = 10, bias }: ClasswiseKnnOptions<L>,
): ClasswiseKnnClassifier<L> {
  if (bias !== undefined && bias.length !== labels.length)
    throw new ShapeError("the bias of classwise knn", [bias.length], [labels.length]);
  const width = sizeOf(points)[1];
  const scoresFor = (queries: VectorInput, ks: readonly number[]): Float32Array[] => {
    checkWidth("classwise knn", queries, width);
    for (const one of ks) requireCount("k of classwise knn", one);
    return ks.length === 0 ? [] : scoreAll(points, members, queries, ks);
  };
  const scores = (queries: VectorInput): Float32Array => scoresFor(queries, [k])[0]!;
  const biased = (queries: VectorInput): number[][] => {
    const all = scores(queries);
    return Array.from({ length: sizeOf(queries)[0] }, (_, q) =>
      labels.map((_label, c) => all[q * labels.length + c]! + (bias?.[c] ?? 0)),
    );
  };
  const predict = (queries: VectorInput): L[] =>
    biased(queries).map((own) => {
      let best = -1;
      own.forEach((value, c) => {
        if (!Number.isNaN(value) && (best < 0 || value > own[best]!)) best = c;
      });
      return labels[best]!;
    });
  const predictSets = (queries: VectorInput, threshold: L): L[][] => {
    const at = labels.indexOf(threshold);
    if (at < 0)
      throw new OptionError(
        `the threshold class "${threshold}" is not among the classes: ${labels.join(", ")}`,
      );
    return biased(queries).map((own) => {
      const limit = Number.isNaN(own[at]!) ? -Infinity : own[at]!;
      const above = labels.filter((_, c) => c !== at && own[c]! > limit);
      return above.length > 0 ? above : [threshold];
    });
  };
  return {
    labels,
    scores,
    scoresFor,
    predict,
    predictSets,
    score: (queries, gold) => shareRight(predict(queries), gold),
  };
}

/**
 * Classwise k nearest neighbours: the class whose k nearest training rows have the highest mean cosine (plus bias).
 * Ties go to the smallest label.
 *
 * @example classwiseKnn({ k: 10 }).fit(vectors, relations).predict(queries)
 * @throws OptionError for a k that is no whole number above 0
 */
export function classwiseKnn<C extends Label = never>(options: ClasswiseKnnOptions<C> = {}) {
  requireCount("k of classwise knn", options.k ?? 10);
  const build = <L extends Label>(vectors: VectorInput, sets: readonly (readonly L[])[]) => {
    checkTraining("classwise knn", vectors, sets.length);
    const { labels } = indexLabels<L | C>([...sets.flat(), ...(options.labels ?? [])]);
    const place = new Map(labels.map((label, index) => [label, index]));
    const members: number[][] = labels.map(() => []);
    sets.forEach((set, index) => new Set(set).forEach((label) => members[place.get(label)!]!.push(index)));
    const { k, bias } = options;
    return classifier<L | C>(labels, members, matrixOf(vectors), {
      ...(k === undefined ? {} : { k }),
      ...(bias === undefined ? {} : { bias }),
    });
  };
  return {
    /** Learns from one label a row. */
    fit: <L extends Label>(vectors: VectorInput, labels: ArrayLike<L>): ClasswiseKnnClassifier<L | C> =>
      build(
        vectors,
        Array.from(labels, (label) => [label]),
      ),
    /** Learns from several labels a row. */
    fitSets: <L extends Label>(
      vectors: VectorInput,
      sets: readonly (readonly L[])[],
    ): ClasswiseKnnClassifier<L | C> => build(vectors, sets),
  };
}
