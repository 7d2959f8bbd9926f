import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DataError, OptionError, Random } from "../../../src/core";
import {
  cumulativeJaccard,
  cumulativeShares,
  epochsUntil,
  firstEpochs,
  firstLearned,
  learnedShareByRelation,
  newlyLearned,
  singleJaccard,
  type LearningOrder,
} from "../../../src/papers/finecl/order/learning-order";
import { areaUnderRoc, labelAccuracy, orderScores } from "../../../src/papers/finecl/order/noise-detection";
import { readOrder, writeOrder } from "../../../src/papers/finecl/order/order-file";
import { orderWeight, orderWeights } from "../../../src/papers/finecl/order/order-weights";
import { upSample } from "../../../src/papers/finecl/order/up-sampling";
import { eachCase, fixtureEntry, worstError } from "../../support/fixtures";

const FILE = "optimisation/learning_order.json";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-finecl-order-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function orderOf(
  epochs: readonly (number | null)[],
  total: number,
  relations?: readonly string[],
): LearningOrder {
  return {
    epochs: total,
    instances: epochs.map((epoch, at) => ({ id: `i${at}`, relation: relations?.[at] ?? "r", epoch })),
    provenance: { data: "test", encoder: "none", form: "batch", seed: 0, steps: [] },
  };
}

interface WeightCase {
  readonly inputs: { readonly k: readonly number[] };
  readonly params: {
    readonly alpha?: number;
    readonly k_min?: number;
    readonly k_max?: number;
    readonly truncate_at?: number;
  };
  readonly expected: { readonly weight: readonly number[] };
}

eachCase<WeightCase>(
  FILE,
  ({ inputs: { k }, params: { alpha, k_min, k_max, truncate_at }, expected }) => {
    const weights =
      truncate_at === undefined
        ? k.map((epoch) => orderWeight(epoch, k_min!, k_max!, alpha))
        : k.map((_, at) => orderWeights(orderOf(k, k.length), { truncateAt: truncate_at }).of(`i${at}`));
    expect(worstError(weights, expected.weight)).toBeLessThan(1e-6);
  },
  "weights",
);

interface OrderEntry {
  readonly inputs: {
    readonly gold: readonly number[];
    readonly predictions_by_epoch: readonly (readonly number[])[];
    readonly predictions_by_epoch_second_model: readonly (readonly number[])[];
  };
  readonly expected: Readonly<Record<string, unknown>>;
}

describe("a learning order", () => {
  it("counts what the stored predictions give", () => {
    const { inputs, expected } = fixtureEntry<OrderEntry>(FILE, "order");
    const names = inputs.gold.map(String);
    const first = firstLearned(inputs.gold, inputs.predictions_by_epoch);
    const second = firstLearned(inputs.gold, inputs.predictions_by_epoch_second_model);
    expect(first).toEqual(expected["first_learned_epoch"]);
    expect(second).toEqual(expected["first_learned_epoch_second_model"]);
    const [one, other] = [orderOf(first, 6, names), orderOf(second, 6, names)];
    expect(newlyLearned(one)).toEqual(expected["newly_learned_by_epoch"]);
    expect(first.filter((epoch) => epoch === null).length).toBe(expected["never_learned"]);
    expect(worstError(cumulativeShares(one), expected["cumulative_share"])).toBeLessThan(1e-8);
    const shares = learnedShareByRelation(one);
    const byClass = [0, 1, 2, 3, 4].map((label) => shares.get(String(label))!);
    expect(worstError(byClass, expected["learned_share_by_class"])).toBeLessThan(1e-8);
    expect(worstError(cumulativeJaccard(one, other), expected["jaccard_of_unions_by_epoch"])).toBeLessThan(
      1e-8,
    );
    expect(worstError(singleJaccard(one, other), expected["jaccard_of_single_epochs"])).toBeLessThan(1e-8);
  });

  it("tells how many first epochs hold a share, all of them where none do", () => {
    const order = orderOf([1, 2, 2, null], 4);
    expect([0.25, 0.3, 0.75, 0.8].map((share) => epochsUntil(order, share))).toEqual([1, 2, 2, 4]);
  });

  it("ends where stage 1 is said to have ended", () => {
    const early = firstEpochs(orderOf([1, 2, 3, null], 3), 2);
    expect(early.instances.map(({ epoch }) => epoch)).toEqual([1, 2, null, null]);
    expect([early.epochs, early.provenance.steps]).toEqual([2, ["firstEpochs(2)"]]);
    expect(orderWeights(early).of("i2")).toBe(1);
    expect(() => firstEpochs(early, 3)).toThrow(/1 to the 2/);
  });

  it("is compared on the instances that both have", () => {
    const two = orderOf([1, 2, 1, 2], 2);
    expect(cumulativeJaccard(orderOf([1, 1], 2), two)).toEqual([0.5, 1]);
  });

  it("goes into a file and out of it unchanged", () => {
    const file = path.join(folder, "order.json");
    const order = orderOf([1, null, 2], 3, ["a", "b\n", "a"]);
    writeOrder(file, order);
    expect(readOrder(file)).toEqual(order);
    expect(fs.readdirSync(folder)).toEqual(["order.json"]);
  });

  it("is refused where the file is none, has a wrong epoch, or names an instance twice", () => {
    const file = path.join(folder, "bad.json");
    const write = (text: string) => fs.writeFileSync(file, text);
    const start = '"format":"relata-learning-order","version":1,"epochs":3';
    const head = `${start},"provenance":{"data":"d","encoder":"e","form":"batch","seed":0,"steps":[]}`;
    write("{");
    expect(() => readOrder(file)).toThrow(DataError);
    write('{"format":"other"}');
    expect(() => readOrder(file)).toThrow(/format is "other"/);
    write(`{${start},"provenance":{"data":"d"},"instances":[]}`);
    expect(() => readOrder(file)).toThrow(/provenance/);
    write(`{${head},"instances":[["a","r",4]]}`);
    expect(() => readOrder(file)).toThrow(/instance 0 .* epoch from 1 to 3/);
    write(`{${head},"instances":[["a","r",1],["a","r",2]]}`);
    expect(() => readOrder(file)).toThrow(/"a" comes twice/);
  });
});

