// Matching the blanks: the classifier of pairs (Baldini Soares et al. 2019) and the contrastive form of paper 004, eq. 1.

import * as tf from "@tensorflow/tfjs";
import { ShapeError } from "../../core";
import { requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import {
  listMask,
  pickRows,
  requireIndices,
  requireLists,
  type IndexLists,
  type IndexPairs,
} from "../index-lists";
import { objective, type Objective } from "../objective";
import { similarities } from "../similarity";
import type { PairBatch } from "./info-nce";

/** Vectors, pairs of rows, and whether both rows of a pair are of one entity pair. */
export interface SamePairsBatch {
  /** `[rows, dim]` */
  readonly embeddings: tf.Tensor2D;
  readonly pairs: readonly (readonly [number, number])[];
  /** 1 or true: the same pair of entities. */
  readonly same: ArrayLike<number | boolean>;
}

/** The pair classifier as input of the primitive: candidates are "same", with the dot product, and "other", with 0. */
export function mtbPairInput({ embeddings, pairs, same }: SamePairsBatch): ContrastInput {
  return tidyInput(() => {
    requireShape("embeddings", embeddings, [null, null]);
    requireIndices('the batch role "pairs"', pairs.flat(), embeddings.shape[0]);
    if (same.length !== pairs.length)
      throw new ShapeError('the batch role "same"', [same.length], [pairs.length]);
    const side = (which: 0 | 1) =>
      pickRows(
        embeddings,
        pairs.map((pair) => pair[which]),
      );
    const dots: tf.Tensor2D = tf.sum(tf.mul(side(0), side(1)), 1, true);
    return {
      similarities: tf.concat([dots, tf.zeros<tf.Rank.R2>([pairs.length, 1])], 1),
      positives: listMask(
        Array.from(same, (flag) => [flag ? 0 : 1]),
        2,
      ),
      temperature: 1,
    };
  });
}

/**
 * Binary cross-entropy of sigmoid(z_i . z_j): do both vectors come from one pair of entities?
 *
 * @example mtbPair().loss({ embeddings, pairs: [[0, 1], [0, 2]], same: [1, 0] })
 */
export function mtbPair({
  reduce: how = "mean",
}: { readonly reduce?: Reduction } = {}): Objective<SamePairsBatch> {
  return objective<SamePairsBatch>({
    name: "MTB pair",
    value: (batch) => reduce(contrast(mtbPairInput(batch)), how),
    about: new Explanation({
      name: "MTB pair",
      summary: "tells whether two texts are about the same pair of entities",
      formula: String.raw`L = -\frac{1}{|P|}\sum_{(i,j)} y_{ij} \log \sigma(z_i \cdot z_j) + (1 - y_{ij}) \log (1 - \sigma(z_i \cdot z_j))`,
      source: "Baldini Soares et al. 2019; a softmax over the dot product and 0",
      roles: [
        { name: "embeddings", shape: "[rows, dim]", meaning: "pair vectors" },
        { name: "pairs", shape: "[pairs, 2]", meaning: "rows that are compared" },
        { name: "same", shape: "[pairs]", meaning: "1 for the same pair of entities, else 0" },
      ],
      options: { reduce: how },
    }),
  });
}

/** Vectors, positive pairs of rows, and the negatives of each row. */
export interface MtbBatch {
  /** `[rows, dim]` */
  readonly embeddings: tf.Tensor2D;
  readonly pairs: IndexPairs;
  /** For each row of the embeddings: rows of another pair whose subject or object type differs. */
  readonly negatives: IndexLists;
}

/** Options of the contrastive form. */
export interface MtbOptions {
  readonly temperature: number;
  /** Default `mean`, over the pairs whose anchor has a negative. */
  readonly reduce?: Reduction;
}

/** The contrastive form as input of the primitive: one row a pair; other positives are not in its denominator. */
export function mtbInput(
  { embeddings, pairs, negatives }: MtbBatch,
  { temperature }: MtbOptions,
): ContrastInput {
  return tidyInput(() => {
    requireShape("embeddings", embeddings, [null, null]);
    const rows = embeddings.shape[0];
    requireLists("negatives", negatives, rows);
    requireIndices('the batch role "pairs"', pairs.flat(), rows);
    requireIndices('the batch role "negatives"', negatives.flat(), rows);
    const anchors = pairs.map(([anchor]) => anchor);
    return {
      similarities: similarities(pickRows(embeddings, anchors), embeddings, "cosine"),
      positives: listMask(
        pairs.map(([, positive]) => [positive]),
        rows,
      ),
      candidates: listMask(
        anchors.map((anchor) => negatives[anchor]!),
        rows,
      ),
      temperature,
      denominator: "own",
      anchorWeights: tf.tensor1d(anchors.map((anchor) => (negatives[anchor]!.length > 0 ? 1 : 0))),
    };
  });
}

/**
 * Contrastive matching the blanks (L_rel): two texts about one pair of entities against texts about pairs of other
 * types. Pairs whose anchor has no negative are left out; none left: loss 0.
 *
 * @example mtb({ temperature: 0.05 }).loss({ embeddings, pairs: [[0, 1], [1, 0]], negatives: [[2], [2], []] })
 */
export function mtb(options: MtbOptions): Objective<MtbBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of MTB", temperature);
  return objective<MtbBatch>({
    name: "MTB",
    value: (batch) => reduce(contrast(mtbInput(batch, options)), how),
    about: new Explanation({
      name: "MTB",
      summary: "two texts about one pair of entities find each other among texts about pairs of other types",
      formula: String.raw`L = -\frac{1}{|P|}\sum_{(i,j) \in P} \log \frac{e^{s_{ij}}}{e^{s_{ij}} + \sum_{k \in N_i} e^{s_{ik}}}, \quad s = \cos/\tau`,
      source: "paper 004, eq. 1",
      roles: [
        { name: "embeddings", shape: "[rows, dim]", meaning: "pair vectors" },
        { name: "pairs", shape: "[pairs, 2]", meaning: "anchor and positive" },
        { name: "negatives", shape: "[rows] of lists", meaning: "rows of pairs of other types" },
      ],
      notes: ["other positives of an anchor are not in the denominator, unlike SupCon"],
      options: { temperature, reduce: how },
    }),
  });
}

