// The largest eigenvalues of a symmetric matrix with their eigenvectors.

import { Random } from "../../core";

const ENOUGH = 1e-13;
const MOST_ROUNDS = 1000;

/** Inner product of two vectors of equal length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * The `count` largest eigenvalues of a symmetric matrix `[order, order]` with unit eigenvectors: subspace iteration
 * with Rayleigh-Ritz (Golub and Van Loan, section 8.2.4). The subspace has spare vectors, so it converges by the gap
 * behind them; a matrix no larger than the subspace is solved at once.
 */
export function largestEigenpairs(
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
  for (let sweep = 0; sweep < 60 && offDiagonal(a, order) > 1e-30; sweep++)
    for (let p = 0; p < order; p++) for (let q = p + 1; q < order; q++) annihilate(a, vectors, order, p, q);
  return { values: Array.from({ length: order }, (_, i) => a[i * order + i]!), vectors };
}

/** Share of a matrix's squares that lies off its diagonal. */
function offDiagonal(a: Float64Array, order: number): number {
  let [off, all] = [0, 0];
  a.forEach((value, index) => {
    all += value * value;
    if (Math.floor(index / order) !== index % order) off += value * value;
  });
  return all > 0 ? off / all : 0;
}

/** Turns the plane of `p` and `q` so that their entry vanishes. */
function annihilate(a: Float64Array, vectors: Float64Array, order: number, p: number, q: number): void {
  const apq = a[p * order + q]!;
  if (apq === 0) return;
  const theta = (a[q * order + q]! - a[p * order + p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < order; k++) rotate(a, k * order + p, k * order + q, c, s);
  for (let k = 0; k < order; k++) rotate(a, p * order + k, q * order + k, c, s);
  for (let k = 0; k < order; k++) rotate(vectors, k * order + p, k * order + q, c, s);
}

function rotate(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [values[p]!, values[q]!];
  values[p] = c * x - s * y;
  values[q] = s * x + c * y;
}
