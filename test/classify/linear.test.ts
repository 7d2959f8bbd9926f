import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { linearClassifier, linearHead } from "../../src/classify";
import { fromRows, matrix, Random } from "../../src/core";
import { startEngine } from "../../src/engine";

beforeAll(async () => {
  await startEngine();
});

const random = new Random(3);
const centres = [
  [2, 0, 0],
  [0, 2, 0],
  [0, 0, 2],
];
const labels = Array.from({ length: 90 }, (_, index) => index % 3);
const train = matrix(
  Float32Array.from(labels.flatMap((c) => centres[c]!.map((x) => x + random.normal()))),
  90,
  3,
);

describe("the linear classifier", () => {
  it.each([true, false])(
    "is at its optimum: the gradient of its objective vanishes (standardise %s)",
    (standardise) => {
      const { fitted } = linearClassifier({ l2: 0.01, standardise }).fit(train, labels);
      expect(fitted.hasConverged).toBe(true);
      expect(fitted.iterations).toBeLessThan(100);
    },
  );

  it("finds the same minimum as plain gradient descent", () => {
    const l2 = 0.1;
    const { fitted } = linearClassifier({ l2, standardise: false }).fit(train, labels);
    const w = tf.variable(tf.zeros([3, 3]));
    const b = tf.variable(tf.zeros([3]));
    const x: tf.Tensor2D = tf.tensor2d(train.data, [90, 3]);
    const gold = tf.oneHot(tf.tensor1d(labels, "int32"), 3);
    const loss = () => {
      const logits = tf.add(tf.matMul(x, w as tf.Tensor2D), b);
      return tf.add<tf.Scalar>(
        tf.losses.softmaxCrossEntropy(gold, logits),
        tf.mul(tf.sum(tf.square(w)), l2 / 2),
      );
    };
    const descent = tf.train.sgd(0.5);
    for (let i = 0; i < 400; i++) descent.minimize(loss);
    expect(fitted.loss).toBeCloseTo(loss().dataSync()[0]!, 4);
  });

  it("tells classes apart, gives probabilities that sum to one, and keeps names", () => {
    const names = labels.map((c) => ["a", "b", "c"][c]!);
    const fitted = linearClassifier().fit(train, names);
    expect(fitted.score(train, names)).toBeGreaterThan(0.75);
    const sums = Array.from({ length: 90 }, (_, i) =>
      fitted
        .probabilities(train)
        .subarray(3 * i, 3 * i + 3)
        .reduce((a, p) => a + p, 0),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    expect(fitted.predict(fromRows([[9, 0, 0]]))).toEqual(["a"]);
  });

  it("takes one class, constant features and a separable set without harm", () => {
    expect(
      linearClassifier()
        .fit(
          fromRows([
            [1, 1],
            [2, 1],
          ]),
          ["x", "x"],
        )
        .predict(fromRows([[5, 5]])),
    ).toEqual(["x"]);
    const separable = linearClassifier({ l2: 0 }).fit(
      fromRows([
        [-1, 3],
        [1, 3],
      ]),
      [0, 1],
    );
    expect(
      separable.predict(
        fromRows([
          [-2, 3],
          [2, 3],
        ]),
      ),
    ).toEqual([0, 1]);
  });

  it("refuses options out of range, and leaks no tensor", () => {
    expect(() => linearClassifier({ l2: -1 })).toThrow("l2 of the linear classifier is -1");
    expect(() => linearClassifier({ iterations: 0 })).toThrow("iterations");
    const before = tf.memory().numTensors;
    const fitted = linearClassifier().fit(train, labels);
    fitted.predict(train);
    expect(() => fitted.predict(fromRows([[1]]))).toThrow("expected [any, 3]");
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("the linear head", () => {
  it("computes x W^T + b and can be trained", () => {
    const head = linearHead({ inputs: 3, outputs: 2, random: new Random(1) });
    const [weight, bias] = head.parameters;
    expect([weight!.name, bias!.name]).toEqual(["head.weight", "head.bias"]);
    expect([weight!.isDecayed, bias!.isDecayed]).toEqual([true, false]);
    weight!.assign(Float32Array.from([1, 2, 3, 4, 5, 6]));
    bias!.assign(Float32Array.from([0.5, -0.5]));
    const logits = tf.tidy(() =>
      head
        .logits(
          tf.tensor2d([
            [1, 1, 1],
            [1, 0, -1],
          ]),
        )
        .arraySync(),
    );
    expect(logits).toEqual([
      [6.5, 14.5],
      [-1.5, -2.5],
    ]);
    head.dispose();
  });

  it("starts within 1/sqrt(inputs), the same for the same seed, another for another name", () => {
    const values = (name: string) => {
      const head = linearHead({ inputs: 16, outputs: 8, random: new Random(1), name });
      const data = head.parameters.flatMap((parameter) => Array.from(parameter.data()));
      head.dispose();
      return data;
    };
    expect(values("head")).toEqual(values("head"));
    expect(values("head")).not.toEqual(values("other"));
    expect(Math.max(...values("head").map(Math.abs))).toBeLessThanOrEqual(0.25);
    expect(Math.max(...values("head").map(Math.abs))).toBeGreaterThan(0.2);
  });

  it("says what does not fit, and frees what it made", () => {
    const before = tf.memory().numTensors;
    const head = linearHead({ inputs: 3, outputs: 2, random: new Random(1), initial: "normal" });
    expect(() => tf.tidy(() => head.logits(tf.ones([2, 4])))).toThrow(
      "the input of a linear head has shape [2, 4], expected [any, 3]",
    );
    expect(() => linearHead({ inputs: 0, outputs: 2, random: new Random(1) })).toThrow(
      "inputs of a linear head is 0",
    );
    head.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
