// InfoNCE: van den Oord, Li & Vinyals 2018 (arXiv:1807.03748), eq. 4; with a queue: He et al. 2020 (MoCo), eq. 1.

import * as tf from "@tensorflow/tfjs";
import { DataError } from "../../core/errors";
import { requireChoice, requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type Contrast, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { listSimilarities, pairedSimilarities, similarities, type SimilarityName } from "../similarity";

/** Row i of `positive` is the key of row i of `anchor`; both `[batch, dim]`. */
export interface PairBatch {
  readonly anchor: tf.Tensor2D;
  readonly positive: tf.Tensor2D;
}

/** Pairs and negatives that all anchors share, `[count, dim]`. */
export interface QueueBatch extends PairBatch {
  readonly queue: tf.Tensor2D;
}

/** Pairs and each anchor's own negatives, `[batch, count, dim]`. */
export interface NegativesBatch extends PairBatch {
  readonly negatives: tf.Tensor3D;
}

/** Options of InfoNCE; only the temperature has to be given. */
export interface InfoNceOptions {
  readonly temperature: number;
  /** Default `cosine`. */
  readonly similarity?: SimilarityName;
  /** What each anchor is set against: the other keys of the batch (default), a queue, or negatives of its own. */
  readonly negatives?: "batch" | "queue" | "own";
  /** Mean of both directions, anchor to key and key to anchor (default false; with batch negatives only). */
  readonly symmetric?: boolean;
  /** Default `mean`. */
  readonly reduce?: Reduction;
}

/** The key in column 0, the negatives after it. */
function keyFirst(own: tf.Tensor2D, others: tf.Tensor2D, temperature: number): ContrastInput {
  const positives = tf.concat([tf.ones<tf.Rank.R2>(own.shape), tf.zeros<tf.Rank.R2>(others.shape)], 1);
  return { similarities: tf.concat([own, others], 1), positives, temperature };
}

/** InfoNCE as input of the primitive: who is compared with whom, and who is whose positive. */
export function infoNceInput(
  batch: PairBatch | QueueBatch | NegativesBatch,
  options: InfoNceOptions,
): ContrastInput {
  return tidyInput(() => {
    const { temperature, similarity = "cosine" } = options;
    const { anchor, positive } = batch;
    requireShape("anchor", anchor, [null, null]);
    requireShape("positive", positive, anchor.shape);
    if ("queue" in batch) {
      requireShape("queue", batch.queue, [null, anchor.shape[1]]);
      const own = pairedSimilarities(anchor, positive, similarity);
      return keyFirst(own, similarities(anchor, batch.queue, similarity), temperature);
    }
    if ("negatives" in batch) {
      requireShape("negatives", batch.negatives, [anchor.shape[0], null, anchor.shape[1]]);
      const own = pairedSimilarities(anchor, positive, similarity);
      return keyFirst(own, listSimilarities(anchor, batch.negatives, similarity), temperature);
    }
    return {
      similarities: similarities(anchor, positive, similarity),
      positives: tf.eye(anchor.shape[0]),
      temperature,
    };
  });
}

/** Only the roles that the options name: a batch may carry those of other losses. */
function rolesFor(batch: PairBatch | QueueBatch | NegativesBatch, negatives: "batch" | "queue" | "own") {
  const { anchor, positive } = batch;
  if (negatives === "batch") return { anchor, positive };
  if (negatives === "queue" && "queue" in batch) return { anchor, positive, queue: batch.queue };
  if (negatives === "own" && "negatives" in batch) return { anchor, positive, negatives: batch.negatives };
  const missing = negatives === "queue" ? "queue" : "negatives";
  throw new DataError(
    `the batch has no role "${missing}", which InfoNCE with negatives "${negatives}" compares with`,
  );
}

/** The loss of each anchor; with `symmetric`, the mean of its two directions. */
export function infoNceContrast(
  batch: PairBatch | QueueBatch | NegativesBatch,
  options: InfoNceOptions,
): Contrast {
  return tf.tidy(() => {
    const { negatives = "batch", symmetric = false } = options;
    const forward = infoNceInput(rolesFor(batch, negatives), options);
    const there = contrast(forward);
    if (!symmetric) return there;
    const back = contrast({ ...forward, similarities: tf.transpose(forward.similarities) });
    const perAnchor: tf.Tensor1D = tf.div(tf.add(there.perAnchor, back.perAnchor), 2);
    return { perAnchor, mask: there.mask };
  });
}

/**
 * InfoNCE: tells each anchor's key from the other candidates. A batch of one has loss 0 and gradient 0.
 *
 * @example infoNce({ temperature: 0.05 }).loss({ anchor, positive })
 * @throws OptionError for a temperature that is not above 0, or `symmetric` without batch negatives
 */
export function infoNce(options: InfoNceOptions & { readonly negatives?: "batch" }): Objective<PairBatch>;
export function infoNce(options: InfoNceOptions & { readonly negatives: "queue" }): Objective<QueueBatch>;
export function infoNce(options: InfoNceOptions & { readonly negatives: "own" }): Objective<NegativesBatch>;
export function infoNce(options: InfoNceOptions): Objective<QueueBatch & NegativesBatch>;
export function infoNce(options: InfoNceOptions): Objective<never> {
  const {
    temperature,
    similarity = "cosine",
    negatives = "batch",
    symmetric = false,
    reduce: how = "mean",
  } = options;
  requirePositive("the temperature of InfoNCE", temperature);
  requireChoice("the similarity of InfoNCE", similarity, ["cosine", "dot"]);
  requireChoice("the negatives of InfoNCE", negatives, ["batch", "queue", "own"]);
  if (symmetric && negatives !== "batch")
    requireChoice("the negatives of symmetric InfoNCE", negatives, ["batch"]);
  return objective<PairBatch | QueueBatch | NegativesBatch>({
    name: "InfoNCE",
    value: (batch) => reduce(infoNceContrast(batch, options), how),
    about: explainInfoNce({ temperature, similarity, negatives, symmetric, reduce: how }),
  });
}

function explainInfoNce(options: Required<InfoNceOptions>): Explanation {
  const others = {
    batch: "the other keys of the batch",
    queue: "the rows of the queue",
    own: "its own negatives",
  };
  const extra = {
    batch: [],
    queue: [{ name: "queue", shape: "[count, dim]", meaning: "negatives that all anchors share" }],
    own: [{ name: "negatives", shape: "[batch, count, dim]", meaning: "negatives of each anchor" }],
  };
  return new Explanation({
    name: "InfoNCE",
    summary: `tells the key of each anchor from ${others[options.negatives]}`,
    formula: String.raw`L = -\frac{1}{N}\sum_i \log \frac{e^{s(a_i, k_i)/\tau}}{\sum_j e^{s(a_i, k_j)/\tau}}`,
    source: "van den Oord et al. 2018, eq. 4 (queue: He et al. 2020, eq. 1)",
    roles: [
      { name: "anchor", shape: "[batch, dim]", meaning: "vectors that are trained" },
      { name: "positive", shape: "[batch, dim]", meaning: "row i is the key of anchor i" },
      ...extra[options.negatives],
    ],
    notes: [
      "one candidate only: loss 0, gradient 0",
      "a zero vector has cosine 0 to everything and gradient 0",
    ],
    options: { ...options },
  });
}
