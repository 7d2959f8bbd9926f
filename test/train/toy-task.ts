// A tiny regression to train in tests: y = x w, with dropout, on seeded data.

import * as tf from "@tensorflow/tfjs";
import { Random } from "../../src/core";
import { createParameter, type Parameter } from "../../src/engine";
import type { TrainingTask } from "../../src/train";

const SIZE = 24;
const WIDTH = 4;

/** A task with one weight matrix and one frozen vector; `spoil` makes the loss NaN from that step on. */
export function toyTask({
  dropout = 0.2,
  spoil = Infinity,
}: { dropout?: number; spoil?: number } = {}): TrainingTask & {
  readonly parameters: readonly [Parameter, Parameter];
  weights(): number[];
} {
  const random = new Random("toy data");
  const inputs = Array.from({ length: SIZE }, () => Array.from({ length: WIDTH }, () => random.normal()));
  const goals = inputs.map((x) => x.reduce((sum, value, index) => sum + value * (index - 1), 0));
  const weight = createParameter("weight", { shape: [WIDTH, 1], data: new Float32Array(WIDTH) });
  const frozen = createParameter(
    "frozen",
    { shape: [1], data: new Float32Array([1]) },
    { isTrainable: false },
  );
  return {
    parameters: [weight, frozen],
    size: SIZE,
    weights: () => [...weight.data()],
    terms(indices, context) {
      const x = tf.tensor2d(
        indices.map((index) => inputs[index]!),
        [indices.length, WIDTH],
      );
      const y = tf.tensor2d(
        indices.map((index) => [goals[index]!]),
        [indices.length, 1],
      );
      const error = context.dropout.apply(x, dropout).matMul(weight.value()).mul(frozen.value()).sub(y);
      const square = error.square().mean().asScalar();
      const size = weight.value().square().sum().asScalar();
      const value = context.step >= spoil ? square.mul(NaN).asScalar() : square;
      return [
        { name: "square", value, weight: 1 },
        { name: "size", value: size, weight: 0.01 },
      ];
    },
  };
}
