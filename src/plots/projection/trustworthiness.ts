// How many neighbours a map kept, and how many it made up (Venna and Kaski 2001).

import { OptionError } from "../../core";
import { pointsOf, squaredDistances, type Points, type Vectors } from "./points";

/**
 * Trustworthiness, 0 to 1: whether points near each other in the map `[size, d]` are near each other in truth.
 * `T(k) = 1 - 2 / (n k (2n - 3k - 1)) * sum over i and j in the map's k neighbours of i of max(0, rank_i(j) - k)`.
 */
export function trustworthiness(vectors: Vectors, map: Vectors, neighbours = 5): number {
  const [points, placed] = [pointsOf(vectors), pointsOf(map)];
  const { size } = points;
  if (placed.size !== size)
    throw new OptionError(`map of ${placed.size} points for ${size} vectors: expected the same points`);
  if (!Number.isInteger(neighbours) || neighbours < 1 || neighbours >= size / 2)
    throw new OptionError(
      `${neighbours} neighbours of ${size} points: expected a whole number from 1 to below ${size / 2}`,
    );
  const near = orderByDistance(placed);
  const truth = orderByDistance(points);
  let penalty = 0;
  const rank = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    truth(i).forEach((j, place) => (rank[j] = place + 1));
    for (const j of near(i).subarray(0, neighbours)) penalty += Math.max(0, rank[j]! - neighbours);
  }
  return 1 - (2 * penalty) / (size * neighbours * (2 * size - 3 * neighbours - 1));
}

/** Continuity: trustworthiness with the roles exchanged, whether true neighbours stay near each other in the map. */
export function continuity(vectors: Vectors, map: Vectors, neighbours = 5): number {
  return trustworthiness(map, vectors, neighbours);
}

/** For each point the others, nearest first; equally near ones by index. */
function orderByDistance(points: Points): (index: number) => Int32Array {
  const { size } = points;
  const distances = squaredDistances(points);
  return (index) => {
    const row = distances.subarray(index * size, (index + 1) * size);
    const others = new Int32Array(size - 1);
    for (let j = 0, at = 0; j < size; j++) if (j !== index) others[at++] = j;
    return others.sort((a, b) => row[a]! - row[b]! || a - b);
  };
}
