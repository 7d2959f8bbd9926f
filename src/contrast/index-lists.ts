// Index lists of a batch as constant masks.

import * as tf from "@tensorflow/tfjs";
import { DataError, ShapeError } from "../core";

/** For each anchor the rows it is compared with. */
export type IndexLists = readonly (readonly number[])[];

/** Ordered pairs of rows: the anchor, and its positive. */
export type IndexPairs = readonly (readonly [anchor: number, positive: number])[];

/** Throws unless every index is a row of `role`. */
export function requireIndices(what: string, indices: Iterable<number>, rows: number): void {
  for (const index of indices)
    if (!(Number.isInteger(index) && index >= 0 && index < rows))
      throw new DataError(`${what} names row ${index}: rows run from 0 to ${rows - 1}`);
}

/** Throws unless there is one list for each of `count` anchors. */
export function requireLists(role: string, lists: IndexLists, count: number): void {
  if (lists.length !== count) throw new ShapeError(`the batch role "${role}"`, [lists.length], [count]);
}

/** `[lists, columns]`: the weight of each listed column (1 by default, repeated indices add up), else 0. */
export function listMask(lists: IndexLists, columns: number, weights?: ArrayLike<number>): tf.Tensor2D {
  const data = new Float32Array(lists.length * columns);
  lists.forEach((list, row) => {
    for (const index of list) data[row * columns + index]! += weights === undefined ? 1 : weights[index]!;
  });
  return tf.tensor2d(data, [lists.length, columns]);
}

/** Rows of a matrix by index; with a gradient on every engine. */
export function pickRows(matrix: tf.Tensor2D, indices: readonly number[]): tf.Tensor2D {
  return tf.gather(matrix, tf.tensor1d(indices as number[], "int32"));
}
