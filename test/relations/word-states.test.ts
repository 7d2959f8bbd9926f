import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../../src/engine";
import { padRows, pooled, wordStates } from "../../src/relations";

beforeAll(async () => {
  await startEngine();
});

describe("states of words", () => {
  // two sentences of four tokens, two numbers each: token t of sentence s is [10 s + t, -t]
  const last = tf.tensor3d([0, 1].map((s) => [0, 1, 2, 3].map((t) => [10 * s + t, -t])));
  const batch = { places: Int32Array.of(1, 3, 3, 4, 5, 8), total: 3 };

  it("are the first piece of each word, or the mean of its pieces", () => {
    const before = tf.memory().numTensors;
    const first = wordStates(last, batch);
    expect(first.arraySync()).toEqual([
      [1, -1],
      [3, -3],
      [11, -1],
    ]);
    const mean = wordStates(last, batch, "mean");
    expect(mean.arraySync()).toEqual([
      [1.5, -1.5],
      [3, -3],
      [12, -2],
    ]);
    tf.dispose([first, mean]);
    expect(tf.memory().numTensors).toBe(before);
    expect(() => wordStates(last, batch, "last" as "mean")).toThrow('unknown reading of words "last"');
  });
});

describe("pooling", () => {
  const x = tf.tensor3d([
    [
      [1, -5],
      [3, -7],
    ],
    [
      [2, 4],
      [90, 90],
    ],
    [
      [80, 80],
      [80, 80],
    ],
  ]);
  const { mask, rows, width, groups } = padRows([[4, 5], [6], []]);

  it("lays groups out as a rectangle", () => {
    expect([groups, width, [...rows], [...mask]]).toEqual([3, 2, [4, 5, 6, 0, 0, 0], [1, 1, 1, 0, 0, 0]]);
  });

  it("takes mean or maximum of what is there; nothing gives 0", () => {
    expect(pooled(x, mask, "mean").arraySync()).toEqual([
      [2, -6],
      [2, 4],
      [0, 0],
    ]);
    expect(pooled(x, mask, "max").arraySync()).toEqual([
      [3, -5],
      [2, 4],
      [0, 0],
    ]);
    expect(() => pooled(x, mask, "sum" as "max")).toThrow('unknown pooling "sum"');
  });

  it("sends no gradient to padding", () => {
    const slope = tf.grad((given: tf.Tensor) => tf.sum(pooled(given as tf.Tensor3D, mask, "max")))(x);
    expect(slope.arraySync()).toEqual([
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 1],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
  });
});
