// Inference of paper 004, section 3.4: classwise kNN, nearest centroid, or a linear head; relations of pairs out.

import * as tf from "@tensorflow/tfjs";
import { classwiseKnn, nearestCentroid, type LinearHead } from "../../../classify";
import { OptionError, selectRows, type Matrix } from "../../../core";
import { scoped } from "../../../engine/scoped";
import type { LabelledPair } from "../pairs/labelled-pairs";

/** Predicted relations of each pair, as numbers; empty for NA. */
export type Predictions = readonly (readonly number[])[];

/** Vectors of pairs and what is known of them. */
export interface EmbeddedPairs {
  readonly pairs: readonly LabelledPair[];
  readonly vectors: Matrix;
  /** A pair that a cut made invisible is no training pair and is predicted NA. */
  readonly isVisible: readonly boolean[];
}

/** What the classifiers share. */
export interface InferenceOptions {
  /** Number of relations, NA among them. */
  readonly relations: number;
  readonly isMultiLabel: boolean;
}

/** Relations from scores `[pairs, relations]`: the best one, or all above NA. NaN is never predicted. */
export function relationsOf(
  scores: ArrayLike<number>,
  { relations, isMultiLabel }: InferenceOptions,
): number[][] {
  return Array.from({ length: scores.length / relations }, (_, row) => {
    const own = Array.from({ length: relations }, (_unused, relation) => scores[row * relations + relation]!);
    if (isMultiLabel) {
      const limit = Number.isNaN(own[0]!) ? -Infinity : own[0]!;
      return own.flatMap((score, relation) => (relation > 0 && score > limit ? [relation] : []));
    }
    let best = 0;
    own.forEach((score, relation) => {
      if (score > (Number.isNaN(own[best]!) ? -Infinity : own[best]!)) best = relation;
    });
    return best === 0 ? [] : [best];
  });
}

/** NA where a pair is no candidate or not visible. */
export function onlyAsked(predicted: Predictions, { pairs, isVisible }: EmbeddedPairs): Predictions {
  return predicted.map((labels, row) => (pairs[row]!.isCandidate && isVisible[row] ? labels : []));
}

/** The rows that may teach: visible candidates. */
function teaching({ pairs, isVisible, vectors }: EmbeddedPairs): { vectors: Matrix; sets: number[][] } {
  const rows = pairs.flatMap(({ isCandidate }, row) => (isCandidate && isVisible[row] ? [row] : []));
  if (rows.length === 0)
    throw new OptionError("no training pair is visible: raise maxLength, or take a larger share of pairs");
  return {
    vectors: selectRows(vectors, rows),
    sets: rows.map((row) => (pairs[row]!.labels.length === 0 ? [0] : [...pairs[row]!.labels])),
  };
}

/**
 * Classwise kNN for several k: the mean cosine of the k nearest training pairs of each relation, plus its bias. Proxies
 * are not asked [R14]; a relation without training pair is never predicted. One list of predictions a k.
 */
export function nearestPairs(
  train: EmbeddedPairs,
  queries: EmbeddedPairs,
  ks: readonly number[],
  options: InferenceOptions,
  bias?: ArrayLike<number>,
): Predictions[] {
  const labels = Array.from({ length: options.relations }, (_, relation) => relation);
  const { vectors, sets } = teaching(train);
  const found = classwiseKnn({ labels }).fitSets(vectors, sets);
  return found.scoresFor(queries.vectors, ks).map((scores) => {
    if (bias !== undefined)
      for (let i = 0; i < scores.length; i++) scores[i]! += bias[i % options.relations] ?? 0;
    return onlyAsked(relationsOf(scores, options), queries);
  });
}

/** Nearest centroid: cosine to the mean of the unit vectors of each relation; with several labels all above NA. */
export function nearestCentre(
  train: EmbeddedPairs,
  queries: EmbeddedPairs,
  options: InferenceOptions,
): Predictions {
  const { vectors, sets } = teaching(train);
  const rows = sets.flatMap((set, row) => set.map(() => row));
  const fitted = nearestCentroid().fit(selectRows(vectors, rows), sets.flat());
  const few = fitted.scores(queries.vectors);
  const scores = new Float32Array(queries.pairs.length * options.relations).fill(NaN);
  queries.pairs.forEach((_, row) =>
    fitted.labels.forEach((relation, at) => {
      scores[row * options.relations + relation] = few[row * fitted.labels.length + at]!;
    }),
  );
  return onlyAsked(relationsOf(scores, options), queries);
}

/** Relations by a head's scores of the vectors. */
export function byHead(head: LinearHead, queries: EmbeddedPairs, options: InferenceOptions): Predictions {
  const { data, rows, columns } = queries.vectors;
  const scores =
    rows === 0
      ? new Float32Array(0)
      : scoped(() => head.logits(tf.tensor2d(data, [rows, columns])).dataSync<"float32">() as Float32Array);
  return onlyAsked(relationsOf(scores, options), queries);
}
