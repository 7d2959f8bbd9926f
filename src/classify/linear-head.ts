// A trainable linear layer on top of vectors: logits = x W^T + b.

import * as tf from "@tensorflow/tfjs";
import { OptionError, ShapeError, type Random } from "../core";
import { createParameter, type Parameter } from "../engine";

/** Sizes and first values of a head. */
export interface LinearHeadOptions {
  /** Width of the vectors. */
  readonly inputs: number;
  /** Number of classes. */
  readonly outputs: number;
  readonly random: Random;
  /** Prefix of the parameter names (default `head`). */
  readonly name?: string;
  /** First values: `uniform` within 1/sqrt(inputs) (default, as `torch.nn.Linear`), or `normal` with sd 0.02 and bias 0. */
  readonly initial?: "uniform" | "normal";
}

/** A linear layer with its parameters `weight [outputs, inputs]` (decayed) and `bias [outputs]` (not decayed). */
export interface LinearHead {
  readonly parameters: readonly Parameter[];
  /** Scores of each class: `[batch, inputs]` to `[batch, outputs]`. */
  logits(x: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/**
 * A new linear layer; the same random state gives the same values.
 *
 * @example const head = linearHead({ inputs: 768, outputs: 19, random: random.fork("head") });
 */
export function linearHead({
  inputs,
  outputs,
  random,
  name = "head",
  initial = "uniform",
}: LinearHeadOptions): LinearHead {
  for (const [what, size] of Object.entries({ inputs, outputs }))
    if (!(Number.isInteger(size) && size > 0))
      throw new OptionError(`${what} of a linear head is ${size}: it must be a whole number, 1 or more`);
  const bound = 1 / Math.sqrt(inputs);
  const uniform = (draws: Random) => () => bound * (2 * draws.uniform() - 1);
  const weights = random.fork(`${name}.weight`);
  const biases = random.fork(`${name}.bias`);
  const drawWeight = initial === "uniform" ? uniform(weights) : () => 0.02 * weights.normal();
  const drawBias = initial === "uniform" ? uniform(biases) : () => 0;
  const weight = createParameter(`${name}.weight`, {
    shape: [outputs, inputs],
    data: Float32Array.from({ length: outputs * inputs }, drawWeight),
  });
  const bias = createParameter(
    `${name}.bias`,
    { shape: [outputs], data: Float32Array.from({ length: outputs }, drawBias) },
    { isDecayed: false },
  );
  return {
    parameters: [weight, bias],
    logits(x) {
      if (x.shape.length !== 2 || x.shape[1] !== inputs)
        throw new ShapeError("the input of a linear head", x.shape, [null, inputs]);
      return tf.tidy(() => tf.add(tf.matMul(x, weight.value() as tf.Tensor2D, false, true), bias.value()));
    },
    dispose() {
      weight.dispose();
      bias.dispose();
    },
  };
}
