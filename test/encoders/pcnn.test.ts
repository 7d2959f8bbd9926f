import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { convolution, Pcnn, piecesOf, piecewiseMaxima, type PcnnBatch } from "../../src/encoders";
import { eachCase, worstError } from "../support/fixtures";
import { tensorOf, valueAndGradients, withEngine } from "../contrast/numbers";

withEngine();

interface Case {
  readonly inputs: {
    readonly tokens: unknown;
    readonly conv_weight: unknown;
    readonly conv_bias: unknown;
    readonly pieces: readonly (readonly number[])[];
    readonly head: readonly number[];
    readonly tail: readonly number[];
    readonly length: readonly number[];
    readonly cotangent: unknown;
  };
  readonly expected: {
    readonly value: number;
    readonly conv: unknown;
    readonly piece_max_before_activation: unknown;
    readonly output: unknown;
    readonly grad: Readonly<Record<string, unknown>>;
  };
}

const batchOf = (
  head: readonly number[],
  tail: readonly number[],
  lengths: readonly number[],
  length: number,
): PcnnBatch => ({
  size: head.length,
  length,
  ids: new Int32Array(head.length * length),
  mask: Int32Array.from(lengths.flatMap((own) => Array.from({ length }, (_, at) => (at < own ? 1 : 0)))),
  head: Int32Array.from(head),
  tail: Int32Array.from(tail),
});

eachCase<Case>("optimisation/pcnn.json", ({ inputs, expected }) => {
  const roles = {
    tokens: tensorOf(inputs.tokens),
    conv_weight: tensorOf(inputs.conv_weight),
    conv_bias: tensorOf(inputs.conv_bias),
  };
  const length = roles.tokens.shape[1]!;
  const pieces = piecesOf(batchOf(inputs.head, inputs.tail, inputs.length, length));
  expect([...pieces]).toEqual(inputs.pieces.flat());
  const run = (given: Record<string, tf.Tensor>) => {
    const responses = convolution(
      given["tokens"] as tf.Tensor3D,
      given["conv_weight"] as tf.Tensor3D,
      given["conv_bias"] as tf.Tensor1D,
    );
    return { responses, vectors: piecewiseMaxima(responses, pieces) };
  };
  const { responses, vectors } = run(roles);
  expect(worstError(responses.dataSync(), expected.conv)).toBeLessThan(1e-5);
  expect(worstError(vectors.dataSync(), expected.output)).toBeLessThan(1e-5);
  const cotangent = tensorOf(inputs.cotangent);
  const { value, gradients } = valueAndGradients(
    (given) => tf.sum(tf.mul(run(given).vectors, cotangent)) as tf.Scalar,
    roles,
  );
  expect(worstError([value], expected.value)).toBeLessThan(1e-5);
  for (const [name, wanted] of Object.entries(expected.grad))
    expect(worstError(gradients[name]!, wanted), name).toBeLessThan(1e-4);
});

describe("Pcnn", () => {
  const make = () => new Pcnn({ vocabulary: 20, random: new Random(3), filters: 4, wordSize: 6 });
  const batch = {
    ...batchOf([1, 0], [3, 2], [5, 3], 5),
    ids: Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 0]),
  };

  it("gives the same vectors for the same seed, three times as wide as its filters", () => {
    const [one, other] = [make(), make()];
    const [first, second] = [one.forward(batch), other.forward(batch)];
    expect(first.shape).toEqual([2, 12]);
    expect([...first.dataSync()]).toEqual([...second.dataSync()]);
  });

  it("leaks no tensor", () => {
    const network = make();
    const before = tf.memory().numTensors;
    network.forward(batch).dispose();
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });
});
