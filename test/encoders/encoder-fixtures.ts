// Shared by the fixture tests of encoders: batches, comparisons and gradients, in the fixtures' own form.

import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import { loadEncoder, type EncoderBatch, type TransformerEncoder } from "../../src/encoders";
import { gradients } from "../../src/engine";
import { arrayOf, fixtureFolder, worstError } from "../support/fixtures";

export interface EncoderCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

export interface GradientCase {
  readonly case?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly loss: number;
  readonly grad: Readonly<Record<string, unknown>>;
}

/** Largest error that is allowed, relative to values above 1 and absolute below. */
export const TOLERANCE = 1e-4;

export const loadFixture = (model: string): Promise<TransformerEncoder> =>
  loadEncoder(path.join(fixtureFolder, "encoders", model));

export function batchOf(inputs: Readonly<Record<string, number[][]>>): EncoderBatch {
  const ids = inputs["input_ids"]!;
  const [size, length] = [ids.length, ids[0]!.length];
  const flat = (rows: number[][] | undefined, absent: number): Int32Array =>
    rows === undefined ? new Int32Array(size * length).fill(absent) : Int32Array.from(rows.flat());
  return {
    size,
    length,
    ids: flat(ids, 0),
    mask: flat(inputs["attention_mask"], 1),
    typeIds: flat(inputs["token_type_ids"], 0),
  };
}

export const positionsIn = (inputs: Readonly<Record<string, number[][]>>): { positions?: Int32Array } =>
  inputs["position_ids"] === undefined ? {} : { positions: Int32Array.from(inputs["position_ids"].flat()) };

/** Compares and releases. */
export function expectClose(got: tf.Tensor, wanted: unknown, what: string, tolerance = TOLERANCE): void {
  expect(got.shape, what).toEqual(arrayOf(wanted).shape);
  expect(worstError(got.dataSync() as Float32Array, wanted), what).toBeLessThan(tolerance);
  got.dispose();
}

export const tensorOf = (value: unknown): tf.Tensor => {
  const { shape, data } = arrayOf(value);
  return tf.tensor(data as number[], shape, "float32");
};

/** Loss and gradients of `loss` against the fixture; names may carry the model's prefix. */
export function expectGradients(
  encoder: TransformerEncoder,
  fixture: GradientCase,
  loss: () => tf.Scalar,
): void {
  const { value, gradients: slopes } = gradients(loss, encoder.parameters);
  expectClose(value, fixture.loss, "loss");
  for (const [name, wanted] of Object.entries(fixture.grad)) {
    const slope = slopes.get(encoder.parameter(name.replace(/^(bert|roberta)\./, "")));
    expect(slope, name).toBeDefined();
    expectClose(slope!, wanted, name);
  }
  tf.dispose([...slopes.values()]);
}

/** Mean cross-entropy over positions whose label is not -100. */
export function maskedLoss(logits: tf.Tensor3D, labels: number[][]): tf.Scalar {
  const flat = labels.flat();
  const chosen = flat.flatMap((label, index) => (label === -100 ? [] : [index]));
  const [, , words] = logits.shape;
  const rows = tf.gather(logits.reshape([-1, words]), tf.tensor1d(chosen, "int32"));
  const targets = tf.oneHot(
    tf.tensor1d(
      chosen.map((index) => flat[index]!),
      "int32",
    ),
    words,
  );
  return tf
    .neg(tf.sum(tf.mul(targets, tf.logSoftmax(rows))))
    .div(chosen.length)
    .asScalar();
}

/** Two sentences of 6 and 3 tokens, padded. */
export const inputs = {
  input_ids: [
    [2, 5, 6, 7, 3, 9],
    [2, 8, 3, 0, 0, 0],
  ],
  attention_mask: [
    [1, 1, 1, 1, 1, 1],
    [1, 1, 1, 0, 0, 0],
  ],
};
export const batch = batchOf(inputs);
/** The last hidden states of `batch`. */
export const lastOf = (encoder: TransformerEncoder): Float32Array =>
  tf.tidy(() => encoder.forward(batch).last.dataSync() as Float32Array);
