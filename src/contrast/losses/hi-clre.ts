// HiCLRE: Li et al. 2022 (Findings of ACL), eq. 16: a row finds its own pseudo positive among the rows of its level.

import * as tf from "@tensorflow/tfjs";
import { requireChoice, requirePositive, requireShape } from "../check";
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

/** Options of HiCLRE's contrast on one level. */
export interface HiClreOptions {
  readonly temperature: number;
  /** Default `standard`. */
  readonly form?: HiClreForm;
  /** Default `mean`. */
  readonly reduce?: Reduction;
}

/** Eq. 16 as input of the primitive: the pseudo positive in column 0, the rows themselves after it. */
export function hiClreInput(
  { anchor, positive }: PairBatch,
  { temperature, form = "standard" }: HiClreOptions,
): ContrastInput {
  return tidyInput(() => {
    requireShape("anchor", anchor, [null, null]);
    requireShape("positive", positive, anchor.shape);
    const [n] = anchor.shape;
    const own: tf.Tensor2D = tf.ones([n, 1]);
    const others: tf.Tensor2D = form === "code" ? tf.ones([n, n]) : tf.sub(1, tf.eye(n));
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
export function hiClreContrast(batch: PairBatch, options: HiClreOptions): Contrast {
  return tf.tidy(() => contrast(hiClreInput(batch, options)));
}

/**
 * HiCLRE's contrast on one level (entity, sentence or bag): `anchor` h `[rows, dim]` and its pseudo positive
 * h' = h + pt `[rows, dim]`. One row alone has loss 0 in the standard form.
 *
 * @example hiClre({ temperature: 0.05 }).loss({ anchor: h, positive: tf.add(h, perturbation) })
 * @throws OptionError for a temperature that is not above 0, or an unknown form
 */
export function hiClre(options: HiClreOptions): Objective<PairBatch> {
  const { temperature, form = "standard", reduce: how = "mean" } = options;
  requirePositive("the temperature of HiCLRE", temperature);
  requireChoice("the form of HiCLRE", form, ["standard", "paper", "code"]);
  return objective<PairBatch>({
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
        "rows of the same label stay negatives, in all forms",
        "form paper has no positive in the denominator: orthogonal rows give -1/tau + log(N - 1)",
      ],
      options: { temperature, form, reduce: how },
    }),
  });
}
