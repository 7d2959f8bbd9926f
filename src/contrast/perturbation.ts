// Dynamic gradient perturbation: Li et al. 2022 (HiCLRE), eq. 12-15. Plain tensors in, constants out: nothing is
// differentiated through a perturbation.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError } from "../core/errors";
import { requireChoice } from "./check";
import { pairedSimilarities } from "./similarity";

/** How a gradient becomes a step of fixed length. */
export interface PerturbationOptions {
  /** Length of the step (2 in the paper). */
  readonly epsilon: number;
  /** Whether each row has that length (default), or all rows together. */
  readonly norm?: "row" | "batch";
}

/**
 * `pt = epsilon g / |g|` (eq. 12-13): gradients `[rows, dim]` of the task loss as steps of length epsilon, in the
 * direction in which the loss grows. A row without gradient gets no step.
 *
 * @throws OptionError for an epsilon that is not above 0
 */
export function gradientPerturbation(
  gradient: tf.Tensor2D,
  { epsilon, norm = "row" }: PerturbationOptions,
): tf.Tensor2D {
  if (!(Number.isFinite(epsilon) && epsilon > 0))
    throw new OptionError(`epsilon of the perturbation is ${epsilon}: it must be a finite number above 0`);
  return tf.tidy(() => {
    const squares = tf.square(gradient);
    const length = tf.sqrt(norm === "row" ? tf.sum(squares, 1, true) : tf.sum(squares));
    const isZero = tf.cast(tf.equal(length, 0), "float32");
    return tf.mul(gradient, tf.div(tf.mul(epsilon, tf.sub(1, isZero)), tf.add(length, isZero)));
  });
}

/** How far training is, and how cosines become inertia. */
export interface InertiaOptions {
  /** u, from 1 to `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /**
   * `none` (default): cosines as they are, eq. 14; `batch`: divided by their Euclidean norm over the rows, as the released
   * code does, so that one row of n has about 1/sqrt(n) of its own. Rows whose cosines are all 0 stay 0.
   */
  readonly norm?: "none" | "batch";
}

/**
 * Inertia (eq. 14-15): `I = (E - u)/E cos(rep_u, rep_{u-1})` `[rows]`, how much a row's direction stayed since the last
 * epoch, fading as training ends. Rows without a memory have a zero vector in `last` and inertia 0.
 *
 * @throws OptionError for an epoch out of range, or an unknown norm; ShapeError where the two differ
 */
export function inertia(
  now: tf.Tensor2D,
  last: tf.Tensor2D,
  { epoch, epochs, norm = "none" }: InertiaOptions,
): tf.Tensor1D {
  if (!(epoch >= 1 && epoch <= epochs))
    throw new OptionError(`epoch is ${epoch}: expected 1 to ${epochs}, the number of epochs`);
  requireChoice("the norm of inertia", norm, ["none", "batch"]);
  if (now.shape.join() !== last.shape.join())
    throw new ShapeError("the memory of the last epoch", last.shape, now.shape);
  return tf.tidy(() => {
    const cosines = pairedSimilarities(now, last, "cosine").reshape([now.shape[0]]);
    const fading = (epochs - epoch) / epochs;
    if (norm === "none") return tf.mul(cosines, fading);
    const length = tf.norm(cosines);
    return tf.mul(cosines, tf.div(fading, tf.add(length, tf.cast(tf.equal(length, 0), "float32"))));
  });
}
