// The feed-forward half of a post-norm block: layerNorm(x + W2 activation(W1 x)).

import * as tf from "@tensorflow/tfjs";
import { differentiable, withGradient, type Named, type Parameter } from "../engine";
import { activationFunctions, type ActivationName } from "./activation";
import { dropped, maskToSave, readWeights, type BlockDropout } from "./block";
import { layerNormSlopes, normalise, scaleAndShift } from "./layer-norm";
import { affine, affineSlopes } from "./linear";

/** The weights of `feedForward`. */
export type FeedForwardWeights = Readonly<
  Record<"inner" | "innerBias" | "outer" | "outerBias" | "gamma" | "beta", Parameter>
>;

/**
 * `[rows, hidden]` to the same. The activation is computed anew on the way back: it is the largest tensor of the
 * block, and cheap.
 */
export function feedForward(
  x: tf.Tensor,
  parameters: FeedForwardWeights,
  activation: ActivationName,
  epsilon: number,
  dropout: BlockDropout | undefined,
): tf.Tensor {
  const { value, derivative } = activationFunctions[activation];
  const { weights, trained } = readWeights(parameters);
  const rate = dropout?.hidden ?? 0;
  return differentiable({ x, ...trained }, () => {
    const before = affine(x, weights.inner, weights.innerBias);
    const projected = affine(
      tf.tidy(() => value(before)),
      weights.outer,
      weights.outerBias,
    );
    const mask = dropout === undefined || rate === 0 ? undefined : dropout.stream.mask(projected.shape, rate);
    const { normal, factor } = normalise(tf.add(x, dropped(projected, mask, rate)), epsilon);
    const { gamma, inner, outer } = weights;
    const tensors = { x, before, normal, factor, gamma, inner, outer };
    const saved = { ...tensors, ...maskToSave("mask", mask) } as Named & typeof tensors;
    return withGradient(scaleAndShift(normal, gamma, weights.beta), saved, (slope, saved) => {
      const byNorm = layerNormSlopes(slope, saved.normal, saved.factor, saved.gamma);
      const sumSlope = byNorm.x();
      const after = tf.tidy(() => value(saved.before));
      const byOuter = affineSlopes(dropped(sumSlope, saved["mask"], rate), after, saved.outer);
      const innerSlope = tf.tidy(() => tf.mul(byOuter.x(), derivative(saved.before)));
      const byInner = affineSlopes(innerSlope, saved.x, saved.inner);
      return {
        x: () => tf.add(sumSlope, byInner.x()),
        inner: byInner.weight,
        innerBias: byInner.bias,
        outer: byOuter.weight,
        outerBias: byOuter.bias,
        gamma: byNorm.gamma,
        beta: byNorm.beta,
      };
    });
  });
}
