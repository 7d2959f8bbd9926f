// SupCon: Khosla et al. 2020 (arXiv:2004.11362), eq. 2 ("out") and eq. 3 ("in"); and its multi-label form.

import * as tf from "@tensorflow/tfjs";
import { requireChoice, requireLabels, requirePositive, requireShape, type Labels } from "../check";
import { contrast, tidyInput, reduce, type Contrast, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { similarities, type SimilarityName } from "../similarity";

/** Vectors `[batch, dim]` and the class of each `[batch]`. */
export interface LabelledBatch {
  readonly embeddings: tf.Tensor2D;
  readonly labels: Labels;
}

/** Vectors `[batch, dim]` and, for each, which labels it has: 0 or 1, `[batch, classes]`. */
export interface MultiLabelBatch {
  readonly embeddings: tf.Tensor2D;
  readonly labelMatrix: tf.Tensor2D;
}

/** Options of SupCon. */
export interface SupConOptions {
  readonly temperature: number;
  /** Where the sum over positives stands: `out`side the logarithm (default, eq. 2) or `in`side (eq. 3). */
  readonly form?: "out" | "in";
  /** Default `mean`, over the anchors that have a positive. */
  readonly reduce?: Reduction;
  /** Default `cosine`. */
  readonly similarity?: SimilarityName;
}

/** Options of the multi-label form. */
export interface MultiLabelSupConOptions extends SupConOptions {
  /** Weight of a positive: 1 for `any-shared` label (default), or the `jaccard` index of both label sets. */
  readonly positives?: "any-shared" | "jaccard";
}

/** Everything but the diagonal. */
const others = (n: number): tf.Tensor2D => tf.sub<tf.Tensor2D>(1, tf.eye(n));

function inputOf(embeddings: tf.Tensor2D, agreement: tf.Tensor2D, options: SupConOptions): ContrastInput {
  const { temperature, form = "out", similarity = "cosine" } = options;
  const candidates: tf.Tensor2D = others(embeddings.shape[0]);
  const positives: tf.Tensor2D = tf.mul(agreement, candidates);
  return {
    similarities: similarities(embeddings, embeddings, similarity),
    positives,
    candidates,
    temperature,
    sum: form === "out" ? "outside" : "inside",
  };
}

/** SupCon as input of the primitive: positives are the others of the same label. */
export function supConInput({ embeddings, labels }: LabelledBatch, options: SupConOptions): ContrastInput {
  return tidyInput(() => {
    requireShape("embeddings", embeddings, [null, null]);
    requireLabels(labels, embeddings.shape[0]);
    const column = tf.reshape("shape" in labels ? labels : tf.tensor1d(Array.from(labels)), [-1, 1]);
    const agreement = tf.cast(tf.equal<tf.Tensor2D>(column, tf.transpose(column)), "float32");
    return inputOf(embeddings, agreement, options);
  });
}

/** Multi-label SupCon as input of the primitive; rows without any label have no positive. */
export function multiLabelSupConInput(
  batch: MultiLabelBatch,
  options: MultiLabelSupConOptions,
): ContrastInput {
  return tidyInput(() => {
    const { embeddings, labelMatrix } = batch;
    requireShape("embeddings", embeddings, [null, null]);
    requireShape("labelMatrix", labelMatrix, [embeddings.shape[0], null]);
    const sets = tf.cast(labelMatrix, "float32");
    const shared: tf.Tensor2D = tf.matMul(sets, sets, false, true);
    if (options.positives !== "jaccard") return inputOf(embeddings, tf.minimum(shared, 1), options);
    const size = tf.sum(sets, 1, true);
    const union = tf.sub(tf.add(size, tf.transpose(size)), shared);
    return inputOf(embeddings, tf.div(shared, tf.maximum(union, 1)), options);
  });
}

/** The SupCon loss of each anchor; 0 and masked out where no other row has its label. */
export function supConContrast(batch: LabelledBatch, options: SupConOptions): Contrast {
  return tf.tidy(() => contrast(supConInput(batch, options)));
}

function checkOptions({ temperature, form = "out", similarity = "cosine" }: SupConOptions): void {
  requirePositive("the temperature of SupCon", temperature);
  requireChoice("the form of SupCon", form, ["out", "in"]);
  requireChoice("the similarity of SupCon", similarity, ["cosine", "dot"]);
}

const FORMULAS = {
  out: String.raw`L = \frac{1}{|A|}\sum_{i \in A} \frac{-1}{|P(i)|}\sum_{p \in P(i)} \log \frac{e^{\cos(z_i, z_p)/\tau}}{\sum_{k \ne i} e^{\cos(z_i, z_k)/\tau}}`,
  in: String.raw`L = \frac{1}{|A|}\sum_{i \in A} -\log \frac{1}{|P(i)|}\sum_{p \in P(i)} \frac{e^{\cos(z_i, z_p)/\tau}}{\sum_{k \ne i} e^{\cos(z_i, z_k)/\tau}}`,
} as const;

const NOTES = [
  "an anchor whose label no other row has is left out; if all are, loss and gradient are 0",
  "A: anchors with a positive; `mean-over-all` divides by the batch size instead",
];

/**
 * Supervised contrast: rows of one label attract each other, everything else is pushed away.
 *
 * @example supCon({ temperature: 0.1 }).loss({ embeddings, labels: [0, 0, 1, 1] })
 * @throws OptionError for a temperature that is not above 0 or an unknown form
 */
export function supCon(options: SupConOptions): Objective<LabelledBatch> {
  const { temperature, form = "out", reduce: how = "mean", similarity = "cosine" } = options;
  checkOptions(options);
  return objective<LabelledBatch>({
    name: "SupCon",
    value: (batch) => reduce(supConContrast(batch, options), how),
    about: new Explanation({
      name: "SupCon",
      summary: "rows of one label attract each other, all others are pushed away",
      formula: FORMULAS[form],
      source: `Khosla et al. 2020, eq. ${form === "out" ? 2 : 3}`,
      roles: [
        { name: "embeddings", shape: "[batch, dim]", meaning: "vectors that are trained" },
        { name: "labels", shape: "[batch]", meaning: "class of each row" },
      ],
      notes: NOTES,
      options: { temperature, form, reduce: how, similarity },
    }),
  });
}

/**
 * SupCon for rows with several labels: a positive weighs 1 for any shared label, or the Jaccard index of both sets.
 *
 * @example multiLabelSupCon({ temperature: 0.1, positives: "jaccard" }).loss({ embeddings, labelMatrix })
 * @throws OptionError for a temperature that is not above 0 or an unknown choice
 */
export function multiLabelSupCon(options: MultiLabelSupConOptions): Objective<MultiLabelBatch> {
  const {
    temperature,
    form = "out",
    reduce: how = "mean",
    similarity = "cosine",
    positives = "any-shared",
  } = options;
  checkOptions(options);
  requireChoice("the positives of multi-label SupCon", positives, ["any-shared", "jaccard"]);
  return objective<MultiLabelBatch>({
    name: "multi-label SupCon",
    value: (batch) => tf.tidy(() => reduce(contrast(multiLabelSupConInput(batch, options)), how)),
    about: new Explanation({
      name: "multi-label SupCon",
      summary: "rows attract each other by the labels they share",
      formula: String.raw`L = \frac{1}{|A|}\sum_{i \in A} \frac{-1}{\sum_p w_{ip}}\sum_{p \ne i} w_{ip} \log \frac{e^{\cos(z_i, z_p)/\tau}}{\sum_{k \ne i} e^{\cos(z_i, z_k)/\tau}}`,
      source: "ours, after Khosla et al. 2020, eq. 2; w = 1 for any shared label, or the Jaccard index",
      roles: [
        { name: "embeddings", shape: "[batch, dim]", meaning: "vectors that are trained" },
        { name: "labelMatrix", shape: "[batch, classes]", meaning: "1 where the row has the label, else 0" },
      ],
      notes: ["equals SupCon when every row has one label", ...NOTES],
      options: { temperature, form, reduce: how, similarity, positives },
    }),
  });
}
