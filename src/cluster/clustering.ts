// What every clustering gives back: who is where, the centres, and the verbs assign and score.

import {
  DISPLAY,
  OptionError,
  row,
  ShapeError,
  type Displayable,
  type Matrix,
  type MimeBundle,
} from "../core";
import { scoreClusters, type ClassLabel, type ClusterScores } from "../metrics";
import { similaritiesTo, type PointSimilarity } from "./point-similarities";

/** The parts of a clustering. */
export interface ClusteringParts {
  /** What made it, for people. */
  readonly method: string;
  /** Cluster of each point, 0 to count - 1. */
  readonly labels: Int32Array;
  /** One centre a cluster: its exemplar, or the mean of its points. */
  readonly centres: Matrix;
  /** How points are compared with centres. */
  readonly similarity: PointSimilarity;
  /** Index of the exemplar of each cluster, where centres are points. */
  readonly exemplars?: Int32Array | undefined;
  /** False when the search ended at its limit. */
  readonly hasConverged: boolean;
  readonly iterations: number;
}

/** The index of the largest number of each row of `[rows, columns]`; the first of equal ones. */
export function largestPerRow(values: ArrayLike<number>, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, i) => {
    let best = 0;
    for (let j = 1; j < columns; j++) if (values[i * columns + j]! > values[i * columns + best]!) best = j;
    return best;
  });
}

/** Points in clusters, numbered from 0. Only k-means of identical points makes empty ones. */
export class Clustering implements Displayable, ClusteringParts {
  readonly method: string;
  readonly labels: Int32Array;
  readonly centres: Matrix;
  readonly similarity: PointSimilarity;
  readonly exemplars: Int32Array | undefined;
  readonly hasConverged: boolean;
  readonly iterations: number;

  constructor({ method, labels, centres, similarity, exemplars, hasConverged, iterations }: ClusteringParts) {
    this.method = method;
    this.labels = labels;
    this.centres = centres;
    this.similarity = similarity;
    this.exemplars = exemplars;
    this.hasConverged = hasConverged;
    this.iterations = iterations;
  }

  /** Number of clusters. */
  get count(): number {
    return this.centres.rows;
  }

  /** Points of each cluster. */
  get sizes(): Int32Array {
    const sizes = new Int32Array(this.count);
    for (const label of this.labels) sizes[label]!++;
    return sizes;
  }

  /** Indices of the points of one cluster, in order. */
  members(cluster: number): number[] {
    if (!(Number.isInteger(cluster) && cluster >= 0 && cluster < this.count))
      throw new OptionError(`cluster ${cluster} does not exist: there are ${this.count}, counted from 0`);
    return Array.from(this.labels.keys()).filter((index) => this.labels[index] === cluster);
  }

  /**
   * The cluster of each unseen point: the one with the most similar centre, the first of equal ones.
   *
   * @throws ShapeError for points of another width
   */
  assign(points: Matrix): Int32Array {
    if (points.columns !== this.centres.columns)
      throw new ShapeError(
        "the points to assign",
        [points.rows, points.columns],
        [null, this.centres.columns],
      );
    return largestPerRow(similaritiesTo(points, this.centres, this.similarity), this.count);
  }

  /** Agreement with gold classes: B3, V, ARI and more. */
  score(gold: ArrayLike<ClassLabel>): ClusterScores {
    return scoreClusters(gold, this.labels);
  }

  toString(): string {
    const sizes = [...this.sizes].sort((a, b) => b - a);
    const shown = sizes.slice(0, 12).join(", ") + (sizes.length > 12 ? ", ..." : "");
    const end = this.hasConverged ? "" : `; stopped after ${this.iterations} iterations without converging`;
    return `${this.method}: ${this.labels.length.toLocaleString("en")} points in ${this.count} clusters (sizes ${shown})${end}`;
  }

  [DISPLAY](): MimeBundle {
    const largest = [...this.sizes.entries()].sort((a, b) => b[1] - a[1]).slice(0, 20);
    const rows = largest.map(([cluster, size]) => {
      const exemplar = this.exemplars === undefined ? "" : `<td>${this.exemplars[cluster]}</td>`;
      return `<tr><td>${cluster}</td><td>${size}</td>${exemplar}</tr>`;
    });
    const head = `<th>cluster</th><th>points</th>${this.exemplars === undefined ? "" : "<th>exemplar</th>"}`;
    const html = `<div>${this.toString()}</div><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
    return { "text/plain": this.toString(), "text/html": html };
  }
}

/** The mean of the points of each cluster `[count, dim]`; an empty cluster gets zeros. */
export function meansOf(points: Matrix, labels: Int32Array, count: number): Matrix {
  const sums = new Float64Array(count * points.columns);
  const sizes = new Int32Array(count);
  labels.forEach((label, index) => {
    sizes[label]!++;
    row(points, index).forEach((value, j) => (sums[label * points.columns + j]! += value));
  });
  const data = Float32Array.from(
    sums,
    (sum, at) => sum / Math.max(1, sizes[Math.floor(at / points.columns)]!),
  );
  return { data, rows: count, columns: points.columns };
}
