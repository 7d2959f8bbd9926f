import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { clgs, clner, diagonalClgs, infoNce } from "../../../src/contrast";
import { Random } from "../../../src/core";
import { expectFiniteDifferences, withEngine } from "../numbers";

withEngine();

const random = new Random(5);
const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
const text = tf.tensor2d(numbers(6), [2, 3]);
const graphs = tf.tensor3d(numbers(24), [2, 4, 3]);
const options = { temperature: 0.4 };

describe("rows with fewer graphs", () => {
  const isGraph = tf.tensor2d([1, 1, 0, 0, 1, 1, 1, 1], [2, 4]);

  it("equal rows that never had the others", () => {
    const whole = clgs({ ...options, reduce: "sum" });
    const row = (at: number, count: number): number => {
      const own = tf.slice(graphs, [at, 0, 0], [1, count, 3]);
      return whole.loss({ text: tf.slice(text, [at, 0], [1, 3]), graphs: own }).dataSync()[0]!;
    };
    expect(whole.loss({ text, graphs, isGraph }).dataSync()[0]).toBeCloseTo(row(0, 2) + row(1, 4), 5);
  });

  it("send no gradient to what is not there, in both forms", () => {
    const sides = tf.tensor3d(numbers(24), [2, 4, 3]);
    for (const slope of [
      tf.grad((given: tf.Tensor) => clgs(options).loss({ text, graphs: given as tf.Tensor3D, isGraph }))(
        graphs,
      ),
      tf.grad((given: tf.Tensor) =>
        diagonalClgs(options).loss({ text: sides, graphs: given as tf.Tensor3D, isGraph }),
      )(graphs),
    ]) {
      const sizes = tf.sum(tf.abs(slope), 2).arraySync() as number[][];
      expect(sizes[0]!.slice(2)).toEqual([0, 0]);
      for (const size of [...sizes[0]!.slice(0, 2), ...sizes[1]!]) expect(size).toBeGreaterThan(0);
    }
  });

  it("have the gradient of finite differences, weights included", () => {
    const weights = tf.tensor1d([0.5, 2]);
    expectFiniteDifferences(
      (given) =>
        clgs(options).loss({
          text: given["text"] as tf.Tensor2D,
          graphs: given["graphs"] as tf.Tensor3D,
          isGraph,
          weights,
        }),
      { text, graphs },
      3e-3,
    );
  });

  it("have a mask and weights of their shape", () => {
    expect(() => clgs(options).loss({ text, graphs, isGraph: tf.ones([2, 3]) })).toThrow(
      '"isGraph" has shape [2, 3], expected [2, 4]',
    );
    expect(() => clgs(options).loss({ text, graphs, weights: tf.ones([3]) })).toThrow(
      '"weights" has shape [3], expected [2]',
    );
  });
});

describe("the limits of the temperature", () => {
  const value = (loss: tf.Scalar): number => loss.dataSync()[0]!;
  const cosines = (): number[][] => {
    const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.norm(x, 2, -1, true));
    return tf.sum(tf.mul(unit(text).expandDims(1), unit(graphs)), 2).arraySync() as number[][];
  };

  it("of eq. 4 and 5: log of the graphs where it is large, the largest cosine above the true one where it is small", () => {
    expect(value(clgs({ temperature: 1e6 }).loss({ text, graphs }))).toBeCloseTo(Math.log(4), 4);
    const small = 1e-3;
    const wanted = cosines().map((row) => Math.max(...row) - row[0]!);
    const got = small * value(clgs({ temperature: small, reduce: "sum" }).loss({ text, graphs }));
    expect(got).toBeCloseTo(wanted[0]! + wanted[1]!, 2);
    const sides = tf.tile(text.expandDims(1), [1, 4, 1]) as tf.Tensor3D;
    expect(value(diagonalClgs({ temperature: 1e6 }).loss({ text: sides, graphs }))).toBeCloseTo(
      Math.log(4),
      4,
    );
    // with the same text in every row both forms are one
    const both = [clgs(options).loss({ text, graphs }), diagonalClgs(options).loss({ text: sides, graphs })];
    expect(value(both[0]!)).toBeCloseTo(value(both[1]!), 5);
  });

  it("of eq. 6: log of all over own where it is large, the nearest word that is not of the tag where it is small", () => {
    const tokens = tf.tensor2d([1, 0, 0.8, 0.6, 0, 1, -1, 0], [4, 2]);
    const tags = ["A", "A", "B", "B"];
    expect(value(clner({ temperature: 1e6 }).loss({ tokens, tags }))).toBeCloseTo(Math.log(3), 4);
    // cosines: 0-1 0.8, 0-2 0, 0-3 -1, 1-2 0.6, 1-3 -0.8, 2-3 0; only word 2 sees a nearer stranger
    const small = 1e-3;
    const got = small * value(clner({ temperature: small, reduce: "sum" }).loss({ tokens, tags }));
    expect(got).toBeCloseTo(0.6, 3);
  });

  it("leave one graph alone at 0", () => {
    const alone = tf.slice(graphs, [0, 0, 0], [2, 1, 3]) as tf.Tensor3D;
    for (const temperature of [1e-3, 1, 1e6])
      expect(value(clgs({ temperature }).loss({ text, graphs: alone }))).toBeCloseTo(0, 6);
  });
});

describe("eq. 6", () => {
  const tokens = tf.tensor2d(numbers(15), [5, 3]);

  it("with one positive an anchor is InfoNCE", () => {
    // anchor 0 with positive 1 and negatives 2-4
    const lists = [[1, 2, 3, 4], [], [], [], []];
    const got = clner(options).loss({ tokens, tags: ["A", "A", "O", "O", "O"], candidates: lists });
    const wanted = infoNce({ ...options, negatives: "own" }).loss({
      anchor: tf.slice(tokens, [0, 0], [1, 3]),
      positive: tf.slice(tokens, [1, 0], [1, 3]),
      negatives: tf.slice(tokens, [2, 0], [3, 3]).reshape([1, 3, 3]) as tf.Tensor3D,
    });
    expect(got.dataSync()[0]).toBeCloseTo(wanted.dataSync()[0]!, 5);
  });

  it("of one word alone, or of words that all have other tags, is 0", () => {
    const alone = clner(options).loss({ tokens: tf.slice(tokens, [0, 0], [1, 3]), tags: ["A"] });
    const apart = clner(options).loss({ tokens, tags: ["A", "B", "C", "D", "E"] });
    expect([alone.dataSync()[0], apart.dataSync()[0]]).toEqual([0, 0]);
  });

  it("with positives alone is 0", () => {
    const loss = clner(options).loss({ tokens, tags: ["A", "A", "A", "A", "A"] });
    expect(loss.dataSync()[0]).toBeCloseTo(0, 6);
  });
});
