// HiCLRE: Li et al. 2022 (Findings of ACL), eq. 16: a row finds its own pseudo positive among the rows of its level.

import * as tf from "@tensorflow/tfjs";
import { requireChoice, requireLabels, requirePositive, requireShape, type Labels } from "../check";
import { DataError } from "../../core/errors";
import { contrast, reduce, tidyInput, type Contrast, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { pairedSimilarities, similarities } from "../similarity";
import type { PairBatch } from "./info-nce";

/**
 * What stands in the denominator: `standard` the pseudo positive and the other rows; `paper` the other rows alone, as
 * printed (the loss can fall below 0); `code` all rows, the anchor's own among them, without the pseudo positive.
 */
export type HiClreForm = "standard" | "paper" | "code";

/** Rows of a level, their pseudo positives, and the label of each row's bag where same labels are left out. */
export interface HiClreBatch extends PairBatch {
  /** `[rows]`; looked at with `sameLabel: "left-out"` only. */
  readonly labels?: Labels;
}

/** Options of HiCLRE's contrast on one level. */
export interface HiClreOptions {
  readonly temperature: number;
  /** Default `standard`. */
  readonly form?: HiClreForm;
  /**
   * Other rows of the anchor's label: `negatives` as in the paper (default), or `left-out` of the denominator, since they
   * are false negatives. NA is a label like any other. An anchor left with nobody in its denominator has no loss.
   */
  readonly sameLabel?: "negatives" | "left-out";
  /** Default `mean`. */
  readonly reduce?: Reduction;
}

/** 1 for rows that may stand in the denominator of another, `[rows, rows]`; nothing is said of the diagonal. */
function differentLabels(labels: Labels | undefined, rows: number): tf.Tensor2D {
  if (labels === undefined)
    throw new DataError(
      'the batch has no role "labels", which HiCLRE with sameLabel "left-out" needs: give one label a row',
    );
  requireLabels(labels, rows);
  const column = tf.reshape("shape" in labels ? labels : tf.tensor1d(Array.from(labels)), [rows, 1]);
  return tf.cast(tf.notEqual<tf.Tensor2D>(column, tf.transpose(column)), "float32");
}

/** Eq. 16 as input of the primitive: the pseudo positive in column 0, the rows themselves after it. */
export function hiClreInput(
  { anchor, positive, labels }: HiClreBatch,
  { temperature, form = "standard", sameLabel = "negatives" }: HiClreOptions,
): ContrastInput {
  return tidyInput(() => {
    requireShape("anchor", anchor, [null, null]);
    requireShape("positive", positive, anchor.shape);
    const [n] = anchor.shape;
    const own: tf.Tensor2D = tf.ones([n, 1]);
    const all: tf.Tensor2D = form === "code" ? tf.ones([n, n]) : tf.sub(1, tf.eye(n));
    // The code's form keeps the anchor's own row, which is of its label.
    const others: tf.Tensor2D =
      sameLabel === "negatives"
        ? all
        : tf.mul(all, tf.maximum(differentLabels(labels, n), form === "code" ? tf.eye(n) : 0));
    return {
      similarities: tf.concat(
        [pairedSimilarities(anchor, positive, "cosine"), similarities(anchor, anchor, "cosine")],
        1,
      ),
      positives: tf.concat([own, tf.zeros<tf.Rank.R2>([n, n])], 1),
      candidates: tf.concat([own, others], 1),
      denominator: form === "standard" ? "all" : "negatives",
      temperature,
    };
  });
}

/** The loss of each row. */
export function hiClreContrast(batch: HiClreBatch, options: HiClreOptions): Contrast {
  return tf.tidy(() => contrast(hiClreInput(batch, options)));
}

/**
 * HiCLRE's contrast on one level (entity, sentence or bag): `anchor` h `[rows, dim]` and its pseudo positive
 * h' = h + pt `[rows, dim]`. One row alone has loss 0 in the standard form.
 *
 * @example hiClre({ temperature: 0.05 }).loss({ anchor: h, positive: tf.add(h, perturbation) })
 * @throws OptionError for a temperature that is not above 0, or an unknown form; DataError where labels are missing
 */
export function hiClre(options: HiClreOptions): Objective<HiClreBatch> {
  const { temperature, form = "standard", sameLabel = "negatives", reduce: how = "mean" } = options;
  requirePositive("the temperature of HiCLRE", temperature);
  requireChoice("the form of HiCLRE", form, ["standard", "paper", "code"]);
  requireChoice("sameLabel of HiCLRE", sameLabel, ["negatives", "left-out"]);
  return objective<HiClreBatch>({
    name: "HiCLRE",
    value: (batch) => reduce(hiClreContrast(batch, options), how),
    about: new Explanation({
      name: "HiCLRE",
      summary: "a row of a level finds its perturbed self among the other rows of the level",
      formula: String.raw`L = -\frac{1}{N}\sum_j \log \frac{e^{\cos(h_j, h'_j)/\tau}}{e^{\cos(h_j, h'_j)/\tau} + \sum_{k \ne j} e^{\cos(h_j, h_k)/\tau}}`,
      source: "Li et al. 2022, eq. 16",
      roles: [
        { name: "anchor", shape: "[rows, dim]", meaning: "representations h of one level" },
        { name: "positive", shape: "[rows, dim]", meaning: "pseudo positives h' = h + pt" },
      ],
      notes: [
        sameLabel === "negatives"
          ? "rows of the same label stay negatives, in all forms"
          : "other rows of the anchor's label are left out of the denominator",
        "form paper has no positive in the denominator: orthogonal rows give -1/tau + log(N - 1)",
      ],
      options: { temperature, form, sameLabel, reduce: how },
    }),
  });
}
