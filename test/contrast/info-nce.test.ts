import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { infoNce, infoNceContrast, type InfoNceOptions } from "../../src/contrast";
import { eachCase, worstError } from "../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "./numbers";

withEngine();

interface Case {
  readonly inputs: { anchors: unknown; keys: unknown; queue?: unknown; negatives?: unknown };
  readonly params: { tau: number; similarity: "cosine" | "dot"; symmetric?: boolean };
  readonly expected: { value: number; per_anchor: number[]; grad: Record<string, unknown> };
}

function setUp({ inputs, params }: Case) {
  const roles: Roles = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, tensorOf(value)]),
  );
  const negatives = inputs.queue !== undefined ? "queue" : inputs.negatives !== undefined ? "own" : "batch";
  const { tau: temperature, similarity, symmetric = false } = params;
  const options: InfoNceOptions = { temperature, similarity, symmetric, negatives };
  const batchOf = ({ anchors, keys, queue, negatives: own }: Roles) => ({
    anchor: anchors as tf.Tensor2D,
    positive: keys as tf.Tensor2D,
    queue: queue as tf.Tensor2D,
    negatives: own as tf.Tensor3D,
  });
  return { roles, options, batchOf, loss: (given: Roles) => infoNce(options).loss(batchOf(given)) };
}

eachCase<Case>("losses/infonce.json", (fixture) => {
  const { roles, options, batchOf, loss } = setUp(fixture);
  expectLoss(loss, roles, fixture.expected);
  const { perAnchor } = infoNceContrast(batchOf(roles), options);
  expect(worstError(perAnchor.dataSync(), fixture.expected.per_anchor)).toBeLessThan(1e-5);
});

describe("InfoNCE", () => {
  const a: tf.Tensor2D = tf.tensor2d([1, 2, 0, -1, 0.5, 1, 0.3, -2, 1], [3, 3]);
  const b: tf.Tensor2D = tf.tensor2d([1, 1, 0.2, -1, 0.1, 1, 2, -1, 0], [3, 3]);

  it.each([
    ["in the batch", { temperature: 0.5 }],
    ["symmetric", { temperature: 0.3, symmetric: true }],
    ["by dot product", { temperature: 1, similarity: "dot" }],
  ] as const)("has the gradient of its value %s", (_, options) => {
    expectFiniteDifferences(
      ({ anchor, positive }) =>
        infoNce(options).loss({ anchor: anchor as tf.Tensor2D, positive: positive as tf.Tensor2D }),
      { anchor: a, positive: b },
    );
  });

  it("goes to log(candidates) as the temperature grows", () => {
    const value = infoNce({ temperature: 1e6 }).loss({ anchor: a, positive: b }).dataSync()[0]!;
    expect(value).toBeCloseTo(Math.log(3), 5);
  });

  it("stays finite at a temperature of 1e-4 and with huge dot products", () => {
    const cold = infoNce({ temperature: 1e-4 }).loss({ anchor: a, positive: b }).dataSync()[0]!;
    const huge = infoNce({ temperature: 1, similarity: "dot" }).loss({
      anchor: a.mul(1e6),
      positive: b.mul(1e6),
    });
    expect(Number.isFinite(cold)).toBe(true);
    expect(Number.isFinite(huge.dataSync()[0]!)).toBe(true);
  });

  it("gives rows of zeros the similarity 0 and a finite gradient 0", () => {
    const zeros: tf.Tensor2D = tf.zeros([2, 3]);
    const gradient = tf.grad((x) =>
      infoNce({ temperature: 0.1 }).loss({ anchor: x as tf.Tensor2D, positive: zeros }),
    )(zeros);
    expect(Array.from(gradient.dataSync())).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("refuses options out of range", () => {
    for (const temperature of [0, -1, NaN, Infinity])
      expect(() => infoNce({ temperature })).toThrow(/temperature of InfoNCE is .*above 0/);
    // @ts-expect-error an unknown similarity does not compile
    expect(() => infoNce({ temperature: 1, similarity: "l2" })).toThrow("must be one of cosine, dot");
    expect(() => infoNce({ temperature: 1, negatives: "queue", symmetric: true })).toThrow(
      "must be one of batch",
    );
  });

  it("refuses keys of another shape and a missing role", () => {
    const short: tf.Tensor2D = tf.zeros([2, 3]);
    expect(() => infoNce({ temperature: 1 }).loss({ anchor: a, positive: short })).toThrow(
      'the batch role "positive" has shape [2, 3], expected [3, 3]',
    );
    // @ts-expect-error the queue is missing
    expect(() => infoNce({ temperature: 1, negatives: "queue" }).loss({ anchor: a, positive: b })).toThrow(
      'no role "queue"',
    );
  });
});
