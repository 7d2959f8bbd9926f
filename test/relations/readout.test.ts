import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../../src/engine";
import { readout, type ReadoutName } from "../../src/relations";
import type { MentionBatch } from "../../src/text";

const [size, length, hidden] = [3, 5, 4];
const states = Float32Array.from({ length: size * length * hidden }, (_, i) => Math.sin(i * 1.7));
const batch: MentionBatch = {
  size,
  length,
  ids: new Int32Array(size * length),
  mask: Int32Array.from([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0]),
  typeIds: new Int32Array(size * length),
  headStart: Int32Array.from([1, 0, 2]),
  tailStart: Int32Array.from([3, 2, 0]),
  headSpan: Int32Array.from([1, 3, 0, 1, 2, 4]),
  tailSpan: Int32Array.from([3, 5, 1, 3, 0, 2]),
};
const at = (row: number, position: number): number[] => [
  ...states.subarray((row * length + position) * hidden, (row * length + position + 1) * hidden),
];
const mean = (vectors: number[][]): number[] =>
  vectors[0]!.map((_, k) => vectors.reduce((sum, vector) => sum + vector[k]!, 0) / vectors.length);
const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, i) => start + i);
const spanMean = (spans: Int32Array, row: number): number[] =>
  mean(range(spans[2 * row]!, spans[2 * row + 1]!).map((position) => at(row, position)));

/** The same by loops. */
const byLoops: Record<ReadoutName, (row: number) => number[]> = {
  markers: (row) => [...at(row, batch.headStart[row]!), ...at(row, batch.tailStart[row]!)],
  mentions: (row) => [...spanMean(batch.headSpan, row), ...spanMean(batch.tailSpan, row)],
  mean: (row) =>
    mean(
      range(0, length)
        .filter((p) => batch.mask[row * length + p] === 1)
        .map((p) => at(row, p)),
    ),
  cls: (row) => at(row, 0),
};

beforeAll(() => startEngine());

describe.each(Object.keys(byLoops) as ReadoutName[])("readout %s", (name) => {
  const { parts, read } = readout(name);
  const wanted = range(0, size).flatMap((row) => byLoops[name](row));

  it("equals the loop over sentences", () => {
    const got = tf.tidy(() => read(tf.tensor3d(states, [size, length, hidden]), batch).dataSync());
    expect(got).toHaveLength(size * parts * hidden);
    got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
  });

  it("passes the gradient of the loop by finite differences", () => {
    const weights = Float32Array.from({ length: wanted.length }, (_, i) => Math.cos(i));
    const value = (x: tf.Tensor): tf.Scalar =>
      read(x.reshape([size, length, hidden]) as tf.Tensor3D, batch)
        .flatten()
        .mul(tf.tensor1d(weights))
        .sum() as tf.Scalar;
    const slope = tf.tidy(() =>
      tf
        .grad((x) => value(x))(tf.tensor1d(states))
        .dataSync(),
    );
    for (const index of [0, 7, 22, 41, 59]) {
      const step = 1e-2;
      const moved = (by: number): number => {
        const changed = Float32Array.from(states);
        changed[index]! += by;
        return tf.tidy(() => value(tf.tensor1d(changed)).dataSync()[0]!);
      };
      expect(slope[index]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 2);
    }
  });

  it("leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => void read(tf.tensor3d(states, [size, length, hidden]), batch));
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("names the nearest readout for an unknown one", () => {
  expect(() => readout("marker" as ReadoutName)).toThrow(/did you mean "markers"/);
});
