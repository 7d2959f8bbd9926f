import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fromRows, OptionError, Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import {
  cappedPairs,
  fineTuning,
  type FineTuneObjective,
} from "../../../src/papers/mccl/fine-tuning/fine-tune-task";
import {
  byHead,
  nearestCentre,
  nearestPairs,
  relationsOf,
  type EmbeddedPairs,
} from "../../../src/papers/mccl/inference/predictions";
import {
  coarse,
  labelledPairs,
  pairScheme,
  shareOfPairs,
  type LabelledPair,
  type LabelledPairs,
} from "../../../src/papers/mccl/pairs/labelled-pairs";
import { train } from "../../../src/train";
import { smallDocuments, smallModel } from "./small-world";

beforeAll(() => startEngine());

const set = smallDocuments(24);
const single = labelledPairs(set, pairScheme(set, { isMultiLabel: false, byTypes: false }));
const multi = labelledPairs(set, pairScheme(set, { isMultiLabel: true, byTypes: false }));
const OBJECTIVE: FineTuneObjective = {
  loss: "mccl",
  memberTemperature: 0.2,
  temperature: 0.2,
  proxies: 1,
  supConTemperature: 0.05,
};

describe("labelled pairs", () => {
  it("are all ordered pairs with their relations, NA being 0", () => {
    expect(single.relations).toEqual(["NA", "near", "owns"]);
    const wanted = set.items.reduce((sum, { entities }) => sum + entities.length * (entities.length - 1), 0);
    expect(single.pairs.length).toBe(wanted);
    const related = single.pairs.filter(({ labels }) => labels.length > 0).length;
    expect(related).toBe(set.items.reduce((sum, { relations }) => sum + relations.length, 0));
  });

  it("are unordered where all relations are, and of types that training joins", () => {
    const undirected = set.map((document) => ({
      ...document,
      relations: document.relations.map((relation) => ({ ...relation, isUndirected: true })),
    }));
    const scheme = pairScheme(undirected, { isMultiLabel: false, byTypes: true });
    expect(scheme.isOrdered).toBe(false);
    for (const { document, head, tail } of labelledPairs(undirected, scheme).pairs) {
      const { entities } = undirected.items[document]!;
      expect([entities[head]!.type, entities[tail]!.type]).toEqual(["A", "B"]);
    }
  });

  it("keep gold pairs of types that training does not join, as pairs that are not asked about", () => {
    const scheme = pairScheme(set, { isMultiLabel: false, byTypes: true });
    const odd = set.map((document) => ({
      ...document,
      entities: document.entities.map((entity) => ({ ...entity, type: "C" })),
    }));
    const { pairs } = labelledPairs(odd, scheme);
    expect(pairs.length).toBe(odd.items.reduce((sum, { relations }) => sum + relations.length, 0));
    expect(pairs.every(({ isCandidate }) => !isCandidate)).toBe(true);
  });

  it("give nested shares of the right size, the same for the same seed", () => {
    const sizes = [0.01, 0.05, 0.1, 1].map((share) => shareOfPairs(single, share, 3).pairs);
    sizes.forEach((pairs, at) => {
      const share = [0.01, 0.05, 0.1, 1][at]!;
      expect(pairs.length).toBe(Math.max(1, Math.round(share * single.pairs.length)));
      if (at > 0) expect(sizes[at]).toEqual(expect.arrayContaining([...sizes[at - 1]!]));
    });
    expect(shareOfPairs(single, 0.1, 3)).toEqual(shareOfPairs(single, 0.1, 3));
    expect(shareOfPairs(single, 0.1, 4).pairs).not.toEqual(sizes[2]);
    expect(() => shareOfPairs(single, 0, 3)).toThrow(OptionError);
  });

  it("become one relation in the coarse setting", () => {
    const { relations, pairs } = coarse(single);
    expect(relations).toEqual(["NA", "related"]);
    pairs.forEach(({ labels }, at) => expect(labels).toEqual(single.pairs[at]!.labels.length > 0 ? [1] : []));
  });
});

describe("cappedPairs", () => {
  const pair = (index: number, labels: number[]): LabelledPair => ({
    document: 0,
    head: index,
    tail: 0,
    labels,
    isCandidate: true,
  });
  const pairs = Array.from({ length: 50 }, (_, index) => pair(index, index % 10 === 0 ? [1] : []));

  it("keeps every pair with a relation and as many others as fit", () => {
    const kept = cappedPairs(pairs, 20, new Random(1));
    expect(kept.length).toBe(20);
    expect(kept.filter(({ labels }) => labels.length > 0).length).toBe(5);
    expect(cappedPairs(pairs, 50, new Random(1))).toBe(pairs);
    expect(cappedPairs(pairs, 3, new Random(1)).length).toBe(3);
  });
});

async function tuned(data: LabelledPairs, objective: FineTuneObjective, steps = 2) {
  const model = await smallModel();
  const tuning = fineTuning(model, data, { objective, pairsPerBatch: 64 }, new Random(1));
  const losses: number[] = [];
  const options = { batchSize: 8, steps, rate: 2e-3, warmup: 0, random: new Random(2) };
  for await (const { loss } of train(tuning.task, options)) losses.push(loss);
  return { model, tuning, losses };
}

