import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { pairData } from "../../../src/papers/finecl/documents/instances";
import { PairClassifier } from "../../../src/papers/finecl/documents/pair-classifier";
import { bothWays, PlainReader } from "../../../src/papers/finecl/documents/plain-reader";
import { OrderTask } from "../../../src/papers/finecl/order/order-task";
import { train } from "../../../src/train";
import { smallDocuments, smallEncoderFolder } from "../mccl/small-world";

beforeAll(() => startEngine());

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One direction of an LSTM by the book; `inputs` `[length][4 n]`, `recurrent` `[n][4 n]`. */
function oneWay(
  inputs: readonly (readonly number[])[],
  recurrent: readonly (readonly number[])[],
): number[][] {
  const n = recurrent.length;
  let [state, cell] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  return inputs.map((input) => {
    const gate = input.map((x, j) => x + state.reduce((sum, h, i) => sum + h * recurrent[i]![j]!, 0));
    cell = cell.map((c, i) => sigmoid(gate[n + i]!) * c + sigmoid(gate[i]!) * Math.tanh(gate[3 * n + i]!));
    state = cell.map((c, i) => sigmoid(gate[2 * n + i]!) * Math.tanh(c));
    return state;
  });
}

describe("the LSTM from both ends", () => {
  it("is that of a plain loop, padding left out", () => {
    const random = new Random(1);
    const [batch, length, n] = [2, 4, 3];
    const lengths = [4, 2];
    const list = (size: number): number[] => Array.from({ length: size }, () => random.normal());
    // as the words are: the backward part turned round, its padding first
    const forwards = lengths.map(() => Array.from({ length }, () => list(4 * n)));
    const backwards = lengths.map(() => Array.from({ length }, () => list(4 * n)));
    const recurrent = [0, 1].map(() => Array.from({ length: n }, () => list(4 * n)));
    const mask = Float32Array.from([
      ...lengths.flatMap((own) => Array.from({ length }, (_, at) => (at < own ? 1 : 0))),
      ...lengths.flatMap((own) => Array.from({ length }, (_, at) => (at >= length - own ? 1 : 0))),
    ]);
    const turned = backwards.map((own) => [...own].reverse());
    const got = tf.tidy(() => {
      const inputs = tf.tensor([forwards, turned], [2, batch, length, 4 * n]) as tf.Tensor4D;
      return bothWays(inputs, tf.tensor3d(recurrent), mask).arraySync();
    });
    lengths.forEach((own, row) => {
      const there = oneWay(forwards[row]!.slice(0, own), recurrent[0]!);
      const back = oneWay(backwards[row]!.slice(0, own).reverse(), recurrent[1]!).reverse();
      for (let at = 0; at < length; at++) {
        const wanted = at < own ? [...there[at]!, ...back[at]!] : new Array<number>(2 * n).fill(0);
        wanted.forEach((value, i) => expect(got[row]![at]![i]).toBeCloseTo(value, 5));
      }
    });
  });
});

describe("documents without an encoder", () => {
  it.each(["cnn", "bilstm"] as const)("are learned by a %s", async (kind) => {
    const before = tf.memory().numTensors;
    const data = pairData(smallDocuments(12));
    const reader = new PlainReader(smallEncoderFolder(), kind, new Random(1), 64);
    const classifier = new PairClassifier(reader, data.relations.length, new Random(2));
    const task = new OrderTask(classifier, data, { noneRatio: 3, identity: kind });
    const found: number[] = [];
    for await (const { loss } of train(task, { random: new Random(3), steps: 12, batchSize: 6, rate: 3e-3 }))
      found.push(loss);
    expect(found.at(-1)!).toBeLessThan(0.9 * found[0]!);
    classifier.dispose();
    reader.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
