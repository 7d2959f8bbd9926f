import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { KeyQueue } from "../../src/contrast";
import { withEngine } from "./numbers";

withEngine();

describe("the key queue", () => {
  it("keeps the last keys, oldest first, also when a batch is larger than the queue", () => {
    const queue = new KeyQueue(3, 2);
    expect(queue.length).toBe(0);
    queue.push(
      tf.tensor2d([
        [1, 1],
        [2, 2],
      ]),
    );
    queue.push(
      tf.tensor2d([
        [3, 3],
        [4, 4],
      ]),
    );
    expect(queue.tensor().arraySync()).toEqual([
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    queue.push(
      tf.tensor2d([
        [5, 5],
        [6, 6],
        [7, 7],
        [8, 8],
      ]),
    );
    expect(queue.tensor().arraySync()).toEqual([
      [6, 6],
      [7, 7],
      [8, 8],
    ]);
  });

  it("goes on from its state", () => {
    const [queue, other] = [new KeyQueue(3, 2), new KeyQueue(3, 2)];
    queue.push(
      tf.tensor2d([
        [1, 1],
        [2, 2],
      ]),
    );
    other.restore(queue.state);
    for (const one of [queue, other])
      one.push(
        tf.tensor2d([
          [3, 3],
          [4, 4],
        ]),
      );
    expect(other.state).toEqual(queue.state);
  });

  it("says what does not fit", () => {
    expect(() => new KeyQueue(0, 2)).toThrow("size of a key queue is 0");
    expect(() => new KeyQueue(3, 2).push(tf.ones([2, 3]))).toThrow(
      "the keys of a queue has shape [2, 3], expected [any, 2]",
    );
    expect(() => new KeyQueue(3, 2).restore(new Float32Array(7))).toThrow("the state of a key queue");
  });

  it("holds no tensor", () => {
    const keys: tf.Tensor2D = tf.ones([2, 2]);
    const before = tf.memory().numTensors;
    new KeyQueue(3, 2).push(keys);
    expect(tf.memory().numTensors).toBe(before);
  });
});