describe("fineTuning", () => {
  it.each([
    ["ce", single],
    ["ce", multi],
    ["supcon", single],
    ["mccl", single],
    ["mccl", multi],
  ] as const)("%s has a finite loss and leaks nothing", async (loss, data) => {
    const before = tf.memory().numTensors;
    const { model, tuning, losses } = await tuned(data, { ...OBJECTIVE, loss });
    expect(losses.every(Number.isFinite)).toBe(true);
    tuning.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("learns with MCCL, biases and proxies included", async () => {
    const { model, tuning, losses } = await tuned(single, OBJECTIVE, 40);
    const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.9 * mean(losses.slice(0, 4)));
    expect(tuning.bias!.data().some((value) => value !== 0)).toBe(true);
    tuning.dispose();
    model.dispose();
  });

  it("works without proxies and with several, and with a cut that hides pairs", async () => {
    for (const proxies of [0, 3]) {
      const { model, tuning, losses } = await tuned(single, { ...OBJECTIVE, proxies });
      expect(losses.every(Number.isFinite)).toBe(true);
      tuning.dispose();
      model.dispose();
    }
    const model = await smallModel(0, { maxLength: 10 });
    const tuning = fineTuning(model, single, { objective: OBJECTIVE, pairsPerBatch: 64 }, new Random(1));
    for await (const { loss } of train(tuning.task, { batchSize: 2, steps: 2, random: new Random(2) }))
      expect(Number.isFinite(loss)).toBe(true);
    tuning.dispose();
    model.dispose();
  });

  it("refuses SupCon with several labels and odd options", async () => {
    const model = await smallModel();
    const make = (data: LabelledPairs, change: Partial<FineTuneObjective>) => () =>
      fineTuning(model, data, { objective: { ...OBJECTIVE, ...change }, pairsPerBatch: 9 }, new Random(1));
    expect(make(multi, { loss: "supcon" })).toThrow(OptionError);
    expect(make(single, { loss: "nce" as never })).toThrow('"nce"');
    expect(make(single, { proxies: -1 })).toThrow("proxies");
    model.dispose();
  });
});

/** Pairs with given vectors; labels as given, one document. */
function embedded(rows: readonly (readonly [number[], number[]])[], hidden: number[] = []): EmbeddedPairs {
  return {
    vectors: fromRows(rows.map(([vector]) => vector)),
    pairs: rows.map(([, labels], head) => ({ document: 0, head, tail: 0, labels, isCandidate: true })),
    isVisible: rows.map((_, row) => !hidden.includes(row)),
  };
}

describe("inference", () => {
  const options = { relations: 4, isMultiLabel: false };
  const train = embedded([
    [[1, 0], []],
    [[0.9, 0.1], []],
    [[0, 1], [1]],
    [[0.2, 1], [1]],
    [[-1, 0], [2]],
    [
      [-1, -1],
      [1, 2],
    ],
  ]);
  const queries = embedded([
    [[1, 0.05], []],
    [[0.1, 1], []],
    [[-1, 0.1], []],
    [[-1, -0.8], []],
  ]);

  it("is, for one neighbour, the relation of the nearest pair; never one without training pair", () => {
    expect(nearestPairs(train, queries, [1], options)).toEqual([[[], [1], [2], [1]]]);
    const multiLabel = { ...options, isMultiLabel: true };
    expect(nearestPairs(train, queries, [1], multiLabel)).toEqual([[[], [1], [1, 2], [1, 2]]]);
  });

  it("adds the biases that were learnt", () => {
    expect(nearestPairs(train, queries, [1], options, [0, 5, 0, 9])).toEqual([[[1], [1], [1], [1]]]);
  });

  it("finds the nearest centroid", () => {
    const one = embedded([
      [[1, 0], []],
      [[0, 1], [1]],
      [[-1, 0], [2]],
    ]);
    expect(nearestCentre(one, queries, options)).toEqual([[], [1], [2], [2]]);
  });

  it("predicts NA where a pair is not visible or no candidate", () => {
    const blind = embedded([[[0, 1], []]], [0]);
    expect(nearestPairs(train, blind, [1, 2], options)).toEqual([[[]], [[]]]);
    expect(() => nearestPairs(blind, queries, [1], options)).toThrow(OptionError);
  });

  it("takes the best of one, or all above NA of several", () => {
    const scores = [0.1, 0.5, 0.4, NaN, 0.9, 0.2, 0.1, 0.3, NaN, 0.2, 0.1, NaN];
    expect(relationsOf(scores, options)).toEqual([[1], [], [1]]);
    expect(relationsOf(scores, { ...options, isMultiLabel: true })).toEqual([[1, 2], [], [1, 2]]);
  });

  it("asks a head for its scores", () => {
    const head = {
      parameters: [],
      dispose: () => undefined,
      logits: (x: tf.Tensor2D) => tf.concat([tf.zerosLike(x), x], 1) as tf.Tensor2D,
    };
    expect(byHead(head, queries, options)).toEqual([[2], [3], [3], []]);
    expect(byHead(head, embedded([]), options)).toEqual([]);
  });
});
