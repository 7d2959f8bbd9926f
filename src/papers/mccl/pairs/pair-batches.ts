// Documents of a step as one or two batches by length, and their pairs' rows put together again: less padding, same z.

import * as tf from "@tensorflow/tfjs";
import type { PairPlace } from "../../../text";

/** Documents that are read together, and the pairs (rows of the step) that lie in them. */
export interface PairGroup {
  /** Positions in the step's documents. */
  readonly documents: readonly number[];
  /** Positions in the step's pairs. */
  readonly rows: readonly number[];
  /** These pairs; `document` counts in `documents`. */
  readonly pairs: readonly PairPlace[];
}

/** Places of short and of long sequences, or all of them where two batches would save less than a sixth of the padding. */
export function halves(lengths: readonly number[]): number[][] {
  const order = lengths.map((_, index) => index).sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const longest = lengths[order.at(-1)!] ?? 0;
  const costs = order.map((index, at) => (at + 1) * lengths[index]! + (order.length - at - 1) * longest);
  const cheapest = Math.min(...costs);
  if (!(cheapest < (5 / 6) * order.length * longest)) return [order];
  const cut = costs.indexOf(cheapest) + 1;
  return [order.slice(0, cut), order.slice(cut)];
}

/** The groups of a step: all documents in one, or short and long ones apart. Every pair is in one group. */
export function pairGroups(lengths: readonly number[], pairs: readonly PairPlace[]): PairGroup[] {
  return halves(lengths).map((documents) => {
    const place = new Map(documents.map((document, at) => [document, at]));
    const rows = pairs.flatMap(({ document }, row) => (place.has(document) ? [row] : []));
    return {
      documents,
      rows,
      pairs: rows.map((row) => ({ ...pairs[row]!, document: place.get(pairs[row]!.document)! })),
    };
  });
}

/** Lists of values by group as one list in the order of the step's pairs. */
export function inStepOrder<T>(groups: readonly PairGroup[], lists: readonly (readonly T[])[]): T[] {
  const all: T[] = [];
  groups.forEach(({ rows }, group) => rows.forEach((row, at) => (all[row] = lists[group]![at]!)));
  return all;
}

/** Vectors by group as one matrix in the order of the step's pairs; differentiable. */
export function joinRows(groups: readonly PairGroup[], vectors: readonly tf.Tensor2D[]): tf.Tensor2D {
  if (groups.length === 1) return vectors[0]!;
  const order = new Int32Array(groups.reduce((sum, { rows }) => sum + rows.length, 0));
  groups.flatMap(({ rows }) => rows).forEach((row, at) => (order[row] = at));
  return tf.gather(tf.concat([...vectors], 0), tf.tensor1d(order, "int32")) as tf.Tensor2D;
}
