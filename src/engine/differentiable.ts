// Operations with a gradient written by hand: fewer operations, and only what the way back needs stays in memory.

import * as tf from "@tensorflow/tfjs";
import { isDifferentiated } from "./differentiated";
import { isInnerGradient } from "./inner-gradients";

/** Tensors by name. */
export type Named = Readonly<Record<string, tf.Tensor>>;

/** Gradients by input name, each computed only when it is asked for. */
export type Slopes = Readonly<Record<string, () => tf.Tensor>>;

/** A value, what to keep for the way back, and the way back. Made by `withGradient`. */
export interface Differentiable {
  readonly value: tf.Tensor;
  readonly saved: Named;
  gradient(slope: tf.Tensor, saved: Named): Slopes;
}

/** A value with its way back; `gradient` gets the slope of the loss by the value, and `saved` as it was. */
export function withGradient<Saved extends Named>(
  value: tf.Tensor,
  saved: Saved,
  gradient: (slope: tf.Tensor, saved: Saved) => Slopes,
): Differentiable {
  return { value, saved, gradient: (slope, kept) => gradient(slope, kept as Saved) };
}

/**
 * Runs `forward` as one operation that is differentiated with respect to `inputs`. `forward` may use other tensors;
 * those that its gradient needs belong in `saved` too.
 *
 * @example differentiable({ x }, () => withGradient(x.square(), { x }, (slope, { x }) => ({ x: () => slope.mul(x).mul(2) })));
 */
export function differentiable(inputs: Named, forward: () => Differentiable): tf.Tensor {
  const names = Object.keys(inputs);
  const operation = tf.customGrad((...given) => {
    const save = given[names.length] as unknown as tf.GradSaveFunc;
    const { value, saved, gradient } = forward();
    const savedNames = Object.keys(saved);
    save(savedNames.map((name) => saved[name]!));
    const gradFunc = (slope: tf.Tensor, kept: tf.Tensor[]): tf.Tensor[] => {
      const isInner = isInnerGradient();
      const result = tf.tidy(() => {
        const back = Object.fromEntries(savedNames.map((name, index) => [name, kept[index]!]));
        const slopes = gradient(slope, back);
        const isWanted = (name: string): boolean => !isInner || !isDifferentiated(inputs[name]!);
        // tfjs wants a tensor for each input, also where it will not look at it.
        return names.map((name) => (isWanted(name) ? slopes[name]!() : tf.scalar(0)));
      });
      // tfjs would hold these until the whole gradient is done.
      if (!isInner) for (const tensor of kept) tensor.dispose();
      return result;
    };
    return { value, gradFunc };
  });
  return operation(...names.map((name) => inputs[name]!));
}
