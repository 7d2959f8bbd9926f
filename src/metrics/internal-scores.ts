// How well clusters hold together without gold classes: silhouette, Davies-Bouldin, Calinski-Harabasz.

import { OptionError, row, ShapeError, type Matrix } from "../core";
import { meanOf } from "./precision-recall";

interface Groups {
  readonly place: Int32Array;
  readonly members: readonly (readonly number[])[];
}

function groupsOf(points: Matrix, labels: ArrayLike<number>): Groups {
  if (labels.length !== points.rows)
    throw new ShapeError("the cluster labels", [labels.length], [points.rows]);
  const places = new Map<number, number>();
  const members: number[][] = [];
  const place = Int32Array.from(labels, (label, index) => {
    let at = places.get(label);
    if (at === undefined) {
      places.set(label, (at = members.length));
      members.push([]);
    }
    members[at]!.push(index);
    return at;
  });
  if (members.length < 2 || members.length >= points.rows)
    throw new OptionError(
      `${members.length} clusters of ${points.rows} points have no internal score: it takes 2 to ${points.rows - 1} clusters`,
    );
  return { place, members };
}

function euclidean(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [product, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    left += a[i]! * a[i]!;
    right += b[i]! * b[i]!;
  }
  return 1 - product / Math.max(Math.sqrt(left * right), 1e-16);
}

/**
 * Silhouette of each point (Rousseeuw 1987): (b - a) / max(a, b), a the mean distance to its own cluster, b to the
 * nearest other one. A point alone in its cluster, or with a = b = 0, has 0. Takes time quadratic in the points.
 *
 * @throws OptionError for fewer than 2 clusters or as many as points
 */
export function silhouettes(
  points: Matrix,
  labels: ArrayLike<number>,
  metric: "euclidean" | "cosine" = "euclidean",
): Float64Array {
  const { place, members } = groupsOf(points, labels);
  const far = metric === "euclidean" ? euclidean : cosine;
  const sums = new Float64Array(points.rows * members.length);
  for (let i = 0; i < points.rows; i++)
    for (let j = 0; j < i; j++) {
      const distance = far(row(points, i), row(points, j));
      sums[i * members.length + place[j]!]! += distance;
      sums[j * members.length + place[i]!]! += distance;
    }
  return Float64Array.from({ length: points.rows }, (_, i) => {
    const own = members[place[i]!]!.length;
    if (own === 1) return 0;
    const means = members.map(
      ({ length }, c) => sums[i * members.length + c]! / (c === place[i] ? own - 1 : length),
    );
    const a = means[place[i]!]!;
    const b = Math.min(...means.filter((_mean, c) => c !== place[i]));
    return Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b);
  });
}

/** Mean silhouette of all points. */
export function silhouette(
  points: Matrix,
  labels: ArrayLike<number>,
  metric: "euclidean" | "cosine" = "euclidean",
): number {
  return meanOf(Array.from(silhouettes(points, labels, metric)));
}

function meanRow(points: Matrix, members: readonly number[]): Float64Array {
  const mean = new Float64Array(points.columns);
  for (const index of members) row(points, index).forEach((value, j) => (mean[j]! += value / members.length));
  return mean;
}

/**
 * Davies-Bouldin index (1979): mean over clusters of the worst (spread + spread) / distance of centroids; lower is
 * better, 0 is best. Clusters with one and the same centroid are left out of the comparison.
 */
export function daviesBouldin(points: Matrix, labels: ArrayLike<number>): number {
  const { members } = groupsOf(points, labels);
  const centroids = members.map((own) => meanRow(points, own));
  const spreads = members.map((own, c) =>
    meanOf(own.map((index) => euclidean(row(points, index), centroids[c]!))),
  );
  const worst = members.map((_, c) =>
    Math.max(
      0,
      ...members.map((_other, d) => {
        const apart = euclidean(centroids[c]!, centroids[d]!);
        return c === d || apart === 0 ? 0 : (spreads[c]! + spreads[d]!) / apart;
      }),
    ),
  );
  return meanOf(worst);
}

/** Calinski-Harabasz index (1974): spread between clusters over spread within; higher is better, 1 if both are 0. */
export function calinskiHarabasz(points: Matrix, labels: ArrayLike<number>): number {
  const { members } = groupsOf(points, labels);
  const centre = meanRow(
    points,
    Array.from({ length: points.rows }, (_, index) => index),
  );
  let [between, within] = [0, 0];
  for (const own of members) {
    const mean = meanRow(points, own);
    between += own.length * euclidean(mean, centre) ** 2;
    for (const index of own) within += euclidean(row(points, index), mean) ** 2;
  }
  return within === 0 ? 1 : (between * (points.rows - members.length)) / (within * (members.length - 1));
}
