import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { alignment, alignmentUniformity, uniformity } from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface Case {
  readonly inputs: { x: unknown; y: unknown };
  readonly params: { alpha: number; t: number };
  readonly expected: { value: number; alignment: number; uniformity: number; grad: Record<string, unknown> };
}

eachCase<Case>("losses/alignment_uniformity.json", ({ inputs, params, expected }) => {
  const roles = { x: tensorOf<tf.Tensor2D>(inputs.x), y: tensorOf<tf.Tensor2D>(inputs.y) };
  const loss = ({ x, y }: Roles) =>
    alignmentUniformity(params).loss({ anchor: x as tf.Tensor2D, positive: y as tf.Tensor2D });
  expectLoss(loss, roles, expected);
  expect(worstError(alignment(roles.x, roles.y, params.alpha).dataSync(), expected.alignment)).toBeLessThan(
    1e-5,
  );
  expect(worstError(uniformity(roles.x, params.t).dataSync(), expected.uniformity)).toBeLessThan(1e-5);
  expectFiniteDifferences(loss, roles, 3e-3);
});

describe("alignment and uniformity", () => {
  it("are 0 and finite in gradient where positives coincide", () => {
    const x: tf.Tensor2D = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expect(alignment(x, x).dataSync()[0]).toBeCloseTo(0, 6);
    const gradient = tf.grad((y) => alignment(x, y as tf.Tensor2D, 1))(x);
    expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  });

  it("refuse a single vector and powers out of range", () => {
    expect(() => uniformity(tf.ones([1, 2]))).toThrow("uniformity of 1 vectors is undefined");
    expect(() => alignmentUniformity({ alpha: 0 })).toThrow("alpha of alignment is 0");
  });
});
