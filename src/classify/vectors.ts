// VectorInput as every classifier takes them: a tensor or a plain matrix, and the labels that go with the rows.

import * as tf from "@tensorflow/tfjs";
import { DataError, ShapeError, type Matrix } from "../core";

/** Rows of features `[count, dim]`: a tensor, or float32 numbers in plain memory. */
export type VectorInput = tf.Tensor2D | Matrix;

/** A class: its name or its number. Order between labels is numeric for numbers, by code unit for names. */
export type Label = string | number;

/** Rows and columns of either form. */
export function sizeOf(vectors: VectorInput): readonly [rows: number, columns: number] {
  if (!("shape" in vectors)) return [vectors.rows, vectors.columns];
  if (vectors.shape.length !== 2) throw new ShapeError("the vectors", vectors.shape, [null, null]);
  return vectors.shape;
}

/** As plain memory; a tensor is read. */
export function matrixOf(vectors: VectorInput): Matrix {
  const [rows, columns] = sizeOf(vectors);
  return "shape" in vectors
    ? { data: vectors.dataSync<"float32">() as Float32Array, rows, columns }
    : vectors;
}

/** Rows `from` to `to` as a new tensor of the caller. */
export function rowsTensor(vectors: VectorInput, from: number, to: number): tf.Tensor2D {
  const [, columns] = sizeOf(vectors);
  if ("shape" in vectors) return tf.slice(vectors, [from, 0], [to - from, columns]);
  return tf.tensor2d(vectors.data.subarray(from * columns, to * columns), [to - from, columns]);
}

/** Throws unless there are rows to learn from, all finite, with one label each. */
export function checkTraining(what: string, vectors: VectorInput, labelCount: number): void {
  const [rows, columns] = sizeOf(vectors);
  if (rows === 0) throw new DataError(`${what} was given no training vectors: it needs at least one`);
  if (labelCount !== rows) throw new ShapeError(`the labels of ${what}`, [labelCount], [rows]);
  const { data } = matrixOf(vectors);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new DataError(
      `training vector ${Math.floor(bad / columns)} of ${what} holds ${data[bad]}: vectors must be finite`,
    );
}

/** Throws unless queries have the width that was fitted. */
export function checkWidth(what: string, vectors: VectorInput, width: number): void {
  const [rows, columns] = sizeOf(vectors);
  if (columns !== width) throw new ShapeError(`the vectors for ${what}`, [rows, columns], [null, width]);
}

/** The different labels in order, and the place of each row's label among them. */
export interface LabelIndex<L extends Label> {
  readonly labels: readonly L[];
  readonly indices: Int32Array;
}

/** Sorts the labels that occur and numbers the rows by them. */
export function indexLabels<L extends Label>(given: ArrayLike<L>): LabelIndex<L> {
  const labels = [...new Set(Array.from(given))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const place = new Map(labels.map((label, index) => [label, index]));
  return { labels, indices: Int32Array.from(Array.from(given), (label) => place.get(label)!) };
}

/** 1 where the row has the class, else 0: `[rows, classes]` (`tf.oneHot` refuses a single class). */
export function memberships(indices: Int32Array, classes: number): tf.Tensor2D {
  const column = tf.reshape(tf.tensor1d(indices, "int32"), [-1, 1]);
  return tf.cast(tf.equal<tf.Tensor2D>(column, tf.range(0, classes, 1, "int32")), "float32");
}

/** The label with the highest score in each row of `scores`, `[count, labels]` row-major; ties go to the first. */
export function bestLabels<L extends Label>(scores: Float32Array, labels: readonly L[]): L[] {
  return Array.from({ length: labels.length === 0 ? 0 : scores.length / labels.length }, (_, row) => {
    const own = scores.subarray(row * labels.length, (row + 1) * labels.length);
    return labels[own.indexOf(Math.max(...own))]!;
  });
}

/** The share of predictions that are right; 0 for none. */
export function shareRight<L extends Label>(predicted: readonly L[], gold: ArrayLike<L>): number {
  if (predicted.length !== gold.length)
    throw new ShapeError("the gold labels", [gold.length], [predicted.length]);
  const right = predicted.filter((label, index) => label === gold[index]).length;
  return predicted.length === 0 ? 0 : right / predicted.length;
}
