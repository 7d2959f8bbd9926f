// What t-SNE compares: affinities of points and of their map, and the divergence between them
// (van der Maaten and Hinton 2008, equations 1, 4, 5 and 12).

import { OptionError } from "../../core";
import { pointsOf, squaredDistances, type Vectors } from "./points";

/** Affinities of points at a perplexity. */
export interface Affinities {
  readonly size: number;
  /** Precision `1 / (2 sigma_i^2)` of each point, found so that its entropy is `log(perplexity)`. */
  readonly precision: Float64Array;
  /** `p_(j|i)`, `[size, size]`, rows sum to 1. */
  readonly conditional: Float64Array;
  /** `p_ij = (p_(j|i) + p_(i|j)) / 2n`, sums to 1. */
  readonly joint: Float64Array;
}

/** Affinities of `vectors`; the perplexity must lie between 1 and the number of neighbours. */
export function affinities(vectors: Vectors, perplexity: number): Affinities {
  const points = pointsOf(vectors);
  const { size } = points;
  if (!(perplexity > 1 && perplexity < size - 1))
    throw new OptionError(
      `perplexity ${perplexity} for ${size} points: expected above 1 and below ${size - 1}`,
    );
  const distances = squaredDistances(points);
  const precision = new Float64Array(size);
  const conditional = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = conditional.subarray(i * size, (i + 1) * size);
    precision[i] = fitRow(distances.subarray(i * size, (i + 1) * size), i, Math.log(perplexity), row);
  }
  const joint = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      joint[i * size + j] = (conditional[i * size + j]! + conditional[j * size + i]!) / (2 * size);
  return { size, precision, conditional, joint };
}

/** Bisection for the precision of one row; fills `row` with `p_(j|i)`. */
function fitRow(distances: Float64Array, self: number, entropy: number, row: Float64Array): number {
  let nearest = Infinity;
  distances.forEach((distance, j) => {
    if (j !== self) nearest = Math.min(nearest, distance);
  });
  let [low, high, beta] = [0, Infinity, 1];
  for (let round = 0; round < 200; round++) {
    let sum = 0;
    let weighted = 0;
    for (let j = 0; j < row.length; j++) {
      // Distances are taken from the nearest neighbour's, so that far points do not all underflow to nothing.
      const offset = distances[j]! - nearest;
      const p = j === self ? 0 : Math.exp(-beta * offset);
      row[j] = p;
      sum += p;
      weighted += offset * p;
    }
    const surplus = Math.log(sum) + (beta * weighted) / sum - entropy;
    for (let j = 0; j < row.length; j++) row[j]! /= sum;
    if (Math.abs(surplus) < 1e-12) break;
    if (surplus > 0) low = beta;
    else high = beta;
    beta = high === Infinity ? beta * 2 : (low + high) / 2;
    if ((high < Infinity && high - low <= 1e-16 * high) || beta > 1e300) break;
  }
  return beta;
}

/** How far a map `[size, d]` is from affinities, and how it would improve. */
export interface MapDivergence {
  /** Kullback-Leibler divergence of the map's affinities from the points', in nats. */
  readonly divergence: number;
  /** Its gradient with respect to the map, `[size, d]`. */
  readonly gradient: Float64Array;
}

/** `KL(P || Q)` with `q_ij` proportional to `1 / (1 + |y_i - y_j|^2)`, and its gradient. */
export function mapDivergence(
  { size, joint }: Pick<Affinities, "size" | "joint">,
  map: Vectors,
): MapDivergence {
  const { data, dimensions, size: placed } = pointsOf(map);
  if (placed !== size)
    throw new OptionError(`map of ${placed} points for affinities of ${size}: expected the same points`);
  const kernel = squaredDistances({ size, dimensions, data }).map((distance) => 1 / (1 + distance));
  let sum = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (i !== j) sum += kernel[i * size + j]!;
  let divergence = 0;
  const gradient = new Float64Array(size * dimensions);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      if (i === j) continue;
      const p = joint[i * size + j]!;
      const k = kernel[i * size + j]!;
      if (p > 0) divergence += p * Math.log((p * sum) / k);
      const pull = 4 * (p - k / sum) * k;
      for (let d = 0; d < dimensions; d++)
        gradient[i * dimensions + d]! += pull * (data[i * dimensions + d]! - data[j * dimensions + d]!);
    }
  return { divergence, gradient };
}
