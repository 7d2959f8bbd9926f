// The released code's perturbations [R9]: each level is moved by the gradient of the level below, whatever its space.

import * as tf from "@tensorflow/tfjs";
import { gradientPerturbation } from "../../contrast";
import { ShapeError } from "../../core";
import { matrixProduct, type Parameter } from "../../engine";
import { intoBags, type BagLayout } from "../../relations";
import type { Level } from "./level-contrast";

/** Gradients of the mean task loss of a batch by the representations that the released code takes them of. */
export interface MixedGradients {
  /** By `[h_e1 ; h_e2]` `[sentences, entityDim]`. */
  readonly entity: tf.Tensor2D;
  /** By the sentence vectors `[sentences, dim]`. */
  readonly sentence: tf.Tensor2D;
}

/** The classifier `[relations, dim]` and `[relations]`, and the length of a step. */
export interface MixedOptions {
  readonly layout: BagLayout;
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly epsilon: number;
  readonly norm: "row" | "batch";
}

/**
 * `epsilon (W sum_i g_i + b) / |g|` of each bag, `[bags, relations]`: the gradients by its sentence vectors, summed and
 * put through the classifier with its bias. |g| is the length of all gradients of the bag (`row`), or of the batch as in
 * the code (`batch`); a bag without gradient gets no step.
 */
function bagStep(gradient: tf.Tensor2D, { layout, weight, bias, epsilon, norm }: MixedOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const bags = intoBags(gradient, layout);
    const squares = tf.sum(tf.square(bags), [1, 2]);
    const length = tf.sqrt(norm === "row" ? squares.expandDims(1) : tf.sum(squares));
    const isZero = tf.cast(tf.equal(length, 0), "float32");
    const logits = tf.add(matrixProduct(tf.sum(bags, 1), weight.value(), "second"), bias.value());
    return tf.mul(logits, tf.div(tf.mul(epsilon, tf.sub(1, isZero)), tf.add(length, isZero)));
  });
}

/**
 * The steps of the three levels: `bag` in the space of logits; `sentence` the gradient by the entity vectors, added to
 * sentence vectors; `entity` the gradient by the states of the start markers, which is half of that by the entity vectors
 * that are half-way between two markers. So `entity` and `sentence` are the same step.
 *
 * @throws ShapeError where sentence vectors are not as wide as `[h_e1 ; h_e2]` (`sentence: "code"` has them so)
 */
export function mixedSteps(
  gradients: MixedGradients,
  options: MixedOptions,
): Readonly<Record<Level, tf.Tensor2D>> {
  const { entity, sentence } = gradients;
  if (entity.shape[1] !== sentence.shape[1])
    throw new ShapeError(
      "the gradient by the entity vectors, which mixed spaces add to sentence vectors",
      entity.shape,
      sentence.shape,
    );
  const step = (gradient: tf.Tensor2D): tf.Tensor2D => gradientPerturbation(gradient, options);
  return {
    entity: tf.tidy(() => step(tf.div(entity, 2))),
    sentence: step(entity),
    bag: bagStep(sentence, options),
  };
}
