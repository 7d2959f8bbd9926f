// Activations as the feed-forward layer computes them: constant factors moved into the weights on either side.

import * as tf from "@tensorflow/tfjs";
import { activationFunctions, type ActivationName } from "./activation";

/**
 * With `u = inputScale h`, the activation of h is `outputScale value(u)` and its derivative by h is
 * `slopeScale back(u).derivative`. The scales are applied to weights, which are small beside the states.
 */
export interface InnerActivation {
  readonly inputScale: number;
  readonly outputScale: number;
  readonly slopeScale: number;
  value(u: tf.Tensor): tf.Tensor;
  back(u: tf.Tensor): { value: tf.Tensor; derivative: tf.Tensor };
}

const LOG_BELL = Math.log(2 / Math.sqrt(Math.PI));

/** `1 + erf u`. Scopes are narrow here: these are the largest tensors of a block. */
const shareOf = (u: tf.Tensor): tf.Tensor => tf.tidy(() => tf.add(tf.erf(u), 1));

/**
 * gelu(h) = sqrt(1/2) u (1 + erf u) and gelu'(h) = 1/2 (1 + erf u + 2/sqrt(pi) u exp(-u^2)) with u = h sqrt(1/2): three
 * passes over the states forward and nine back, where the formulas as they stand take five and sixteen.
 */
const gelu: InnerActivation = {
  inputScale: Math.SQRT1_2,
  outputScale: Math.SQRT1_2,
  slopeScale: 0.5,
  value: (u) => tf.tidy(() => tf.mul(u, shareOf(u))),
  back: (u) =>
    tf.tidy(() => {
      const share = shareOf(u);
      const bell = tf.tidy(() => tf.div(u, tf.exp(tf.tidy(() => tf.sub(tf.square(u), LOG_BELL)))));
      const derivative = tf.add(share, bell);
      bell.dispose();
      return { value: tf.mul(u, share), derivative };
    }),
};

/** The activation of that name. */
export function innerActivation(name: ActivationName): InnerActivation {
  if (name === "gelu") return gelu;
  const { value, derivative } = activationFunctions[name];
  return {
    inputScale: 1,
    outputScale: 1,
    slopeScale: 1,
    value: (u) => tf.tidy(() => value(u)),
    back: (u) => tf.tidy(() => ({ value: value(u), derivative: derivative(u) })),
  };
}
