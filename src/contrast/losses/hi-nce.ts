// HiNCE (paper 002, HiURE): InfoNCE over the batch, eq. 9, plus ExemNCE over the exemplars of each layer, eq. 10-11.

import * as tf from "@tensorflow/tfjs";
import { DataError, ShapeError } from "../../core";
import { requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { listMask, requireIndices } from "../index-lists";
import { objective, type Objective } from "../objective";
import { similarities } from "../similarity";
import { infoNce, type PairBatch } from "./info-nce";

/** Anchors, the exemplars of each layer, and the exemplar of each anchor in each layer. */
export interface ExemplarBatch {
  /** `[batch, dim]`, unit vectors by preference [R4]. */
  readonly anchor: tf.Tensor2D;
  /** For each layer `[clusters, dim]`; constants in training [R12]. */
  readonly exemplars: readonly tf.Tensor2D[];
  /** For each layer the row of each anchor's exemplar, `[batch]`. */
  readonly assignments: readonly ArrayLike<number>[];
  /** For each layer a temperature of each exemplar (prototypical contrastive learning [R14]); default: one for all. */
  readonly temperatures?: readonly ArrayLike<number>[];
}

/** Options of ExemNCE. */
export interface ExemNceOptions {
  readonly temperature: number;
  /** Default `mean` over the batch [R15]; `sum` as printed. */
  readonly reduce?: Reduction;
}

/** One layer of ExemNCE as input of the primitive. */
export function exemNceInput(
  batch: ExemplarBatch,
  layer: number,
  { temperature }: ExemNceOptions,
): ContrastInput {
  return tidyInput(() => {
    const exemplars = batch.exemplars[layer]!;
    const assignment = batch.assignments[layer];
    requireShape("anchor", batch.anchor, [null, null]);
    requireShape("exemplars", exemplars, [null, batch.anchor.shape[1]]);
    if (assignment?.length !== batch.anchor.shape[0])
      throw new ShapeError(
        'the batch role "assignments"',
        [assignment?.length ?? 0],
        [batch.anchor.shape[0]],
      );
    requireIndices('the batch role "assignments"', Array.from(assignment), exemplars.shape[0]);
    const own = batch.temperatures?.[layer];
    if (own !== undefined && own.length !== exemplars.shape[0])
      throw new ShapeError('the batch role "temperatures"', [own.length], [exemplars.shape[0]]);
    return {
      similarities: similarities(batch.anchor, exemplars, "dot"),
      positives: listMask(
        Array.from(assignment, (cluster) => [cluster]),
        exemplars.shape[0],
      ),
      temperature: own === undefined ? temperature : tf.tensor1d(Array.from(own)),
    };
  });
}

/**
 * ExemNCE: in every layer an anchor finds its exemplar among all exemplars; mean over layers. A layer with one
 * exemplar adds 0 and still counts.
 *
 * @example exemNce({ temperature: 0.02 }).loss({ anchor, exemplars: [coarse, fine], assignments: [[0, 1], [2, 0]] })
 */
export function exemNce(options: ExemNceOptions): Objective<ExemplarBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of ExemNCE", temperature);
  return objective<ExemplarBatch>({
    name: "ExemNCE",
    value: (batch) => {
      const layers = batch.exemplars.length;
      if (layers === 0) throw new DataError('the batch role "exemplars" has no layer: it needs at least one');
      const each = batch.exemplars.map((_, layer) =>
        reduce(contrast(exemNceInput(batch, layer, options)), how),
      );
      return tf.div(tf.addN(each), layers);
    },
    about: new Explanation({
      name: "ExemNCE",
      summary: "in every layer an anchor finds the exemplar of its cluster among all exemplars of the layer",
      formula: String.raw`L = -\frac{1}{N L}\sum_i \sum_l \log \frac{e^{h_i \cdot e^l_{c_i}/\tau}}{\sum_q e^{h_i \cdot e^l_q/\tau}}`,
      source: "HiURE (paper 002), eq. 10",
      roles: [
        { name: "anchor", shape: "[batch, dim]", meaning: "vectors that are trained, of unit length" },
        {
          name: "exemplars",
          shape: "[layers] of [clusters, dim]",
          meaning: "constants, found once an epoch",
        },
        { name: "assignments", shape: "[layers] of [batch]", meaning: "the exemplar of each anchor" },
      ],
      notes: ["a layer with one exemplar adds 0; the divisor stays the number of layers"],
      options: { temperature, reduce: how },
    }),
  });
}

/**
 * HiNCE = InfoNCE + ExemNCE, both by dot products of unit vectors, weights 1 (eq. 11).
 *
 * @example hiNce({ temperature: 0.02 }).loss({ anchor, positive, exemplars, assignments })
 */
export function hiNce({
  temperature,
  reduce: how = "mean",
}: ExemNceOptions): Objective<PairBatch & ExemplarBatch> {
  return infoNce({ temperature, similarity: "dot", reduce: how }).plus(exemNce({ temperature, reduce: how }));
}
