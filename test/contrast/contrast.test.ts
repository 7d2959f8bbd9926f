import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { contrast, contrastStats, reduce, type ContrastInput } from "../../src/contrast";
import { Random } from "../../src/core";
import { expectFiniteDifferences, withEngine } from "./numbers";

withEngine();

interface Plain {
  readonly s: number[][];
  readonly p: number[][];
  readonly c: number[][];
  readonly tau: number;
  readonly factor: number[];
}

/** The definition, one anchor after the other, in float64. */
function byLoops(
  { s, p, c, tau, factor }: Plain,
  { denominator, sum, average }: Partial<ContrastInput>,
): number[] {
  return s.map((row, i) => {
    const weight = p[i]!.reduce((a, b) => a + b, 0);
    const power = row.map((value) => Math.exp(value / tau));
    const inZ = c[i]!.map((value, j) => (denominator === "all" || p[i]![j] === 0 ? value : 0));
    const z = power.reduce((total, value, j) => total + inZ[j]! * value, 0);
    if (weight === 0 || (z === 0 && denominator !== "own")) return 0;
    const divisor = average ? weight : 1;
    if (sum === "inside")
      return (
        factor[i]! *
        (Math.log(z) - Math.log(power.reduce((total, value, j) => total + p[i]![j]! * value, 0) / divisor))
      );
    return (
      (factor[i]! / divisor) *
      row.reduce((total, value, j) => {
        if (p[i]![j] === 0) return total;
        const whole = denominator === "own" ? z + power[j]! : z;
        return total + p[i]![j]! * (Math.log(whole) - value / tau);
      }, 0)
    );
  });
}

function example(seed: number, n: number, m: number): Plain {
  const random = new Random(seed);
  const grid = (draw: () => number) => Array.from({ length: n }, () => Array.from({ length: m }, draw));
  return {
    s: grid(() => random.normal()),
    p: grid(() => (random.uniform() < 0.3 ? random.uniform() : 0)),
    c: grid(() => (random.uniform() < 0.8 ? 0.1 + random.uniform() : 0)),
    tau: 0.5,
    factor: Array.from({ length: n }, () => (random.uniform() < 0.2 ? 0 : random.uniform())),
  };
}

function inputOf({ s, p, c, tau, factor }: Plain, choices: Partial<ContrastInput>): ContrastInput {
  return {
    similarities: tf.tensor2d(s),
    positives: tf.tensor2d(p),
    candidates: tf.tensor2d(c),
    temperature: tau,
    anchorWeights: tf.tensor1d(factor),
    ...choices,
  };
}

describe("the contrastive primitive", () => {
  const choices = (["all", "negatives", "own"] as const).flatMap((denominator) =>
    (["outside", "inside"] as const).flatMap((sum) =>
      [true, false].map((average) => ({ denominator, sum, average })),
    ),
  );
  it.each(choices.filter(({ denominator, sum }) => denominator !== "own" || sum === "outside"))(
    "equals its definition: Z of $denominator, sum $sum, average $average",
    (choice) => {
      for (const seed of [1, 2, 3]) {
        const plain = example(seed, 12, 7);
        const input = inputOf(plain, choice);
        const wanted = byLoops(plain, choice);
        const got = contrast(input).perAnchor.dataSync();
        wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 4));
        expectFiniteDifferences(
          ({ similarities }) =>
            reduce(contrast({ ...input, similarities: similarities as tf.Tensor2D }), "sum"),
          { similarities: input.similarities },
        );
      }
    },
  );

  it("leaves out anchors without positive, without denominator, or with weight 0", () => {
    const { perAnchor, mask } = contrast({
      similarities: tf.tensor2d([
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
      positives: tf.tensor2d([
        [0, 0],
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
      candidates: tf.tensor2d([
        [1, 1],
        [0, 0],
        [1, 1],
        [1, 1],
      ]),
      anchorWeights: tf.tensor1d([1, 1, 0, 1]),
      temperature: 1,
    });
    expect(Array.from(mask.dataSync())).toEqual([0, 0, 0, 1]);
    expect(Array.from(perAnchor.dataSync()).slice(0, 3)).toEqual([0, 0, 0]);
    expect(reduce({ perAnchor, mask }).dataSync()[0]).toBeCloseTo(Math.log(1 + Math.E), 5);
    expect(reduce({ perAnchor, mask }, "mean-over-all").dataSync()[0]).toBeCloseTo(
      Math.log(1 + Math.E) / 4,
      5,
    );
  });

  it("takes a temperature for each candidate, and gives a learnt one its gradient", () => {
    const input = inputOf(example(4, 5, 3), { sum: "outside" });
    expectFiniteDifferences(
      ({ temperature }) => reduce(contrast({ ...input, temperature: temperature! })),
      { temperature: tf.tensor1d([0.5, 1, 0.7]) },
      1e-3,
    );
  });

  it("tells the mean similarity of positives and negatives", () => {
    const stats = contrastStats({
      similarities: tf.tensor2d([
        [0.9, 0.1, 0.3],
        [0.2, 0.4, 0.6],
      ]),
      positives: tf.tensor2d([
        [1, 0, 0],
        [0, 0, 0],
      ]),
      temperature: 1,
    });
    expect(stats).toMatchObject({ anchors: 2, anchorsWithPositive: 1 });
    expect(stats.positive).toBeCloseTo(0.9, 6);
    expect(stats.negative).toBeCloseTo((0.1 + 0.3 + 0.2 + 0.4 + 0.6) / 5, 6);
    const none = contrastStats({
      similarities: tf.ones([1, 1]),
      positives: tf.zeros([1, 1]),
      candidates: tf.zeros([1, 1]),
      temperature: 1,
    });
    expect(none.positive).toBeUndefined();
    expect(none.negative).toBeUndefined();
  });

  it("says what is wrong with shapes and options", () => {
    const similarities: tf.Tensor2D = tf.ones([2, 3]);
    const positives: tf.Tensor2D = tf.ones([2, 3]);
    expect(() => contrast({ similarities, positives: tf.ones([3, 2]), temperature: 1 })).toThrow(
      "the positives has shape [3, 2]",
    );
    expect(() => contrast({ similarities, positives, temperature: 0 })).toThrow("the temperature is 0");
    expect(() =>
      contrast({ similarities, positives, temperature: 1, denominator: "own", sum: "inside" }),
    ).toThrow('"own"');
  });

  it("is NaN where a similarity is NaN, so that the trainer can say so", () => {
    const similarities = tf.tensor2d([
      [NaN, 1],
      [0, 1],
    ]);
    const { perAnchor } = contrast({ similarities, positives: tf.eye(2), temperature: 1 });
    expect(perAnchor.dataSync()[0]).toBeNaN();
    expect(perAnchor.dataSync()[1]).not.toBeNaN();
  });
});
