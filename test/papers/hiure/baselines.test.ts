import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { DataError, fromRows, matrix, Random } from "../../../src/core";
import { buildWorld } from "../../../src/data";
import { gradients, startEngine } from "../../../src/engine";
import { scoreClusters } from "../../../src/metrics";
import { entityTypePairs, haveTypes } from "../../../src/papers/hiure/baselines/entity-types";
import { LinkPredictor } from "../../../src/papers/hiure/baselines/link-prediction";
import { typeClassifier } from "../../../src/papers/hiure/baselines/link-trained";
import {
  adaptiveClusters,
  softAssignment,
  targetDistribution,
} from "../../../src/papers/hiure/baselines/self-ore";
import { unitRows } from "../../../src/papers/hiure/exemplars";

beforeAll(() => startEngine());

const sentences = buildWorld({ seed: 5, unlabelled: { train: 120, dev: 0, test: 0 } }).unlabelled().items;
const relations = sentences.map(({ relation }) => relation!);

describe("EType", () => {
  it("puts sentences with the same pair of types together, and no others", () => {
    const clusters = entityTypePairs(sentences);
    const pairs = sentences.map(({ head, tail }) => `${head.type}/${tail.type}`);
    expect(scoreClusters(pairs, clusters).ari).toBe(1);
  });

  it("needs types", () => {
    const { head, ...rest } = sentences[0]!;
    const bare = { ...rest, head: { start: head.start, end: head.end } };
    expect(haveTypes([bare])).toBe(false);
    expect(() => entityTypePairs([bare])).toThrow(DataError);
  });
});

describe("the link predictor", () => {
  let predictor: LinkPredictor;
  beforeAll(async () => {
    await startEngine();
    predictor = new LinkPredictor({
      entities: 6,
      relations: 3,
      dim: 4,
      negatives: 2,
      random: new Random(1),
    });
  });
  const pairs = { heads: Int32Array.of(0, 1, 2), tails: Int32Array.of(3, 4, 5) };
  const answers = [
    [0.7, 0.2, 0.1],
    [0.1, 0.8, 0.1],
    [0.3, 0.3, 0.4],
  ];
  const terms = () => predictor.terms({ ...pairs, answers: tf.tensor2d(answers) }, new Random(9));

  it("is the loss written out", () => {
    const [entities, rescal, left, right] = predictor.parameters.map((one) => one.data());
    const vector = (table: Float32Array, at: number): number[] => [...table.subarray(4 * at, 4 * at + 4)];
    const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
    const score = (h: number, t: number, p: number[]): number =>
      p.reduce((sum, share, r) => {
        const [x, y] = [vector(entities!, h), vector(entities!, t)];
        const matrixTimes = x.map((_, i) => dot(vector(rescal!, 4 * r + i), y));
        return sum + share * (dot(x, matrixTimes) + dot(x, vector(left!, r)) + dot(y, vector(right!, r)));
      }, 0);
    const draw = (name: string): number[] => {
      const own = new Random(9).fork(name);
      return Array.from({ length: 6 }, () => own.integer(6));
    };
    const [heads, tails] = [draw("heads"), draw("tails")];
    const softplus = (x: number): number => Math.log1p(Math.exp(x));
    const each = answers.map((p, i) => {
      const [h, t] = [pairs.heads[i]!, pairs.tails[i]!];
      const wrong = [0, 1].map(
        (k) => softplus(score(heads[2 * i + k]!, t, p)) + softplus(score(h, tails[2 * i + k]!, p)),
      );
      return 2 * softplus(-score(h, t, p)) + wrong[0]! + wrong[1]!;
    });
    const entropy = (p: number[]): number => p.reduce((sum, v) => sum - v * Math.log(v), 0);
    const mean = [0, 1, 2].map((r) => answers.reduce((sum, p) => sum + p[r]! / 3, 0));
    const [links, single, spread] = terms().map(({ value }) => value.dataSync()[0]!);
    expect(links).toBeCloseTo(
      each.reduce((sum, v) => sum + v / 3, 0),
      4,
    );
    expect(single).toBeCloseTo(
      answers.reduce((sum, p) => sum + entropy(p) / 3, 0),
      5,
    );
    expect(spread).toBeCloseTo(Math.log(3) - entropy(mean), 5);
  });

  it("has the gradient of finite differences", () => {
    const total = (): tf.Scalar =>
      terms()
        .map(({ value, weight }) => value.mul(weight))
        .reduce((a, b) => a.add(b)) as tf.Scalar;
    const { gradients: slopes } = gradients(total, predictor.parameters);
    for (const parameter of predictor.parameters) {
      const slope = slopes.get(parameter)!.dataSync();
      const data = parameter.data();
      for (const at of [0, 3, data.length - 1]) {
        const shifted = (by: number): number => {
          const next = data.slice();
          next[at]! += by;
          parameter.assign(next);
          return total().dataSync()[0]!;
        };
        const wanted = (shifted(1e-2) - shifted(-1e-2)) / 2e-2;
        parameter.assign(data);
        expect(slope[at]).toBeCloseTo(wanted, 3);
      }
    }
  });

  it("teaches a classifier of types that beats chance", async () => {
    const training = { relations: 10, epochs: 20, batchSize: 32, rate: 5e-3, dispersion: 1 };
    const labels = await typeClassifier(sentences, training, new Random(2));
    expect(scoreClusters(relations, labels).ari).toBeGreaterThan(0.1);
  });
});

