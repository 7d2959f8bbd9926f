import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { bagAttention, bagLayout, bagVectors, intoBags } from "../../src/relations";
import { eachCase, worstError } from "../support/fixtures";
import { tensorOf, valueAndGradients, withEngine, type Roles } from "../contrast/numbers";

withEngine();

interface Case {
  readonly inputs: {
    readonly sentences: unknown;
    readonly weight: unknown;
    readonly bias: unknown;
    readonly diag: unknown;
    readonly scope: readonly (readonly [number, number])[];
    readonly labels: readonly number[];
  };
  readonly expected: {
    readonly value: number;
    readonly train_attention: readonly (readonly number[])[];
    readonly train_logits: unknown;
    readonly test_scores: unknown;
    readonly grad: Readonly<Record<string, unknown>>;
  };
}

eachCase<Case>("optimisation/bag_selective_attention.json", ({ inputs, expected }) => {
  const { scope, labels } = inputs;
  const layout = bagLayout(scope.map(([start, end]) => end - start));
  const roles: Roles = {
    sentences: tensorOf(inputs.sentences),
    weight: tensorOf(inputs.weight),
    bias: tensorOf(inputs.bias),
    diag: tensorOf(inputs.diag),
  };
  const train = ({ sentences, weight, bias, diag }: Roles) => {
    const bags = intoBags(sentences as tf.Tensor2D, layout);
    const gold = tf.gather(weight!, tf.tensor1d([...labels], "int32")).expandDims(1) as tf.Tensor3D;
    const attention = bagAttention(bags, gold, diag as tf.Tensor1D, layout);
    const bag = bagVectors(attention, bags).squeeze([1]) as tf.Tensor2D;
    return { attention, logits: tf.add(tf.matMul(bag, weight as tf.Tensor2D, false, true), bias!) };
  };
  const { value, gradients } = valueAndGradients((given) => {
    const logits = train(given).logits as tf.Tensor2D;
    const wanted = tf.oneHot(tf.tensor1d([...labels], "int32"), logits.shape[1]);
    return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1))) as tf.Scalar;
  }, roles);
  expect(worstError([value], expected.value)).toBeLessThan(1e-5);
  for (const [name, wanted] of Object.entries(expected.grad))
    expect(worstError(gradients[name]!, wanted), name).toBeLessThan(1e-4);

  const { attention, logits } = train(roles);
  expect(worstError(logits.dataSync(), expected.train_logits)).toBeLessThan(1e-5);
  const rows = attention.arraySync();
  expected.train_attention.forEach((wanted, bag) => {
    const own = rows[bag]![0]!;
    expect(worstError(own.slice(0, wanted.length), wanted)).toBeLessThan(1e-5);
    expect(own.slice(wanted.length).every((share) => share === 0)).toBe(true);
  });

  const bags = intoBags(roles.sentences as tf.Tensor2D, layout);
  const relations = roles.weight!.shape[0]!;
  const queries = tf.tile(roles.weight!.expandDims(0), [layout.bags, 1, 1]) as tf.Tensor3D;
  const perQuery = bagVectors(bagAttention(bags, queries, roles.diag as tf.Tensor1D, layout), bags);
  const scores = tf.softmax(
    tf.add(
      tf.matMul(perQuery.reshape([layout.bags * relations, -1]), roles.weight as tf.Tensor2D, false, true),
      roles.bias!,
    ),
  );
  const own = tf.sum(tf.mul(scores.reshape([layout.bags, relations, relations]), tf.eye(relations)), 2);
  expect(worstError(own.dataSync(), expected.test_scores)).toBeLessThan(1e-5);
});

describe("bagLayout", () => {
  it("pads to the largest bag and keeps the order of sentences", () => {
    const { places, rows, mask } = bagLayout([1, 3, 2]);
    expect(places).toBe(3);
    expect([...rows]).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 0]);
    expect([...mask]).toEqual([1, 0, 0, 1, 1, 1, 1, 1, 0]);
  });

  it("refuses a bag without sentences", () => {
    expect(() => bagLayout([2, 0])).toThrow("the sentences of bag 1");
  });
});
