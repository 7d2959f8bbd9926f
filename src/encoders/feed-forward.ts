// The feed-forward half of a post-norm block: layerNorm(x + dropout(W2 activation(W1 x))).

import * as tf from "@tensorflow/tfjs";
import { differentiable, matrixProduct, withGradient, type Named, type Parameter } from "../engine";
import type { ActivationName } from "./activation";
import { keptWhere, maskFor, maskToSave, readWeights, type BlockDropout } from "./block";
import { innerActivation } from "./inner-activation";
import { layerNormSlopes, normalise, scaleAndShift } from "./layer-norm";
import { affine, affineSlopes, scaled } from "./linear";

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
  const { inputScale, outputScale, slopeScale, value, back } = innerActivation(activation);
  const { weights, trained } = readWeights(parameters);
  const keep = 1 / (1 - (dropout?.hidden ?? 0));
  return differentiable({ x, ...trained }, () => {
    const before = affine(x, weights.inner, weights.innerBias, inputScale);
    const after = value(before);
    const bias = scaled(weights.outerBias, 1 / outputScale);
    const projected = affine(after, weights.outer, bias, outputScale * keep);
    after.dispose();
    const mask = maskFor(dropout, "hidden", projected.shape);
    const { normal, factor } = normalise(tf.add(x, keptWhere(mask, projected)), epsilon);
    const { gamma, inner, outer } = weights;
    const tensors = { x, before, normal, factor, gamma, inner, outer };
    const saved = { ...tensors, ...maskToSave("mask", mask) } as Named & typeof tensors;
    return withGradient(scaleAndShift(normal, gamma, weights.beta), saved, (slope, saved) => {
      const byNorm = layerNormSlopes(slope, saved.normal, saved.factor, saved.gamma);
      const sumSlope = byNorm.x();
      const projectedSlope = keptWhere(saved["mask"], sumSlope);
      const { value: after, derivative } = back(saved.before);
      const byOuter = affineSlopes(projectedSlope, after, saved.outer, outputScale * keep);
      const innerSlope = tf.tidy(() => {
        const afterSlope = matrixProduct(projectedSlope, scaled(saved.outer, slopeScale * keep));
        return tf.mul(afterSlope, derivative);
      });
      derivative.dispose();
      const byInner = affineSlopes(innerSlope, saved.x, saved.inner);
      return {
        x: () => tf.add(sumSlope, byInner.x()),
        inner: byInner.weight,
        innerBias: byInner.bias,
        outer: byOuter.weight,
        outerBias: () => scaled(byOuter.bias(), 1 / outputScale),
        gamma: byNorm.gamma,
        beta: byNorm.beta,
      };
    });
  });
}