describe("weights of an order", () => {
  it("fall from e in the first epoch to 1 for what was never learned", () => {
    const weights = orderWeights(orderOf([1, 2, 15, null], 15));
    expect(weights.of("i0")).toBeCloseTo(Math.E, 12);
    expect(weights.of("i1")).toBeLessThan(weights.of("i0"));
    expect(weights.of("i2")).toBeGreaterThan(1);
    expect([weights.of("i3"), weights.of("unknown"), weights.none]).toEqual([1, 1, 1]);
  });

  it("have the released code's choices as options", () => {
    const weights = orderWeights(orderOf([1, 5, null], 15), {
      truncateAt: 5,
      dropUnlearned: true,
      naScore: 0.5,
    });
    expect([weights.of("i1"), weights.of("i2")]).toEqual([1, 0]);
    expect(weights.none).toBeCloseTo(Math.exp(0.5), 12);
    expect(() => orderWeights(orderOf([1], 2), { alpha: 0.5 })).toThrow(OptionError);
  });
});

describe("up-sampling", () => {
  it("gives half of a rare relation's instances an epoch of its own distribution, and leaves others alone", () => {
    const epochs = [3, null, null, null, null, null, 1, 2, null];
    const relations = [..."aaaaaabbb"];
    const order = orderOf(epochs, 4, relations);
    const found = upSample(order, new Random(1));
    const own = found.instances.slice(0, 6).map(({ epoch }) => epoch);
    expect(own.filter((epoch) => epoch === 3).length).toBe(3);
    expect(own.filter((epoch) => epoch === null).length).toBe(3);
    expect(found.instances.slice(6)).toEqual(order.instances.slice(6));
    expect(upSample(order, new Random(1))).toEqual(found);
    expect(found.provenance.steps).toEqual(["upSample(0.5)"]);
  });

  it("draws from all epochs where a relation was never learned", () => {
    const found = upSample(orderOf(new Array<null>(40).fill(null), 4), new Random(2));
    const epochs = found.instances.flatMap(({ epoch }) => (epoch === null ? [] : [epoch]));
    expect(epochs.length).toBe(20);
    expect(new Set(epochs).size).toBe(4);
  });
});

describe("noise detection", () => {
  it("counts ties as half, and is undefined for labels of one kind", () => {
    expect(areaUnderRoc([1, 1, 1], [true, false, true])).toBe(0.5);
    expect(areaUnderRoc([2, 3, 1, 2], [true, true, false, false])).toBe(0.875);
    expect(areaUnderRoc([1, 2], [true, true])).toBeNull();
  });

  it("reads label accuracy by epoch, never-learned ones last", () => {
    const order = orderOf([1, 1, 2, null], 2);
    const right = new Set(["i0", "i1"]);
    expect(labelAccuracy(order, right, (epoch) => epoch === 1)).toEqual({ accuracy: 1, count: 2 });
    expect(labelAccuracy(order, right, (epoch) => epoch === null)).toEqual({ accuracy: 0, count: 1 });
    expect(labelAccuracy(order, right, (epoch) => epoch === 7).accuracy).toBeNull();
    expect(orderScores(order)).toEqual([-1, -1, -2, -3]);
  });
});
