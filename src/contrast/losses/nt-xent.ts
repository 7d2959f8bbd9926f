// NT-Xent: Chen et al. 2020 (SimCLR, arXiv:2002.05709), eq. 1. InfoNCE over 2N views, the own row left out.

import * as tf from "@tensorflow/tfjs";
import { requirePositive, requireShape } from "../check";
import { contrast, tidyInput, reduce, type Contrast, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";
import { similarities } from "../similarity";
import type { PairBatch } from "./info-nce";

/** Options of NT-Xent. */
export interface NtXentOptions {
  readonly temperature: number;
  /** Default `mean`, over all 2N views. */
  readonly reduce?: Reduction;
}

/** NT-Xent as input of the primitive: rows are the N anchors, then the N positives. */
export function ntXentInput({ anchor, positive }: PairBatch, { temperature }: NtXentOptions): ContrastInput {
  return tidyInput(() => {
    requireShape("anchor", anchor, [null, null]);
    requireShape("positive", positive, anchor.shape);
    const [n] = anchor.shape;
    const views = tf.concat([anchor, positive], 0);
    const self: tf.Tensor2D = tf.eye(2 * n);
    // the partner of view i is i + N, and the other way round
    const positives = tf.concat([tf.slice(self, [n, 0]), tf.slice(self, [0, 0], [n, 2 * n])], 0);
    const candidates: tf.Tensor2D = tf.sub(1, self);
    return { similarities: similarities(views, views, "cosine"), positives, candidates, temperature };
  });
}

/** The loss of each of the 2N views: anchors first, then positives. */
export function ntXentContrast(batch: PairBatch, options: NtXentOptions): Contrast {
  return tf.tidy(() => contrast(ntXentInput(batch, options)));
}

/**
 * NT-Xent: the two views of one thing find each other among all views. Here both sides are anchors.
 * One pair alone has loss 0 and gradient 0.
 *
 * @example ntXent({ temperature: 0.5 }).loss({ anchor: firstViews, positive: secondViews })
 * @throws OptionError for a temperature that is not above 0
 */
export function ntXent(options: NtXentOptions): Objective<PairBatch> {
  const { temperature, reduce: how = "mean" } = options;
  requirePositive("the temperature of NT-Xent", temperature);
  return objective<PairBatch>({
    name: "NT-Xent",
    value: (batch) => reduce(ntXentContrast(batch, options), how),
    about: new Explanation({
      name: "NT-Xent",
      summary: "the two views of one thing find each other among all other views",
      formula: String.raw`L = -\frac{1}{2N}\sum_{i=1}^{2N} \log \frac{e^{\cos(z_i, z_{j(i)})/\tau}}{\sum_{k \ne i} e^{\cos(z_i, z_k)/\tau}}`,
      source: "Chen et al. 2020 (SimCLR), eq. 1",
      roles: [
        { name: "anchor", shape: "[batch, dim]", meaning: "first views" },
        {
          name: "positive",
          shape: "[batch, dim]",
          meaning: "second views; row i belongs to row i of the first",
        },
      ],
      notes: ["equals SupCon when every label occurs twice", "one pair alone: loss 0, gradient 0"],
      options: { temperature, reduce: how },
    }),
  });
}
