// CLGS and CLDR (paper 003): a sentence or a pair of mentions finds its true graph among corrupted ones, eq. 4-5.

import * as tf from "@tensorflow/tfjs";
import { requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { listSimilarities, unitVectors } from "../similarity";

/** What both batches may say beside their vectors. */
interface GraphLists {
  /** `[batch, graphs]`: 1 where there is a graph, 0 in the padding of rows with fewer; default all. */
  readonly isGraph?: tf.Tensor2D;
  /** `[batch]`: factor of each row's loss, such as 1 / relations of its sentence; default 1. */
  readonly weights?: tf.Tensor1D;
}

/** Text vectors and, for each, graph vectors of which the first is the true one. */
export interface GraphBatch extends GraphLists {
  /** `[batch, dim]` */
  readonly text: tf.Tensor2D;
  /** `[batch, graphs, dim]`, the true graph at index 0. */
  readonly graphs: tf.Tensor3D;
}

/** Text and graph vectors row by row, the true graph at index 0 of both (released code of CLDR). */
export interface DiagonalGraphBatch extends GraphLists {
  /** `[batch, graphs, dim]` */
  readonly text: tf.Tensor3D;
  /** `[batch, graphs, dim]` */
  readonly graphs: tf.Tensor3D;
}

/** Options of both losses. */
export interface ClgsOptions {
  readonly temperature: number;
  /** Default `mean` (eq. 4, CLGS); `sum` over relations is eq. 5 (CLDR) as printed. */
  readonly reduce?: Reduction;
}

/** Column 0 is the positive of every row. */
function firstIsPositive(
  cosines: tf.Tensor2D,
  { isGraph, weights }: GraphLists,
  temperature: number,
): ContrastInput {
  const [rows, columns] = cosines.shape;
  if (isGraph !== undefined) requireShape("isGraph", isGraph, cosines.shape);
  if (weights !== undefined) requireShape("weights", weights, [rows]);
  const positives: tf.Tensor2D = tf.concat([tf.ones([rows, 1]), tf.zeros([rows, columns - 1])], 1);
  return {
    similarities: cosines,
    positives,
    temperature,
    ...(isGraph === undefined ? {} : { candidates: isGraph.clone() }),
    ...(weights === undefined ? {} : { anchorWeights: weights.clone() }),
  };
}

/** CLGS as input of the primitive. */
export function clgsInput(batch: GraphBatch, { temperature }: ClgsOptions): ContrastInput {
  const { text, graphs } = batch;
  return tidyInput(() => {
    requireShape("text", text, [null, null]);
    requireShape("graphs", graphs, [text.shape[0], null, text.shape[1]]);
    return firstIsPositive(listSimilarities(text, graphs, "cosine"), batch, temperature);
  });
}

/** CLDR in the form of the released code: graph z is compared with row z of the text side. */
export function diagonalClgsInput(batch: DiagonalGraphBatch, { temperature }: ClgsOptions): ContrastInput {
  const { text, graphs } = batch;
  return tidyInput(() => {
    requireShape("text", text, [null, null, null]);
    requireShape("graphs", graphs, text.shape);
    return firstIsPositive(tf.sum(tf.mul(unitVectors(text), unitVectors(graphs)), 2), batch, temperature);
  });
}

const explain = (
  name: string,
  source: string,
  formula: string,
  textShape: string,
  options: Required<ClgsOptions>,
): Explanation =>
  new Explanation({
    name,
    summary: "a text finds its true graph among corrupted graphs",
    formula,
    source,
    roles: [
      { name: "text", shape: textShape, meaning: "vectors of the text side" },
      { name: "graphs", shape: "[batch, graphs, dim]", meaning: "vectors of the graphs, the true one first" },
      { name: "isGraph", shape: "[batch, graphs]", meaning: "1 where there is a graph; default all" },
      { name: "weights", shape: "[batch]", meaning: "factor of each row's loss; default 1" },
    ],
    notes: ["only the true graph: loss 0"],
    options: { ...options },
  });

/**
 * Contrast of a text with its true graph against corrupted ones (CLGS eq. 4; CLDR eq. 5 with `reduce: "sum"`).
 *
 * @example clgs({ temperature: 0.1 }).loss({ text: sentences, graphs })
 */
export function clgs(options: ClgsOptions): Objective<GraphBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of CLGS", temperature);
  return objective<GraphBatch>({
    name: "CLGS",
    value: (batch) => reduce(contrast(clgsInput(batch, options)), how),
    about: explain(
      "CLGS",
      "paper 003, eq. 4 (CLDR: eq. 5, sum over relations)",
      String.raw`L = -\frac{1}{N}\sum_i \log \frac{e^{\cos(s_i, g_{i0})/\tau}}{\sum_z e^{\cos(s_i, g_{iz})/\tau}}`,
      "[batch, dim]",
      { temperature, reduce: how },
    ),
  });
}

/** CLDR as the released code computes it: both sides are corrupted alike, row z against row z. */
export function diagonalClgs(options: ClgsOptions): Objective<DiagonalGraphBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of CLDR", temperature);
  return objective<DiagonalGraphBatch>({
    name: "CLDR diagonal",
    value: (batch) => reduce(contrast(diagonalClgsInput(batch, options)), how),
    about: explain(
      "CLDR diagonal",
      "paper 003, released code",
      String.raw`L = -\frac{1}{N}\sum_r \log \frac{e^{\cos(t_{r0}, g_{r0})/\tau}}{\sum_z e^{\cos(t_{rz}, g_{rz})/\tau}}`,
      "[batch, graphs, dim]",
      { temperature, reduce: how },
    ),
  });
}
