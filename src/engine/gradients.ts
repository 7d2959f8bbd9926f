// The gradient of a loss with respect to parameters.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError } from "../core";
import { withDifferentiated } from "./differentiated";
import type { Parameter } from "./parameter";
import { recorded, recorder, releaseTape } from "./tape";

/** A loss and its gradient by parameter; parameters the loss does not depend on are left out. */
export interface LossGradients {
  readonly value: tf.Scalar;
  readonly gradients: Map<Parameter, tf.Tensor>;
}

/**
 * Value and gradient of `loss` with respect to the trainable ones of `parameters`. Each is read once; inside `loss`
 * `parameter.value()` gives that tensor. The result belongs to the caller (or to the scope it is called in).
 *
 * @example const { value, gradients: slopes } = gradients(() => model.loss(batch), model.parameters);
 */
export function gradients(loss: () => tf.Scalar, parameters: readonly Parameter[]): LossGradients {
  const trainable = [...new Set(parameters.filter((parameter) => parameter.isTrainable))];
  let made: tf.Scalar | undefined;
  const checked = (): tf.Scalar => {
    const value = loss();
    if (value.size !== 1) throw new ShapeError("the loss", value.shape, []);
    return (made = value.rank === 0 ? value : value.asScalar());
  };
  if (trainable.length === 0) return { value: recorded(() => tf.tidy(checked)), gradients: new Map() };
  // Kept, so that a scope which ends in between does not release them.
  const reads = new Map(trainable.map((parameter) => [parameter, tf.keep(parameter.value())]));
  try {
    const { value, grads } = withDifferentiated(reads, () =>
      recorder().gradients(checked, [...reads.values()], undefined, true),
    );
    const slopes = new Map<Parameter, tf.Tensor>();
    trainable.forEach((parameter, index) => {
      const slope = grads[index];
      if (slope) slopes.set(parameter, slope);
    });
    if (slopes.size === 0)
      throw new OptionError(
        "the loss depends on none of the trainable parameters: build it from parameter.value()",
      );
    return { value: value as tf.Scalar, gradients: slopes };
  } catch (error) {
    // After an error tfjs forgets what it saved.
    releaseTape();
    made?.dispose();
    throw error;
  } finally {
    for (const read of reads.values()) read.dispose();
  }
}
