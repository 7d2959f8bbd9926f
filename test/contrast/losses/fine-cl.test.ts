import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  contrast,
  fineClEntity,
  fineClRelation,
  fineClRelationInput,
  fineClEntityInput,
  type IndexPairs,
} from "../../../src/contrast";
import { eachCase, worstError } from "../../support/fixtures";
import { expectFiniteDifferences, expectLoss, tensorOf, withEngine, type Roles } from "../numbers";

withEngine();

interface RelationCase {
  readonly inputs: {
    relations: unknown;
    labels: number[];
    learned_epoch: number[];
    weights: number[];
    pairs: IndexPairs;
    negatives: number[][];
  };
  readonly params: { tau: number; form: "paper" | "code"; reduction: "sum" | "mean" };
  readonly expected: { value: number; per_pair: number[]; grad: Record<string, unknown> };
}

eachCase<RelationCase>("losses/finecl_relation.json", ({ inputs, params, expected }) => {
  const { pairs, negatives, weights, labels } = inputs;
  const options = { temperature: params.tau, variant: params.form };
  const batchOf = ({ relations }: Roles) => ({
    embeddings: relations as tf.Tensor2D,
    pairs,
    negatives,
    weights,
  });
  const roles = { relations: tensorOf(inputs.relations) };
  expectLoss((given) => fineClRelation(options).loss(batchOf(given)), roles, expected);
  const { perAnchor } = contrast(fineClRelationInput(batchOf(roles), options));
  expect(worstError(perAnchor.dataSync(), expected.per_pair)).toBeLessThan(1e-5);
  for (const [a, b] of pairs) expect(labels[a]).toBe(labels[b]);
  expectFiniteDifferences(
    (given) => fineClRelation({ ...options, temperature: 0.5 }).loss(batchOf(given)),
    roles,
  );
});

interface EntityCase {
  readonly inputs: { entities: unknown; documents: number[][]; head_tail: IndexPairs };
  readonly params: { tau: number; reduction: "sum" | "mean" };
  readonly expected: { value: number; per_triple: number[]; grad: Record<string, unknown> };
}

eachCase<EntityCase>("losses/finecl_entity.json", ({ inputs, params, expected }) => {
  const options = { temperature: params.tau, reduce: params.reduction };
  const batchOf = ({ entities }: Roles) => ({
    entities: entities as tf.Tensor2D,
    pairs: inputs.head_tail,
    documents: inputs.documents,
  });
  const roles = { entities: tensorOf(inputs.entities) };
  expectLoss((given) => fineClEntity(options).loss(batchOf(given)), roles, expected);
  const { perAnchor } = contrast(fineClEntityInput(batchOf(roles), options));
  expect(worstError(perAnchor.dataSync(), expected.per_triple)).toBeLessThan(1e-5);
  if (expected.value !== 0)
    expectFiniteDifferences(
      (given) => fineClEntity({ ...options, temperature: 0.5 }).loss(batchOf(given)),
      roles,
    );
});

describe("FineCL", () => {
  const embeddings: tf.Tensor2D = tf.ones([3, 2]);

  it("leaves out pairs whose anchor weighs nothing", () => {
    const batch = { embeddings, pairs: [[0, 1]] as const, negatives: [[2]], weights: [0, 1, 1] };
    expect(fineClRelation({ temperature: 1 }).loss(batch).dataSync()[0]).toBe(0);
  });

  it("names indices that are no rows, and lists that are missing", () => {
    const pairs = [[0, 3]] as const;
    expect(() =>
      fineClRelation({ temperature: 1 }).loss({ embeddings, pairs, negatives: [[1]], weights: [1, 1, 1] }),
    ).toThrow('the batch role "pairs" names row 3: rows run from 0 to 2');
    expect(() =>
      fineClEntity({ temperature: 1 }).loss({ entities: embeddings, pairs: [[0, 1]], documents: [] }),
    ).toThrow('the batch role "documents" has shape [0], expected [1]');
    expect(() => fineClEntity({ temperature: 0 })).toThrow("the temperature of FineCL is 0");
  });
});
