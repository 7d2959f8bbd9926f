import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { multiLabelSupCon, supCon, supConContrast, type Reduction } from "../../src/contrast";
import { eachCase, worstError } from "../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "./numbers";

withEngine();

interface Expected {
  readonly value: number;
  readonly per_anchor: number[];
  readonly sum: number;
  readonly mean_over_all: number;
  readonly anchors_with_positive: number;
  readonly grad: Record<string, unknown>;
}

const REDUCTIONS = [
  ["sum", "sum"],
  ["mean-over-all", "mean_over_all"],
] as const;

interface Case {
  readonly inputs: { embeddings: unknown; labels: number[] };
  readonly params: { tau: number; form?: "in" | "out" };
  readonly expected: Expected;
}

eachCase<Case>("losses/supcon.json", ({ inputs, params, expected }) => {
  const { labels } = inputs;
  const roles: Roles = { embeddings: tensorOf(inputs.embeddings) };
  const embeddings = roles["embeddings"] as tf.Tensor2D;
  const options = { temperature: params.tau, form: params.form ?? "out" };
  expectLoss(
    (given) => supCon(options).loss({ embeddings: given["embeddings"] as tf.Tensor2D, labels }),
    roles,
    expected,
  );
  const { perAnchor, mask } = supConContrast({ embeddings, labels }, options);
  expect(worstError(perAnchor.dataSync(), expected.per_anchor)).toBeLessThan(1e-5);
  expect(mask.sum().dataSync()[0]).toBe(expected.anchors_with_positive);
  for (const [reduce, field] of REDUCTIONS) {
    const value = supCon({ ...options, reduce })
      .loss({ embeddings, labels })
      .dataSync();
    expect(worstError(value, expected[field])).toBeLessThan(1e-5);
  }
});

interface MultiLabelCase {
  readonly inputs: { embeddings: unknown; label_matrix: number[][] };
  readonly params: { tau: number; positives: "any_shared" | "jaccard" };
  readonly expected: Expected;
}

eachCase<MultiLabelCase>("losses/supcon_multilabel.json", ({ inputs, params, expected }) => {
  const labelMatrix = tensorOf<tf.Tensor2D>(inputs.label_matrix);
  const roles: Roles = { embeddings: tensorOf(inputs.embeddings) };
  const positives = params.positives === "jaccard" ? "jaccard" : "any-shared";
  const loss = (reduce: Reduction) => (given: Roles) =>
    multiLabelSupCon({ temperature: params.tau, positives, reduce }).loss({
      embeddings: given["embeddings"] as tf.Tensor2D,
      labelMatrix,
    });
  expectLoss(loss("mean"), roles, expected);
  for (const [reduce, field] of REDUCTIONS)
    expect(worstError(loss(reduce)(roles).dataSync(), expected[field])).toBeLessThan(1e-5);
});

describe("SupCon", () => {
  const embeddings: tf.Tensor2D = tf.tensor2d(
    [1, 2, 0, -1, 0.5, 1, 0.3, -2, 1, 1, 1, 0.2, -1, 0.1, 1],
    [5, 3],
  );
  const labels = [0, 1, 0, 2, 1];

  it.each(["out", "in"] as const)("has the gradient of its value in form %s", (form) => {
    expectFiniteDifferences(
      (given) =>
        supCon({ temperature: 0.5, form }).loss({ embeddings: given["embeddings"] as tf.Tensor2D, labels }),
      { embeddings },
    );
  });

  it("takes labels as tensor, list or typed array alike", () => {
    const value = (given: ArrayLike<number> | tf.Tensor1D) =>
      supCon({ temperature: 0.5 }).loss({ embeddings, labels: given }).dataSync()[0]!;
    expect(value(Int32Array.from(labels))).toBe(value(labels));
    expect(value(tf.tensor1d(labels, "int32"))).toBe(value(labels));
  });

  it("is the same in any order of the rows", () => {
    const order = [3, 0, 4, 2, 1];
    const shuffled: tf.Tensor2D = tf.gather(embeddings, order);
    const there = supCon({ temperature: 0.1 }).loss({ embeddings, labels }).dataSync()[0]!;
    const back = supCon({ temperature: 0.1 }).loss({
      embeddings: shuffled,
      labels: order.map((i) => labels[i]!),
    });
    expect(back.dataSync()[0]!).toBeCloseTo(there, 5);
  });

  it("has loss 0 and gradient 0 for a batch of one", () => {
    const one: tf.Tensor2D = tf.tensor2d([1, 2, 3], [1, 3]);
    const { value, grad } = tf.valueAndGrad((x) =>
      supCon({ temperature: 0.1 }).loss({ embeddings: x as tf.Tensor2D, labels: [0] }),
    )(one);
    expect(value.dataSync()[0]).toBe(0);
    expect(Array.from(grad.dataSync())).toEqual([0, 0, 0]);
  });

  it("refuses a wrong number of labels and options out of range", () => {
    expect(() => supCon({ temperature: 1 }).loss({ embeddings, labels: [0, 1] })).toThrow(
      'role "labels" has shape [2], expected [5]',
    );
    expect(() => supCon({ temperature: -0.1 })).toThrow("the temperature of SupCon is -0.1");
    // @ts-expect-error an unknown form does not compile
    expect(() => supCon({ temperature: 1, form: "between" })).toThrow("must be one of out, in");
  });
});
