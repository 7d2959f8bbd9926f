// How tightly clusters hold together, as temperatures: prototypical contrastive learning (Li et al. 2021), eq. 12.

import { OptionError, row, ShapeError, type Matrix } from "../core";
import { requirePoints } from "./check";

/** Options of the concentration. */
export interface ConcentrationOptions {
  /** Mean temperature of the result. */
  readonly temperature: number;
  /** Smooths small clusters (default 10). */
  readonly alpha?: number;
}

/** Concentration of each cluster, before and after it is clipped and scaled. */
export interface Concentration {
  /** Mean distance to the centroid over log(size + alpha); clusters of one point get the largest of all. */
  readonly raw: Float64Array;
  /** Clipped to the 10th to 90th percentile and scaled to mean `temperature`. */
  readonly temperatures: Float64Array;
}

/** The `share` quantile, linear between neighbours. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * A temperature for each cluster: loose clusters get a high one [R14, released code of paper 002]. Only clusters of one
 * point, or of equal points: `temperature` for all.
 *
 * @throws OptionError for options out of range, ShapeError for labels that do not fit
 */
export function clusterConcentration(
  points: Matrix,
  labels: ArrayLike<number>,
  centroids: Matrix,
  { temperature, alpha = 10 }: ConcentrationOptions,
): Concentration {
  for (const [name, value] of Object.entries({ temperature, alpha }))
    if (!(Number.isFinite(value) && value > 0))
      throw new OptionError(`${name} of the concentration is ${value}: it must be a finite number above 0`);
  requirePoints("the concentration", points);
  if (labels.length !== points.rows)
    throw new ShapeError("the cluster labels", [labels.length], [points.rows]);
  const sums = new Float64Array(centroids.rows);
  const sizes = new Int32Array(centroids.rows);
  for (let i = 0; i < points.rows; i++) {
    const label = labels[i]!;
    const centre = row(centroids, label);
    sums[label]! += Math.sqrt(row(points, i).reduce((sum, x, j) => sum + (x - centre[j]!) ** 2, 0));
    sizes[label]!++;
  }
  const raw = sums.map((sum, cluster) =>
    sizes[cluster]! > 1 ? sum / sizes[cluster]! / Math.log(sizes[cluster]! + alpha) : 0,
  );
  const largest = raw.reduce((top, phi) => Math.max(top, phi), 0);
  if (largest === 0) return { raw, temperatures: new Float64Array(centroids.rows).fill(temperature) };
  const filled = raw.map((phi, cluster) => (sizes[cluster]! > 1 ? phi : largest));
  const [low, high] = [quantile([...filled], 0.1), quantile([...filled], 0.9)];
  const clipped = filled.map((phi) => Math.min(high, Math.max(low, phi)));
  const mean = clipped.reduce((sum, phi) => sum + phi, 0) / clipped.length;
  return { raw: filled, temperatures: clipped.map((phi) => (temperature * phi) / mean) };
}