describe("SelfORE", () => {
  it("assigns by Student's t, and sharpens", () => {
    const q = softAssignment(tf.tensor2d([[0], [3]]), tf.tensor2d([[0], [1]]));
    const wanted = [2 / 3, 1 / 3, 0.1 / 0.3, 0.2 / 0.3];
    q.dataSync().forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5));
    const p = targetDistribution(
      tf.tensor2d([
        [0.9, 0.1],
        [0.6, 0.4],
      ]),
    ).arraySync();
    const [a, b] = [0.81 / 1.5, 0.01 / 0.5];
    expect(p[0]![0]).toBeCloseTo(a / (a + b), 5);
    expect(p[0]![0]! + p[0]![1]!).toBeCloseTo(1, 6);
  });

  it("finds groups that are there", async () => {
    const random = new Random(4);
    const groups = Array.from({ length: 60 }, (_, index) => index % 3);
    const data = Float32Array.from(
      groups.flatMap((group) =>
        Array.from({ length: 6 }, (_, at) => (at % 3 === group ? 2 : 0) + 0.1 * random.normal()),
      ),
    );
    const settings = {
      clusters: 3,
      loops: 0,
      epochs: 1,
      batchSize: 16,
      rate: 1e-4,
      inner: 16,
      latent: 4,
      fitSteps: 100,
      clusterSteps: 30,
    };
    const labels = await adaptiveClusters(matrix(data, 60, 6), settings, new Random(1));
    expect(scoreClusters(groups.map(String), labels).ari).toBeGreaterThan(0.9);
  });

  it("brings groups out of unit vectors by sharpening", async () => {
    const random = new Random(5);
    const groups = Array.from({ length: 240 }, (_, index) => index % 6);
    const points = unitRows(
      fromRows(
        groups.map((group) =>
          Array.from({ length: 48 }, (_, at) => 1 + (at % 6 === group ? 0.7 : 0) + 0.5 * random.normal()),
        ),
      ),
    );
    const settings = { clusters: 6, loops: 0, epochs: 1, batchSize: 16, rate: 1e-4, inner: 48, latent: 8 };
    const after = async (clusterSteps: number) => {
      const steps = { fitSteps: 100, clusterSteps };
      const labels = await adaptiveClusters(points, { ...settings, ...steps }, new Random(1));
      return scoreClusters(groups.map(String), labels).vMeasure;
    };
    expect(await after(60)).toBeGreaterThan((await after(1)) + 0.12);
  });
});
