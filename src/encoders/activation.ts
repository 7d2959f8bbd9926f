// Activation functions with their derivatives in closed form.

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient } from "../engine";

/** Value and derivative of a function applied to each entry. */
export interface ActivationFunction {
  value(x: tf.Tensor): tf.Tensor;
  derivative(x: tf.Tensor): tf.Tensor;
}

const tanhInner = (x: tf.Tensor): tf.Tensor =>
  tf.tanh(tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI)));

/** The standard normal distribution function, `(1 + erf(x / sqrt 2)) / 2`. */
const normalShare = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);

/** The functions that encoders use, by name. */
export const activationFunctions = {
  /** `x Phi(x)` with the error function (Hendrycks and Gimpel 2016). */
  gelu: {
    value: (x) => tf.mul(x, normalShare(x)),
    derivative: (x) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.add(normalShare(x), tf.mul(x, density));
    },
  },
  /** The tanh form of gelu: `x / 2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`. */
  gelu_tanh: {
    value: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tanhInner(x), 1)),
    derivative: (x) => {
      const inner = tanhInner(x);
      const slope = tf.mul(tf.add(tf.mul(tf.square(x), 3 * 0.044715), 1), Math.sqrt(2 / Math.PI));
      const bend = tf.mul(tf.mul(tf.mul(x, 0.5), tf.sub(1, tf.square(inner))), slope);
      return tf.add(tf.mul(tf.add(inner, 1), 0.5), bend);
    },
  },
  relu: { value: (x) => tf.relu(x), derivative: (x) => tf.cast(tf.greater(x, 0), "float32") },
  sigmoid: {
    value: (x) => tf.sigmoid(x),
    derivative: (x) => tf.mul(tf.sigmoid(x), tf.sigmoid(tf.neg(x))),
  },
  silu: {
    value: (x) => tf.mul(x, tf.sigmoid(x)),
    derivative: (x) => tf.mul(tf.sigmoid(x), tf.add(1, tf.mul(x, tf.sigmoid(tf.neg(x))))),
  },
  tanh: { value: (x) => tf.tanh(x), derivative: (x) => tf.sub(1, tf.square(tf.tanh(x))) },
} as const satisfies Record<string, ActivationFunction>;

/** A function of `activationFunctions`. */
export type ActivationName = keyof typeof activationFunctions;

/** The differentiable activation; its derivative is computed anew on the way back. */
export function activate<T extends tf.Tensor>(name: ActivationName, x: T): T {
  const { value, derivative } = activationFunctions[name];
  return differentiable({ x }, () =>
    withGradient(value(x), { x }, (slope, saved) => ({ x: () => tf.mul(slope, derivative(saved.x)) })),
  ) as T;
}
