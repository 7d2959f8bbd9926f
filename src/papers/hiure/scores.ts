// The numbers of the tables, in points: B3, V, ARI, their average, and how many clusters there are.

import type { Clustering } from "../../cluster";
import type { Numbers } from "../../experiments";
import { scoreClusters, type ClusterScores } from "../../metrics";

/** Columns of T1 and two of our own. */
export function numbersOfScores(scores: ClusterScores, clusters: number): Numbers {
  const { b3, vMeasure, homogeneity, completeness, ari } = scores;
  const points = (share: number): number => 100 * share;
  return {
    "B3:F1": points(b3.f1),
    "B3:P": points(b3.precision),
    "B3:R": points(b3.recall),
    "V:F1": points(vMeasure),
    "V:hom": points(homogeneity),
    "V:comp": points(completeness),
    ARI: points(ari),
    average: points((b3.f1 + vMeasure + ari) / 3),
    clusters,
  };
}

/** The numbers of a clustering against relations. */
export function numbersOf(clustering: Clustering, relations: readonly string[]): Numbers {
  return numbersOfScores(clustering.score(relations), clustering.count);
}

/** The numbers of plain cluster labels. */
export function numbersOfLabels(labels: ArrayLike<number | string>, relations: readonly string[]): Numbers {
  return numbersOfScores(scoreClusters(relations, labels), new Set(Array.from(labels)).size);
}

/** The mean of several answers, number by number; `answers` has at least one. */
export function meanNumbers(answers: readonly Numbers[]): Numbers {
  const mean = (name: string): number =>
    answers.reduce((sum, answer) => sum + (answer[name] ?? NaN), 0) / answers.length;
  return Object.fromEntries(Object.keys(answers[0] ?? {}).map((name) => [name, mean(name)]));
}