/** Two passes over the same rows, and which rows are anchors (default all). */
export interface SelfBatch extends PairBatch {
  readonly anchors?: readonly number[];
  /** For each row, rows that are not pushed away from it, such as others of its own pair of entities. Default none. */
  readonly excluded?: IndexLists;
}

/** 1 but where a row's list has the column. */
function allBut(excluded: IndexLists, rows: number): tf.Tensor2D {
  requireLists("excluded", excluded, rows);
  requireIndices('the batch role "excluded"', excluded.flat(), rows);
  return tf.sub<tf.Tensor2D>(1, tf.minimum(listMask(excluded, rows), 1));
}

/**
 * The self-supervised part (L_self): each anchor finds its second pass among the second passes of all rows.
 *
 * @example mtbSelf({ temperature: 0.05 }).loss({ anchor: firstPass, positive: secondPass, anchors: [0, 2] })
 */
export function mtbSelf({ temperature, reduce: how = "mean" }: MtbOptions): Objective<SelfBatch> {
  requirePositive("the temperature of MTB", temperature);
  return objective<SelfBatch>({
    name: "MTB self",
    value: ({ anchor, positive, anchors, excluded }) => {
      requireShape("anchor", anchor, [null, null]);
      requireShape("positive", positive, anchor.shape);
      const rows = anchor.shape[0];
      requireIndices('the batch role "anchors"', anchors ?? [], rows);
      const input: ContrastInput = {
        similarities: similarities(anchor, positive, "cosine"),
        positives: tf.eye(rows),
        candidates: excluded === undefined ? undefined : allBut(excluded, rows),
        temperature,
      };
      const chosen =
        anchors === undefined
          ? input
          : { ...input, anchorWeights: tf.squeeze<tf.Tensor1D>(listMask([anchors], rows), [0]) };
      return reduce(contrast(chosen), how);
    },
    about: new Explanation({
      name: "MTB self",
      summary: "an anchor finds its own second pass (other dropout) among the second passes of all rows",
      formula: String.raw`L = -\frac{1}{|T_P|}\sum_{i \in T_P} \log \frac{e^{\cos(z_i, \hat z_i)/\tau}}{\sum_{k \in T} e^{\cos(z_i, \hat z_k)/\tau}}`,
      source: "paper 004, self-supervised loss",
      roles: [
        { name: "anchor", shape: "[rows, dim]", meaning: "first pass" },
        { name: "positive", shape: "[rows, dim]", meaning: "second pass of the same rows" },
        { name: "anchors", shape: "list of rows", meaning: "which rows are anchors; default all" },
        { name: "excluded", shape: "[rows] of lists", meaning: "optional: rows that are not pushed away" },
      ],
      options: { temperature, reduce: how },
    }),
  });
}
