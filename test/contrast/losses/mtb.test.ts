import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  contrast,
  mtb,
  mtbInput,
  mtbPair,
  mtbPairInput,
  mtbSelf,
  supCon,
  type IndexPairs,
} from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface PairCase {
  readonly name: string;
  readonly inputs: { embeddings: unknown; pairs: IndexPairs; same: number[] };
  readonly expected: {
    value: number;
    probability: number[];
    per_pair: number[];
    sum: number;
    grad: Record<string, unknown>;
  };
}

eachCase<PairCase>("losses/mtb_pair.json", ({ name, inputs, expected }) => {
  const { pairs, same } = inputs;
  const batchOf = (given: Roles) => ({ embeddings: given["embeddings"] as tf.Tensor2D, pairs, same });
  const roles = { embeddings: tensorOf(inputs.embeddings) };
  expectLoss((given) => mtbPair().loss(batchOf(given)), roles, expected);
  const input = mtbPairInput(batchOf(roles));
  expect(worstError(contrast(input).perAnchor.dataSync(), expected.per_pair)).toBeLessThan(1e-5);
  const probability = tf.softmax(input.similarities).slice([0, 0], [-1, 1]).dataSync();
  expect(worstError(probability, expected.probability)).toBeLessThan(1e-5);
  expect(worstError(mtbPair({ reduce: "sum" }).loss(batchOf(roles)).dataSync(), expected.sum)).toBeLessThan(
    1e-5,
  );
  // differences of values near 900 have no digits left in float32
  if (name !== "saturated") expectFiniteDifferences((given) => mtbPair().loss(batchOf(given)), roles);
});

interface RelationCase {
  readonly inputs: { z: unknown; positive_pairs: IndexPairs; negatives: number[][] };
  readonly params: { tau: number };
  readonly expected: { value: number; per_pair: number[]; grad: Record<string, unknown> };
}

eachCase<RelationCase>(
  "losses/mtb_contrastive.json",
  ({ inputs, params, expected }) => {
    const options = { temperature: params.tau };
    const { positive_pairs: pairs, negatives } = inputs;
    const batchOf = ({ z }: Roles) => ({ embeddings: z as tf.Tensor2D, pairs, negatives });
    const roles = { z: tensorOf(inputs.z) };
    expectLoss((given) => mtb(options).loss(batchOf(given)), roles, expected);
    const { perAnchor, mask } = contrast(mtbInput(batchOf(roles), options));
    const counted = Array.from(perAnchor.dataSync()).filter((_, index) => mask.dataSync()[index] === 1);
    expect(worstError(counted, expected.per_pair)).toBeLessThan(1e-5);
    if (expected.value !== 0)
      expectFiniteDifferences((given) => mtb({ temperature: 0.5 }).loss(batchOf(given)), roles);
  },
  "relation_cases",
);

interface SelfCase {
  readonly inputs: { z: unknown; z_hat: unknown; anchors: number[] };
  readonly params: { tau: number };
  readonly expected: { value: number; per_anchor: number[]; grad: Record<string, unknown> };
}

eachCase<SelfCase>(
  "losses/mtb_contrastive.json",
  ({ inputs, params, expected }) => {
    const { anchors } = inputs;
    const batchOf = (given: Roles) => ({
      anchor: given["z"] as tf.Tensor2D,
      positive: given["z_hat"] as tf.Tensor2D,
      anchors,
    });
    const roles = { z: tensorOf(inputs.z), z_hat: tensorOf(inputs.z_hat) };
    expectLoss((given) => mtbSelf({ temperature: params.tau }).loss(batchOf(given)), roles, expected);
    const sum = mtbSelf({ temperature: params.tau, reduce: "sum" }).loss(batchOf(roles)).dataSync();
    expect(
      worstError(
        sum,
        expected.per_anchor.reduce((a, b) => a + b),
      ),
    ).toBeLessThan(1e-5);
    expectFiniteDifferences((given) => mtbSelf({ temperature: 0.5 }).loss(batchOf(given)), roles);
  },
  "self_cases",
);

describe("matching the blanks", () => {
  const embeddings: tf.Tensor2D = tf.ones([3, 2]);

  it("equals SupCon where each anchor has one positive and all others are its negatives", () => {
    const z: tf.Tensor2D = tf.tensor2d([1, 0.2, 0.8, -0.4, -1, 0.3, -0.2, 1, 0.5, 0.5, 0.1, -1], [6, 2]);
    const others = (row: number) =>
      [0, 1, 2, 3, 4, 5].filter((k) => Math.floor(k / 2) !== Math.floor(row / 2));
    const pairs = [0, 1, 2, 3, 4, 5].map((row) => [row, row ^ 1] as const);
    const negatives = pairs.map(([row]) => others(row));
    const ours = mtb({ temperature: 0.05 }).loss({ embeddings: z, pairs, negatives }).dataSync();
    const theirs = supCon({ temperature: 0.05 })
      .loss({ embeddings: z, labels: [0, 0, 1, 1, 2, 2] })
      .dataSync();
    expect(worstError(ours, theirs)).toBeLessThan(1e-5);
  });

  it("can leave rows out of the self-supervised part", () => {
    const first: tf.Tensor2D = tf.tensor2d([1, 0, 0.8, 0.4, -1, 0.2], [3, 2]);
    const second: tf.Tensor2D = tf.tensor2d([0.9, 0.1, 0.7, 0.5, -1, 0.1], [3, 2]);
    const value = (rows: readonly number[], excluded?: number[][]): number =>
      mtbSelf({ temperature: 0.5 })
        .loss({ anchor: first, positive: second, anchors: rows, ...(excluded ? { excluded } : {}) })
        .dataSync()[0]!;
    const two = mtbSelf({ temperature: 0.5 })
      .loss({ anchor: tf.gather(first, [0, 2]), positive: tf.gather(second, [0, 2]), anchors: [0] })
      .dataSync()[0]!;
    expect(value([0], [[1], [], []])).toBeCloseTo(two, 5);
    expect(value([0])).toBeGreaterThan(two);
    expect(() => value([0], [[1]])).toThrow("excluded");
  });

  it("says what does not fit", () => {
    expect(() => mtbPair().loss({ embeddings, pairs: [[0, 1]], same: [] })).toThrow(
      '"same" has shape [0], expected [1]',
    );
    expect(() => mtb({ temperature: 1 }).loss({ embeddings, pairs: [[0, 1]], negatives: [] })).toThrow(
      '"negatives" has shape [0], expected [3]',
    );
    expect(() =>
      mtbSelf({ temperature: 1 }).loss({ anchor: embeddings, positive: embeddings, anchors: [7] }),
    ).toThrow("names row 7");
  });
});
