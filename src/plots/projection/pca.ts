// Principal components: the directions in which centred points spread most (Pearson 1901), by subspace iteration.

import { OptionError } from "../../core";
import { dot, largestEigenpairs } from "./eigenpairs";
import { pointsOf, type Points, type Vectors } from "./points";

/** Principal components of a set of points. */
export interface PrincipalComponents {
  /** Mean of each dimension, `[dimensions]`. */
  readonly mean: Float64Array;
  /** Unit vectors, row-major `[components, dimensions]`; the entry of largest size in each is positive. */
  readonly components: Float64Array;
  /** Variance along each component, divisor `size - 1`. */
  readonly variance: Float64Array;
  /** Share of the whole variance. */
  readonly varianceRatio: Float64Array;
  /** Coordinates of the points, `[size, components]`. */
  readonly scores: Float64Array;
}

/** The first `components` principal components; points are centred, not scaled. Needs at least two points. */
export function pca(vectors: Vectors, components = 2): PrincipalComponents {
  const points = pointsOf(vectors);
  const { size, dimensions } = points;
  const most = Math.min(size, dimensions);
  if (size < 2) throw new OptionError(`principal components of ${size} point: expected at least two points`);
  if (!Number.isInteger(components) || components < 1 || components > most)
    throw new OptionError(
      `${components} components of ${size} points in ${dimensions} dimensions: expected 1 to ${most}`,
    );
  const { mean, centred } = centre(points);
  // Work on the smaller side: X^T X [dimensions, dimensions], or X X^T [size, size] (then c = X^T u / sigma).
  const isTall = size >= dimensions;
  const gram = isTall ? gramOfColumns(centred, size, dimensions) : gramOfRows(centred, size, dimensions);
  const { values, vectors: found } = largestEigenpairs(gram, most, components);
  const rows = isTall
    ? found
    : found.map((u, k) => combineRows(centred, u, Math.sqrt(Math.max(values[k]!, 0)), dimensions));
  for (const row of rows) pointUp(row);
  let total = 0;
  for (const value of centred) total += value * value;
  const scores = new Float64Array(size * components);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < components; k++)
      scores[i * components + k] = dot(centred.subarray(i * dimensions, (i + 1) * dimensions), rows[k]!);
  return {
    mean,
    components: Float64Array.from(rows.flatMap((row) => [...row])),
    variance: Float64Array.from(values, (value) => Math.max(value, 0) / (size - 1)),
    varianceRatio: Float64Array.from(values, (value) => (total > 0 ? Math.max(value, 0) / total : 0)),
    scores,
  };
}

function centre({ size, dimensions, data }: Points): { mean: Float64Array; centred: Float64Array } {
  const mean = new Float64Array(dimensions);
  data.forEach((value, index) => (mean[index % dimensions]! += value / size));
  return { mean, centred: data.map((value, index) => value - mean[index % dimensions]!) };
}

function gramOfColumns(data: Float64Array, size: number, dimensions: number): Float64Array {
  const gram = new Float64Array(dimensions * dimensions);
  for (let row = 0; row < size; row++) {
    const x = data.subarray(row * dimensions, (row + 1) * dimensions);
    for (let i = 0; i < dimensions; i++) {
      const factor = x[i]!;
      for (let j = 0, at = i * dimensions; j <= i; j++) gram[at + j]! += factor * x[j]!;
    }
  }
  for (let i = 0; i < dimensions; i++)
    for (let j = 0; j < i; j++) gram[j * dimensions + i] = gram[i * dimensions + j]!;
  return gram;
}

function gramOfRows(data: Float64Array, size: number, dimensions: number): Float64Array {
  const gram = new Float64Array(size * size);
  const row = (index: number): Float64Array => data.subarray(index * dimensions, (index + 1) * dimensions);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) gram[i * size + j] = gram[j * size + i] = dot(row(i), row(j));
  return gram;
}

function combineRows(
  data: Float64Array,
  weights: Float64Array,
  sigma: number,
  dimensions: number,
): Float64Array {
  const sum = new Float64Array(dimensions);
  if (sigma === 0) return sum;
  weights.forEach((weight, row) => {
    for (let i = 0; i < dimensions; i++) sum[i]! += (weight / sigma) * data[row * dimensions + i]!;
  });
  return sum;
}

function pointUp(vector: Float64Array): void {
  const largest = vector.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
  if (largest < 0) vector.forEach((value, index) => (vector[index] = -value));
}
