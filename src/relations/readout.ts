// Readouts: from hidden states [batch, length, hidden] to one relation vector a sentence.

import * as tf from "@tensorflow/tfjs";
import { unknownName } from "../core";
import type { MentionBatch } from "../text";

/** Rows of `last` at one position a sentence: `[batch, length, hidden]` and `[batch]` to `[batch, hidden]`. */
export function statesAt(last: tf.Tensor3D, positions: Int32Array): tf.Tensor2D {
  const [batch, length, hidden] = last.shape;
  const rows = Int32Array.from(positions, (position, index) => index * length + position);
  return tf.gather(last.reshape([batch * length, hidden]), tf.tensor1d(rows, "int32")) as tf.Tensor2D;
}

/** Means of `last` over spans `[start, end)` of pieces (`spans` is `[batch, 2]` row-major), as one matrix product. */
export function spanMeans(last: tf.Tensor3D, spans: Int32Array): tf.Tensor2D {
  const [batch, length, hidden] = last.shape;
  const weights = new Float32Array(batch * length);
  for (let i = 0; i < batch; i++) {
    const [start, end] = [spans[2 * i]!, spans[2 * i + 1]!];
    weights.fill(1 / Math.max(1, end - start), i * length + start, i * length + end);
  }
  return tf.matMul(tf.tensor3d(weights, [batch, 1, length]), last).reshape([batch, hidden]);
}

/** Means of `last` over all tokens that are not padding. */
export function tokenMeans(last: tf.Tensor3D, mask: Int32Array): tf.Tensor2D {
  const [batch, length, hidden] = last.shape;
  const weights = new Float32Array(mask.length);
  for (let i = 0; i < batch; i++) {
    let count = 0;
    for (let j = 0; j < length; j++) count += mask[i * length + j]!;
    for (let j = 0; j < length; j++) weights[i * length + j] = mask[i * length + j]! / Math.max(1, count);
  }
  return tf.matMul(tf.tensor3d(weights, [batch, 1, length]), last).reshape([batch, hidden]);
}

/** How a relation vector is read off: its width in hidden sizes, its formula, and the reading itself. */
export interface Readout {
  readonly name: ReadoutName;
  /** Width of the relation vector, in multiples of the hidden size. */
  readonly parts: number;
  readonly formula: string;
  readonly meaning: string;
  read(last: tf.Tensor3D, batch: MentionBatch): tf.Tensor2D;
}

export type ReadoutName = "markers" | "mentions" | "mean" | "cls";

const READOUTS: Readonly<Record<ReadoutName, Readout>> = {
  markers: {
    name: "markers",
    parts: 2,
    formula: String.raw`r = [h_{[E1]} ; h_{[E2]}]`,
    meaning:
      "the hidden states of the two start markers, side by side (Baldini Soares et al. 2019, entity start)",
    read: (last, { headStart, tailStart }) =>
      tf.concat([statesAt(last, headStart), statesAt(last, tailStart)], 1),
  },
  mentions: {
    name: "mentions",
    parts: 2,
    formula: String.raw`r = \Big[\tfrac1{|h|}\sum_{i \in h} h_i ; \tfrac1{|t|}\sum_{i \in t} h_i\Big]`,
    meaning: "the mean of the head's pieces beside the mean of the tail's",
    read: (last, { headSpan, tailSpan }) =>
      tf.concat([spanMeans(last, headSpan), spanMeans(last, tailSpan)], 1),
  },
  mean: {
    name: "mean",
    parts: 1,
    formula: String.raw`r = \tfrac1n \sum_i h_i`,
    meaning: "the mean of all tokens",
    read: (last, { mask }) => tokenMeans(last, mask),
  },
  cls: {
    name: "cls",
    parts: 1,
    formula: String.raw`r = h_{[CLS]}`,
    meaning: "the first token's hidden state",
    read: (last, { size }) => statesAt(last, new Int32Array(size)),
  },
};

/** The readout of that name. */
export function readout(name: ReadoutName): Readout {
  const found = READOUTS[name] as Readout | undefined;
  if (found === undefined) throw unknownName("readout", name, Object.keys(READOUTS));
  return found;
}
