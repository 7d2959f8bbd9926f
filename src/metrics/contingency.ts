// How often each gold class meets each cluster: the one table that all clustering scores are made of.

import { DataError } from "../core";
import { requirePairs, type ClassLabel } from "./labels";

/** Counts of the cells that are not empty, and of the classes and clusters; parallel arrays. */
export interface Contingency {
  readonly items: number;
  /** Items of each class, and of each cluster. */
  readonly classSizes: Float64Array;
  readonly clusterSizes: Float64Array;
  /** Class, cluster and count of each cell that holds something. */
  readonly cellClass: Int32Array;
  readonly cellCluster: Int32Array;
  readonly cellCount: Float64Array;
}

/** The largest dense table of counts (32 MB); beyond it cells are found by hashing. */
const DENSE_CELLS = 1 << 22;

/** Labels as numbers 0, 1, 2, ... in order of appearance. */
function numbered(labels: ArrayLike<ClassLabel>): { indices: Int32Array; count: number } {
  const indices = new Int32Array(labels.length);
  const place = new Map<ClassLabel, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    let index = place.get(label);
    if (index === undefined) place.set(label, (index = place.size));
    indices[i] = index;
  }
  return { indices, count: place.size };
}

/**
 * The contingency table of two partitions of the same items; labels are names or numbers and have no meaning beyond
 * being equal or not.
 *
 * @throws ShapeError for lists of different length, DataError when there are no items
 */
export function contingency(gold: ArrayLike<ClassLabel>, predicted: ArrayLike<ClassLabel>): Contingency {
  requirePairs(gold, predicted);
  if (gold.length === 0)
    throw new DataError("there are no items to score: a clustering is compared on at least one item");
  const classes = numbered(gold);
  const clusters = numbered(predicted);
  const classSizes = new Float64Array(classes.count);
  const clusterSizes = new Float64Array(clusters.count);
  const isDense = classes.count * clusters.count <= DENSE_CELLS;
  const dense = new Float64Array(isDense ? classes.count * clusters.count : 0);
  const sparse = new Map<number, number>();
  for (let i = 0; i < gold.length; i++) {
    const [g, c] = [classes.indices[i]!, clusters.indices[i]!];
    classSizes[g]!++;
    clusterSizes[c]!++;
    const cell = g * clusters.count + c;
    if (isDense) dense[cell]!++;
    else sparse.set(cell, (sparse.get(cell) ?? 0) + 1);
  }
  if (isDense) dense.forEach((count, cell) => count > 0 && sparse.set(cell, count));
  const cells = [...sparse.keys()];
  return {
    items: gold.length,
    classSizes,
    clusterSizes,
    cellClass: Int32Array.from(cells, (cell) => Math.floor(cell / clusters.count)),
    cellCluster: Int32Array.from(cells, (cell) => cell % clusters.count),
    cellCount: Float64Array.from(sparse.values()),
  };
}
