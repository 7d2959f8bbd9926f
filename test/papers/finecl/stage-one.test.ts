import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { DocumentModel } from "../../../src/papers/finecl/documents/document-model";
import { pairData, rightInstances } from "../../../src/papers/finecl/documents/instances";
import { OrderTask, scoresOf, withNoneRatio } from "../../../src/papers/finecl/order/order-task";
import {
  binaryCrossEntropy,
  distanceBucket,
  PairClassifier,
} from "../../../src/papers/finecl/documents/pair-classifier";
import { train } from "../../../src/train";
import { smallDocuments, smallEncoderFolder } from "../mccl/small-world";

beforeAll(() => startEngine());

const provenance = { data: "small", encoder: "small", seed: 0, steps: [] };

describe("stage 1", () => {
  it("notes both orders, gives the same again, and leaves no tensor", async () => {
    const before = tf.memory().numTensors;
    const run = async () => {
      const model = await DocumentModel.load(smallEncoderFolder(), new Random(1), { maxLength: 64 });
      const data = pairData(smallDocuments(24));
      const classifier = new PairClassifier(model, data.relations.length, new Random(2));
      const task = new OrderTask(classifier, data, { noneRatio: 3, identity: "test" });
      const options = { random: new Random(3), epochs: 3, batchSize: 8, rate: 1e-3 };
      for await (const event of train(task, options)) expect(event.loss).toBeGreaterThan(0);
      task.finish(3);
      const asked: number[] = [];
      scoresOf(
        classifier,
        data,
        ({ labels }) => labels.length > 0,
        (_, scores) => asked.push(scores.length),
      );
      const orders = (["batch", "epoch"] as const).map((form) => task.notes.order(form, 3, provenance));
      const restored = new OrderTask(classifier, data, { noneRatio: 3, identity: "test" });
      restored.restore(task.state());
      expect(restored.notes.order("batch", 3, provenance)).toEqual(orders[0]);
      classifier.dispose();
      model.dispose();
      return { orders, asked, data };
    };
    const { orders, asked, data } = await run();
    const labelled = data.pairs.flat().reduce((sum, { labels }) => sum + labels.length, 0);
    expect(asked).toEqual(new Array(labelled).fill(3));
    for (const { instances, epochs } of orders) {
      expect(instances.length).toBe(labelled);
      expect(instances.some(({ epoch }) => epoch !== null)).toBe(true);
      for (const { epoch } of instances) expect(epoch ?? 1).toBeLessThanOrEqual(epochs);
    }
    expect((await run()).orders).toEqual(orders);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("keeps all labelled pairs and three others for each", () => {
    const pair = (labels: number[]) => ({ document: 0, head: 0, tail: 1, labels });
    const pairs = [pair([1]), ...Array.from({ length: 9 }, () => pair([]))];
    expect(withNoneRatio(pairs, 3, new Random(1)).length).toBe(4);
    expect(rightInstances(pairData(smallDocuments(2)))).toBeUndefined();
  });
});

describe("the pair classifier", () => {
  it("buckets distances by sign and power of two", () => {
    expect([0, 1, 3, 4, -1, -600].map(distanceBucket)).toEqual([11, 12, 13, 14, 10, 1]);
  });

  it("has the binary cross-entropy of a plain loop, also for large scores", () => {
    const [x, y] = [
      [0.3, -2, 90, -90],
      [1, 0, 1, 1],
    ];
    const wanted = x!.map((score, at) =>
      y![at] ? Math.log1p(Math.exp(-score)) : Math.log1p(Math.exp(score)),
    );
    const got = tf.tidy(() => binaryCrossEntropy(tf.tensor2d([x!]), tf.tensor2d([y!])).dataSync()[0]!);
    expect(got).toBeCloseTo(wanted.reduce((a, b) => a + b) / 4, 4);
  });
});
