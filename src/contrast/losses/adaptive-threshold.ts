// Adaptive threshold: Zhou et al. 2021 (ATLOP, arXiv:2010.11304), section 3.3: two softmaxes around a threshold class.

import * as tf from "@tensorflow/tfjs";
import { OptionError } from "../../core";
import { requireShape } from "../check";
import { contrast, reduce, type Contrast, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";

/** Scores and labels; column 0 is the threshold (no relation). */
export interface ThresholdBatch {
  /** `[batch, classes]` */
  readonly logits: tf.Tensor2D;
  /** 1 where the row has the relation, `[batch, classes]`; column 0 is not looked at. */
  readonly labelMatrix: tf.Tensor2D;
}

/** The two parts for each row: L1 raises positives above the threshold, L2 the threshold above negatives. */
export function adaptiveThresholdContrasts({ logits, labelMatrix }: ThresholdBatch): {
  above: Contrast;
  below: Contrast;
} {
  requireShape("logits", logits, [null, null]);
  requireShape("labelMatrix", labelMatrix, logits.shape);
  return tf.tidy(() => {
    const [rows, classes] = logits.shape;
    const threshold: tf.Tensor2D = tf.concat([tf.ones([rows, 1]), tf.zeros([rows, classes - 1])], 1);
    const positives: tf.Tensor2D = tf.mul(tf.cast(labelMatrix, "float32"), tf.sub<tf.Tensor2D>(1, threshold));
    const common = { similarities: logits, temperature: 1 };
    return {
      above: contrast({
        ...common,
        positives,
        candidates: tf.add<tf.Tensor2D>(positives, threshold),
        average: false,
      }),
      below: contrast({ ...common, positives: threshold, candidates: tf.sub<tf.Tensor2D>(1, positives) }),
    };
  });
}

/**
 * Adaptive threshold loss. Rows without relation have L1 = 0, rows with all relations L2 = 0.
 *
 * @example adaptiveThreshold().loss({ logits, labelMatrix })
 */
export function adaptiveThreshold({
  reduce: how = "mean",
}: { readonly reduce?: Exclude<Reduction, "mean-over-all"> } = {}): Objective<ThresholdBatch> {
  return objective<ThresholdBatch>({
    name: "adaptive threshold",
    value: (batch) => {
      const { above, below } = adaptiveThresholdContrasts(batch);
      // every row counts, also one without relation
      const whole = how === "mean" ? "mean-over-all" : "sum";
      return tf.add(reduce(above, whole), reduce(below, whole));
    },
    about: new Explanation({
      name: "adaptive threshold",
      summary: "raises the relations of a row above a threshold class, and that above all others",
      formula: String.raw`L = -\sum_{r \in P} \log \frac{e^{l_r}}{\sum_{r' \in P \cup \{0\}} e^{l_{r'}}} - \log \frac{e^{l_0}}{\sum_{r' \in N \cup \{0\}} e^{l_{r'}}}`,
      source: "Zhou et al. 2021 (ATLOP), section 3.3",
      roles: [
        { name: "logits", shape: "[batch, classes]", meaning: "scores; column 0 is the threshold" },
        { name: "labelMatrix", shape: "[batch, classes]", meaning: "1 where the row has the relation" },
      ],
      options: { reduce: how },
    }),
  });
}

/**
 * Relations that score above the threshold, at most the `top` best; a row with none predicts class 0. A score equal
 * to the threshold is not above it. `[batch, classes]` of 0 and 1.
 */
export function predictAboveThreshold(logits: readonly (readonly number[])[], top = Infinity): number[][] {
  if (!(top >= 1)) throw new OptionError(`top is ${top}: it must be 1 or more`);
  return logits.map((row) => {
    const ranked = row.map((score, label) => ({ score, label })).slice(1);
    ranked.sort((a, b) => b.score - a.score || a.label - b.label);
    const chosen = new Set(
      ranked
        .slice(0, top)
        .filter(({ score }) => score > row[0]!)
        .map(({ label }) => label),
    );
    return row.map((_, label) => (label === 0 ? (chosen.size === 0 ? 1 : 0) : chosen.has(label) ? 1 : 0));
  });
}
