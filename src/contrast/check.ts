// What every loss asks of its options and batches, so that a mistake is one clear sentence.

import type * as tf from "@tensorflow/tfjs";
import { DataError, OptionError, ShapeError } from "../core/errors";

/** Throws unless `value` is a finite number above 0. */
export function requirePositive(name: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0))
    throw new OptionError(`${name} is ${value}: it must be a finite number above 0`);
}

/** Throws unless `value` is one of `known`. */
export function requireChoice(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value))
    throw new OptionError(`${name} is "${value}": it must be one of ${known.join(", ")}`);
}

/** Throws unless the tensor has the wanted shape; `null` stands for any size. */
export function requireShape(role: string, tensor: tf.Tensor, wanted: readonly (number | null)[]): void {
  const fits =
    tensor.shape.length === wanted.length &&
    wanted.every((size, axis) => size === null || size === tensor.shape[axis]);
  if (!fits) throw new ShapeError(`the batch role "${role}"`, tensor.shape, wanted);
}

/** Throws unless there is one label for each of `count` rows. */
export function requireLabels(labels: Labels, count: number): void {
  const length = "shape" in labels ? labels.size : labels.length;
  if (length !== count) throw new ShapeError('the batch role "labels"', [length], [count]);
}

/** Class numbers of a batch, `[batch]`. */
export type Labels = ArrayLike<number> | tf.Tensor1D;

/** Throws unless plain labels are whole numbers in `[0, classes)`; labels in a tensor are not looked at. */
export function requireClasses(labels: Labels, classes: number): void {
  if ("shape" in labels) return;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new DataError(
        `label ${label} of row ${i} is no class: with ${classes} columns of logits labels run from 0 to ${classes - 1}`,
      );
  }
}
