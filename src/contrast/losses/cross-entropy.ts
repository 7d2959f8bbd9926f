// Cross-entropy of a softmax: the primitive with classes as candidates, the gold class as the one positive, tau = 1.

import * as tf from "@tensorflow/tfjs";
import { requireClasses, requireLabels, requireShape, type Labels } from "../check";
import { contrast, tidyInput, reduce, type Contrast, type ContrastInput, type Reduction } from "../contrast";
import { Explanation } from "../explanation";
import { objective, type Objective } from "../objective";

/** Scores of each class `[batch, classes]` and the gold class of each row `[batch]`. */
export interface ClassifiedBatch {
  readonly logits: tf.Tensor2D;
  readonly labels: Labels;
}

/** Options of cross-entropy. */
export interface CrossEntropyOptions {
  /** Default `mean`. */
  readonly reduce?: Reduction;
}

/** Cross-entropy as input of the primitive. */
export function crossEntropyInput({ logits, labels }: ClassifiedBatch): ContrastInput {
  return tidyInput(() => {
    requireShape("logits", logits, [null, null]);
    requireLabels(labels, logits.shape[0]);
    requireClasses(labels, logits.shape[1]);
    const column = tf.reshape("shape" in labels ? labels : tf.tensor1d(Array.from(labels)), [-1, 1]);
    const classes = tf.range(0, logits.shape[1], 1, "float32");
    const positives = tf.cast(tf.equal<tf.Tensor2D>(tf.cast(column, "float32"), classes), "float32");
    return { similarities: logits, positives, temperature: 1 };
  });
}

/** The loss of each row. */
export function crossEntropyContrast(batch: ClassifiedBatch): Contrast {
  return tf.tidy(() => contrast(crossEntropyInput(batch)));
}

/**
 * Cross-entropy of the softmax over classes.
 *
 * @example crossEntropy().loss({ logits, labels: [2, 0, 1] })
 */
export function crossEntropy({ reduce: how = "mean" }: CrossEntropyOptions = {}): Objective<ClassifiedBatch> {
  return objective<ClassifiedBatch>({
    name: "cross-entropy",
    value: (batch) => reduce(crossEntropyContrast(batch), how),
    about: new Explanation({
      name: "cross-entropy",
      summary: "raises the score of the gold class above the others",
      formula: String.raw`L = -\frac{1}{N}\sum_i \log \frac{e^{o_{i y_i}}}{\sum_c e^{o_{ic}}}`,
      source: "the softmax likelihood; InfoNCE with the classes as candidates and temperature 1",
      roles: [
        { name: "logits", shape: "[batch, classes]", meaning: "scores of the classes" },
        { name: "labels", shape: "[batch]", meaning: "gold class of each row, 0 to classes - 1" },
      ],
      notes: ["labels in a tensor are not checked; a label outside the classes leaves its row out"],
      options: { reduce: how },
    }),
  });
}
