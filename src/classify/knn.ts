// k nearest neighbours with a uniform vote.

import { OptionError } from "../core";
import type { Classifier, ClassifierRecipe } from "./classifier";
import { nearestNeighbours, type Metric, type NeighbourList } from "./nearest";
import {
  checkTraining,
  indexLabels,
  matrixOf,
  shareRight,
  sizeOf,
  type Label,
  type VectorInput,
} from "./vectors";

/** Options of the vote. */
export interface KnnOptions {
  /** How many neighbours vote; all rows when there are fewer. */
  readonly k: number;
  /** Default `euclidean`. */
  readonly metric?: Metric;
}

/** Nearest neighbours that can also be looked at. */
export interface KnnClassifier<L extends Label> extends Classifier<L> {
  /** The neighbours of each row: indices into the training rows, and distances. */
  neighbours(vectors: VectorInput): NeighbourList;
}

/** Throws unless `k` is a whole number above 0. */
export function requireCount(name: string, k: number): void {
  if (!(Number.isInteger(k) && k > 0))
    throw new OptionError(`${name} is ${k}: it must be a whole number, 1 or more`);
}

/**
 * k nearest neighbours. Equal distances: the lower row first. Equal votes: the smallest label.
 *
 * @example knn({ k: 5, metric: "cosine" }).fit(vectors, relations).predict(queries)
 * @throws OptionError for a k that is no whole number above 0
 */
export function knn({ k, metric = "euclidean" }: KnnOptions) {
  requireCount("k of knn", k);
  if (metric !== "euclidean" && metric !== "cosine")
    throw new OptionError(`the metric of knn is "${String(metric)}": it must be one of euclidean, cosine`);
  const fit = <L extends Label>(vectors: VectorInput, given: ArrayLike<L>): KnnClassifier<L> => {
    checkTraining("knn", vectors, given.length);
    const points = matrixOf(vectors);
    const { labels, indices } = indexLabels(given);
    const neighbours = (queries: VectorInput): NeighbourList => nearestNeighbours(points, queries, k, metric);
    const predict = (queries: VectorInput): L[] => {
      const found = neighbours(queries);
      return Array.from({ length: sizeOf(queries)[0] }, (_, q) => {
        const votes = new Int32Array(labels.length);
        for (let i = q * found.k; i < (q + 1) * found.k; i++) votes[indices[found.indices[i]!]!]!++;
        return labels[votes.indexOf(Math.max(...votes))]!;
      });
    };
    return { labels, neighbours, predict, score: (queries, gold) => shareRight(predict(queries), gold) };
  };
  return { fit } satisfies ClassifierRecipe;
}
