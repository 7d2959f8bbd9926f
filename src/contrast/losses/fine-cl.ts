// FineCL (paper 001): weighted relation discrimination, eq. 5, and entity discrimination within a document.

import * as tf from "@tensorflow/tfjs";
import { ShapeError } from "../../core";
import { requireChoice, requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type ContrastInput } from "../contrast";
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

/** Relation vectors, pairs (A, B) of one relation, the negatives C of each pair, and the weight f of each row. */
export interface RelationPairsBatch {
  /** `[rows, dim]` */
  readonly embeddings: tf.Tensor2D;
  readonly pairs: IndexPairs;
  /** One list of rows for each pair. */
  readonly negatives: IndexLists;
  /** Learning-order weight of each row `[rows]`; 1 everywhere is the plain contrastive loss. */
  readonly weights: ArrayLike<number>;
}

/** Options of relation discrimination. */
export interface FineClRelationOptions {
  readonly temperature: number;
  /** `paper` (default): eq. 5 as printed, the positive is not in Z; `code`: it is, as in the released module. */
  readonly variant?: "paper" | "code";
  /** Default `sum` for `paper`, `mean` for `code`. */
  readonly reduce?: "sum" | "mean";
}

/** Relation discrimination as input of the primitive: one row a pair. */
export function fineClRelationInput(
  batch: RelationPairsBatch,
  { temperature, variant = "paper" }: FineClRelationOptions,
): ContrastInput {
  return tidyInput(() => {
    const { embeddings, pairs, negatives, weights } = batch;
    requireShape("embeddings", embeddings, [null, null]);
    const rows = embeddings.shape[0];
    requireLists("negatives", negatives, pairs.length);
    if (weights.length !== rows) throw new ShapeError('the batch role "weights"', [weights.length], [rows]);
    requireIndices('the batch role "pairs"', pairs.flat(), rows);
    requireIndices('the batch role "negatives"', negatives.flat(), rows);
    const anchors = pairs.map(([anchor]) => anchor);
    return {
      similarities: similarities(pickRows(embeddings, anchors), embeddings, "cosine"),
      positives: listMask(
        pairs.map(([, positive]) => [positive]),
        rows,
      ),
      candidates: listMask(negatives, rows, weights),
      temperature,
      denominator: variant === "paper" ? "negatives" : "own",
      anchorWeights: tf.tensor1d(anchors.map((anchor) => weights[anchor]!)),
    };
  });
}

/**
 * FineCL's weighted relation discrimination: instances learnt early count more, as anchors and as negatives.
 * A pair whose anchor weighs 0 is left out.
 *
 * @example fineClRelation({ temperature: 0.05 }).loss({ embeddings, pairs: [[0, 1]], negatives: [[2, 3]], weights })
 */
export function fineClRelation(options: FineClRelationOptions): Objective<RelationPairsBatch> {
  const { temperature, variant = "paper", reduce: how = variant === "paper" ? "sum" : "mean" } = options;
  requirePositive("the temperature of FineCL", temperature);
  requireChoice("the variant of FineCL", variant, ["paper", "code"]);
  const z = variant === "paper" ? "" : String.raw`e^{s_{AB}} + `;
  return objective<RelationPairsBatch>({
    name: "FineCL relation",
    value: (batch) => reduce(contrast(fineClRelationInput(batch, options)), how),
    about: new Explanation({
      name: "FineCL relation",
      summary:
        "two instances of one relation find each other among others; instances learnt early weigh more",
      formula: String.raw`L = \sum_{(A,B)} -f_A \log \frac{e^{s_{AB}}}{${z}\sum_C f_C e^{s_{AC}}}, \quad s = \cos/\tau`,
      source: `FineCL (paper 001), eq. 5${variant === "paper" ? " as printed" : ", released code"}`,
      roles: [
        { name: "embeddings", shape: "[rows, dim]", meaning: "relation vectors" },
        { name: "pairs", shape: "[pairs, 2]", meaning: "rows A and B of one relation" },
        { name: "negatives", shape: "[pairs] of lists", meaning: "rows C of other relations" },
        { name: "weights", shape: "[rows]", meaning: "f, large for rows learnt early" },
      ],
      notes: ["paper: the positive is not in Z, so the loss may be negative"],
      options: { temperature, variant, reduce: how },
    }),
  });
}

/** Entity vectors, the entities of each pair's document, and the pair itself: head and tail. */
export interface EntityPairsBatch {
  /** `[entities, dim]` */
  readonly entities: tf.Tensor2D;
  readonly pairs: IndexPairs;
  /** For each pair the entities of its document. */
  readonly documents: IndexLists;
}

/** Options of entity discrimination. */
export interface FineClEntityOptions {
  readonly temperature: number;
  /** Default `mean`; `sum` as printed. */
  readonly reduce?: "sum" | "mean";
}

/** Entity discrimination as input of the primitive: one row a pair. */
export function fineClEntityInput(
  { entities, pairs, documents }: EntityPairsBatch,
  { temperature }: FineClEntityOptions,
): ContrastInput {
  return tidyInput(() => {
    requireShape("entities", entities, [null, null]);
    const rows = entities.shape[0];
    requireLists("documents", documents, pairs.length);
    requireIndices('the batch role "pairs"', pairs.flat(), rows);
    requireIndices('the batch role "documents"', documents.flat(), rows);
    return {
      similarities: similarities(
        pickRows(
          entities,
          pairs.map(([head]) => head),
        ),
        entities,
        "cosine",
      ),
      positives: listMask(
        pairs.map(([, tail]) => [tail]),
        rows,
      ),
      candidates: listMask(
        documents.map((list, index) => [...new Set(list)].filter((entity) => entity !== pairs[index]![0])),
        rows,
      ),
      temperature,
    };
  });
}

/**
 * Entity discrimination: the tail of a fact is told from the other entities of its document.
 *
 * @example fineClEntity({ temperature: 0.05 }).loss({ entities, pairs: [[0, 2]], documents: [[0, 1, 2]] })
 */
export function fineClEntity(options: FineClEntityOptions): Objective<EntityPairsBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of FineCL", temperature);
  return objective<EntityPairsBatch>({
    name: "FineCL entity",
    value: (batch) => reduce(contrast(fineClEntityInput(batch, options)), how),
    about: new Explanation({
      name: "FineCL entity",
      summary: "the tail of a fact is told from the other entities of its document",
      formula: String.raw`L = \sum_{(h,t)} -\log \frac{e^{s_{ht}}}{\sum_{l \ne h} e^{s_{hl}}}, \quad s = \cos/\tau`,
      source: "FineCL (paper 001), after ERICA (Qin et al. 2021)",
      roles: [
        { name: "entities", shape: "[entities, dim]", meaning: "entity vectors" },
        { name: "pairs", shape: "[pairs, 2]", meaning: "head and tail of a fact" },
        { name: "documents", shape: "[pairs] of lists", meaning: "entities of the document of each pair" },
      ],
      notes: ["a document of two entities: loss 0"],
      options: { temperature, reduce: how },
    }),
  });
}
