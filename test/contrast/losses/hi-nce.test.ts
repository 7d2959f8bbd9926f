import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  contrast,
  exemNce,
  exemNceInput,
  hiNce,
  infoNceContrast,
  type Reduction,
} from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface Case {
  readonly inputs: Record<string, unknown> & { assignments: number[][]; temperatures?: number[][] };
  readonly params: { tau: number };
  readonly expected: {
    value: number;
    sum: number;
    infonce_mean: number;
    exemnce_mean: number;
    exemnce_mean_by_layer: number[];
    per_anchor: number[];
    grad: Record<string, unknown>;
  };
}

eachCase<Case>("losses/hiure_hince.json", ({ inputs, params, expected }) => {
  const { assignments, temperatures, ...tensors } = inputs;
  const roles: Roles = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [name, tensorOf(value)]),
  );
  const layers = Object.keys(roles).filter((name) => name.startsWith("exemplars_"));
  const batchOf = (given: Roles) => ({
    anchor: given["h"] as tf.Tensor2D,
    positive: given["h_prime"] as tf.Tensor2D,
    exemplars: layers.map((name) => given[name] as tf.Tensor2D),
    assignments,
    ...(temperatures === undefined ? {} : { temperatures }),
  });
  const loss =
    (reduce: Reduction, temperature = params.tau) =>
    (given: Roles) =>
      hiNce({ temperature, reduce }).loss(batchOf(given));
  expectLoss(loss("mean"), roles, expected);
  expect(worstError(loss("sum")(roles).dataSync(), expected.sum)).toBeLessThan(1e-5);
  const batch = batchOf(roles);
  const [infoNce, exem] = hiNce({ temperature: params.tau }).terms(batch);
  expect(worstError(infoNce!.value.dataSync(), expected.infonce_mean)).toBeLessThan(1e-5);
  expect(worstError(exem!.value.dataSync(), expected.exemnce_mean)).toBeLessThan(1e-5);
  const each = layers.map(
    (_, layer) => contrast(exemNceInput(batch, layer, { temperature: params.tau })).perAnchor,
  );
  expect(
    worstError(
      each.map((losses) => losses.mean().dataSync()[0]!),
      expected.exemnce_mean_by_layer,
    ),
  ).toBeLessThan(1e-5);
  const pairs = infoNceContrast(batch, { temperature: params.tau, similarity: "dot" }).perAnchor;
  const perAnchor = tf.add(pairs, tf.div(tf.addN(each), layers.length));
  expect(worstError(perAnchor.dataSync(), expected.per_anchor)).toBeLessThan(1e-5);
  if (temperatures === undefined) expectFiniteDifferences(loss("mean", 1), roles, 3e-3);
});

describe("ExemNCE", () => {
  const anchor: tf.Tensor2D = tf.ones([2, 3]);
  const exemplars: tf.Tensor2D = tf.ones([2, 3]);

  it("refuses no layer, and assignments that do not fit", () => {
    const objective = exemNce({ temperature: 1 });
    expect(() => objective.loss({ anchor, exemplars: [], assignments: [] })).toThrow("has no layer");
    expect(() => objective.loss({ anchor, exemplars: [exemplars], assignments: [[0]] })).toThrow(
      "has shape [1], expected [2]",
    );
    expect(() => objective.loss({ anchor, exemplars: [exemplars], assignments: [[0, 2]] })).toThrow(
      "names row 2",
    );
    expect(() =>
      objective.loss({ anchor, exemplars: [exemplars], assignments: [[0, 1]], temperatures: [[1]] }),
    ).toThrow('"temperatures"');
  });
});
