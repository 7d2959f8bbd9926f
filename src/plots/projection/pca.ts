// Principal components: the directions in which centred points spread most (Pearson 1901), by subspace iteration.

import { OptionError, Random } from "../../core";
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

const ENOUGH = 1e-13;
const MOST_ROUNDS = 1000;

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

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
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

/**
 * The `count` largest eigenvalues of a symmetric matrix `[order, order]` with unit eigenvectors: subspace iteration
 * with Rayleigh-Ritz (Golub and Van Loan, section 8.2.4). The subspace has spare vectors, so it converges by the gap
 * behind them; a matrix no larger than the subspace is solved at once.
 */
function largestEigenpairs(
  matrix: Float64Array,
  order: number,
  count: number,
): { values: number[]; vectors: Float64Array[] } {
  const width = Math.min(order, count + 16);
  const random = new Random("principal components");
  let basis = orthonormal(
    Array.from({ length: width }, () => Float64Array.from({ length: order }, () => random.normal())),
  );
  let values: number[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const images = basis.map((vector) => multiply(matrix, vector));
    const small = Float64Array.from(basis.flatMap((a) => images.map((b) => dot(a, b))));
    const turned = jacobi(small, width);
    const sorted = turned.values.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
    const turn = (vectors: readonly Float64Array[]): Float64Array[] =>
      sorted.map(({ index }) => {
        const mixed = new Float64Array(order);
        vectors.forEach((vector, k) => {
          const weight = turned.vectors[k * width + index]!;
          for (let i = 0; i < order; i++) mixed[i]! += weight * vector[i]!;
        });
        return mixed;
      });
    basis = turn(basis);
    values = sorted.map(({ value }) => value);
    const turnedImages = turn(images);
    const scale = Math.max(Math.abs(values[0]!), Number.MIN_VALUE);
    const residual = Math.max(
      ...basis.slice(0, count).map((vector, k) => {
        let sum = 0;
        for (let i = 0; i < order; i++) sum += (turnedImages[k]![i]! - values[k]! * vector[i]!) ** 2;
        return Math.sqrt(sum) / scale;
      }),
    );
    // Eigenvalues err by the square of the residual, vectors by the residual over the gap.
    if (width === order || residual < Math.sqrt(ENOUGH) * 1e-3) break;
    basis = orthonormal(turnedImages);
  }
  return { values: values.slice(0, count), vectors: basis.slice(0, count) };
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const order = vector.length;
  return Float64Array.from({ length: order }, (_, i) =>
    dot(matrix.subarray(i * order, (i + 1) * order), vector),
  );
}

/** Gram-Schmidt, twice for accuracy; a vector that vanishes is replaced by the next unit vector that does not. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  const order = vectors[0]?.length ?? 0;
  const reduce = (vector: Float64Array): number => {
    for (let pass = 0; pass < 2; pass++)
      for (const other of basis) {
        const share = dot(vector, other);
        for (let i = 0; i < order; i++) vector[i]! -= share * other[i]!;
      }
    return Math.sqrt(dot(vector, vector));
  };
  let spare = 0;
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    let kept = Float64Array.from(vector);
    let length = reduce(kept);
    while (!(length > 1e-12 * before && length > 0) && spare < order) {
      kept = new Float64Array(order);
      kept[spare++] = 1;
      length = reduce(kept);
      if (length > 1e-6) break;
      length = 0;
    }
    basis.push(kept.map((value) => value / (length || 1)));
  }
  return basis;
}

/** All eigenpairs of a small symmetric matrix by cyclic Jacobi rotations; vectors are columns of `[order, order]`. */
function jacobi(matrix: Float64Array, order: number): { values: number[]; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(order * order);
  for (let i = 0; i < order; i++) vectors[i * order + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < order; i++)
      for (let j = 0; j < order; j++) {
        all += a[i * order + j]! ** 2;
        if (i !== j) off += a[i * order + j]! ** 2;
      }
    if (off <= 1e-30 * all) break;
    for (let p = 0; p < order; p++)
      for (let q = p + 1; q < order; q++) {
        const apq = a[p * order + q]!;
        if (apq === 0) continue;
        const theta = (a[q * order + q]! - a[p * order + p]!) / (2 * apq);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < order; k++) rotate(a, k * order + p, k * order + q, c, s);
        for (let k = 0; k < order; k++) rotate(a, p * order + k, q * order + k, c, s);
        for (let k = 0; k < order; k++) rotate(vectors, k * order + p, k * order + q, c, s);
      }
  }
  return { values: Array.from({ length: order }, (_, i) => a[i * order + i]!), vectors };
}

function rotate(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [values[p]!, values[q]!];
  values[p] = c * x - s * y;
  values[q] = s * x + c * y;
}
