import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { ntXent, ntXentContrast, supCon } from "../../src/contrast";
import { eachCase, worstError } from "../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "./numbers";

withEngine();

interface Case {
  readonly inputs: { view1: unknown; view2: unknown };
  readonly params: { tau: number };
  readonly expected: { value: number; per_anchor: number[]; grad: Record<string, unknown> };
}

const batchOf = ({ view1, view2 }: Roles) => ({
  anchor: view1 as tf.Tensor2D,
  positive: view2 as tf.Tensor2D,
});

eachCase<Case>("losses/ntxent.json", ({ inputs, params, expected }) => {
  const roles = { view1: tensorOf(inputs.view1), view2: tensorOf(inputs.view2) };
  const options = { temperature: params.tau };
  expectLoss((given) => ntXent(options).loss(batchOf(given)), roles, expected);
  const { perAnchor } = ntXentContrast(batchOf(roles), options);
  expect(worstError(perAnchor.dataSync(), expected.per_anchor)).toBeLessThan(1e-5);
});

describe("NT-Xent", () => {
  const view1: tf.Tensor2D = tf.tensor2d([1, 2, 0, -1, 0.5, 1, 0.3, -2, 1], [3, 3]);
  const view2: tf.Tensor2D = tf.tensor2d([1, 1, 0.2, -1, 0.1, 1, 2, -1, 0], [3, 3]);

  it("has the gradient of its value", () => {
    expectFiniteDifferences((given) => ntXent({ temperature: 0.5 }).loss(batchOf(given)), { view1, view2 });
  });

  it("equals SupCon with every label twice", () => {
    const ours = ntXent({ temperature: 0.2 }).loss({ anchor: view1, positive: view2 }).dataSync()[0]!;
    const embeddings: tf.Tensor2D = tf.concat([view1, view2], 0);
    const other = supCon({ temperature: 0.2 })
      .loss({ embeddings, labels: [0, 1, 2, 0, 1, 2] })
      .dataSync()[0]!;
    expect(ours).toBeCloseTo(other, 5);
  });

  it("refuses a temperature of 0", () => {
    expect(() => ntXent({ temperature: 0 })).toThrow("the temperature of NT-Xent is 0");
  });
});
