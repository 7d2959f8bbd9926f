import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  clgs,
  clgsInput,
  clner,
  clnerInput,
  contrast,
  diagonalClgs,
  diagonalClgsInput,
} from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface ClgsCase {
  readonly inputs: { sentences: unknown; graphs: unknown };
  readonly params: { tau: number; reduction: "mean" | "sum" };
  readonly expected: { value: number; per_anchor: number[]; grad: Record<string, unknown> };
}

eachCase<ClgsCase>("losses/clgs_cldr.json", ({ inputs, params, expected }) => {
  const options = { temperature: params.tau, reduce: params.reduction };
  const batchOf = ({ sentences, graphs }: Roles) => ({
    text: sentences as tf.Tensor2D,
    graphs: graphs as tf.Tensor3D,
  });
  const roles = { sentences: tensorOf(inputs.sentences), graphs: tensorOf(inputs.graphs) };
  expectLoss((given) => clgs(options).loss(batchOf(given)), roles, expected);
  expect(
    worstError(contrast(clgsInput(batchOf(roles), options)).perAnchor.dataSync(), expected.per_anchor),
  ).toBeLessThan(1e-5);
  expectFiniteDifferences(
    (given) => clgs({ ...options, temperature: 0.5 }).loss(batchOf(given)),
    { sentences: roles.sentences, graphs: roles.graphs },
    3e-3,
  );
});

interface DiagonalCase {
  readonly inputs: { text_pairs: unknown; graph_pairs: unknown };
  readonly params: { tau: number };
  readonly expected: { value: number; per_relation: number[]; grad: Record<string, unknown> };
}

eachCase<DiagonalCase>(
  "losses/clgs_cldr.json",
  ({ inputs, params, expected }) => {
    const options = { temperature: params.tau };
    const batchOf = (given: Roles) => ({
      text: given["text_pairs"] as tf.Tensor3D,
      graphs: given["graph_pairs"] as tf.Tensor3D,
    });
    const roles = { text_pairs: tensorOf(inputs.text_pairs), graph_pairs: tensorOf(inputs.graph_pairs) };
    expectLoss((given) => diagonalClgs(options).loss(batchOf(given)), roles, expected);
    const { perAnchor } = contrast(diagonalClgsInput(batchOf(roles), options));
    expect(worstError(perAnchor.dataSync(), expected.per_relation)).toBeLessThan(1e-5);
    expectFiniteDifferences((given) => diagonalClgs({ temperature: 0.5 }).loss(batchOf(given)), roles, 3e-3);
  },
  "diagonal_cases",
);

interface ClnerCase {
  readonly inputs: { tokens: unknown; tags: string[]; candidates: number[][] };
  readonly params: { tau: number };
  readonly expected: {
    value: number;
    per_anchor: number[];
    anchors_used: number[];
    sum: number;
    grad: Record<string, unknown>;
  };
}

eachCase<ClnerCase>("losses/clner.json", ({ inputs, params, expected }) => {
  const options = { temperature: params.tau };
  const { tags, candidates } = inputs;
  const batchOf = ({ tokens }: Roles) => ({ tokens: tokens as tf.Tensor2D, tags, candidates });
  const roles = { tokens: tensorOf(inputs.tokens) };
  expectLoss((given) => clner(options).loss(batchOf(given)), roles, expected);
  const { perAnchor, mask } = contrast(clnerInput(batchOf(roles), options));
  const used = Array.from(mask.dataSync()).flatMap((flag, index) => (flag === 1 ? [index] : []));
  expect(used).toEqual(expected.anchors_used);
  const losses = perAnchor.dataSync();
  expect(
    worstError(
      used.map((index) => losses[index]!),
      expected.per_anchor,
    ),
  ).toBeLessThan(1e-5);
  expect(
    worstError(
      clner({ ...options, reduce: "sum" })
        .loss(batchOf(roles))
        .dataSync(),
      expected.sum,
    ),
  ).toBeLessThan(1e-5);
  if (expected.value !== 0)
    expectFiniteDifferences((given) => clner({ temperature: 0.5 }).loss(batchOf(given)), roles);
});

describe("the losses of paper 003", () => {
  it("compare a token with all others by default", () => {
    const tokens: tf.Tensor2D = tf.tensor2d([1, 2, -1, 0.5, 0.3, 1], [3, 2]);
    const tags = ["O", "B", "O"];
    const given = clner({ temperature: 0.3 }).loss({
      tokens,
      tags,
      candidates: [
        [1, 2],
        [0, 2],
        [0, 1],
      ],
    });
    expect(clner({ temperature: 0.3 }).loss({ tokens, tags }).dataSync()).toEqual(given.dataSync());
  });

  it("say what does not fit", () => {
    const text: tf.Tensor2D = tf.ones([2, 3]);
    expect(() => clgs({ temperature: 1 }).loss({ text, graphs: tf.ones([2, 4, 2]) })).toThrow(
      '"graphs" has shape [2, 4, 2], expected [2, any, 3]',
    );
    expect(() =>
      diagonalClgs({ temperature: 1 }).loss({ text: tf.ones([1, 2, 3]), graphs: tf.ones([1, 3, 3]) }),
    ).toThrow("expected [1, 2, 3]");
    expect(() => clner({ temperature: 1 }).loss({ tokens: text, tags: ["O"] })).toThrow(
      '"tags" has shape [1], expected [2]',
    );
    expect(() => clner({ temperature: NaN })).toThrow("the temperature of CLNER is NaN");
  });
});
