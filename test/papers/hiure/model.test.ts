import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DropoutStream, gradients, startEngine } from "../../../src/engine";
import { DataError, OptionError, Random } from "../../../src/core";
import { buildWorld, type Sentence } from "../../../src/data";
import { getModel } from "../../../src/models";
import { answerOf, HiureModel } from "../../../src/papers/hiure/model";
import { hiureSettings } from "../../../src/papers/hiure/profiles";
import type { HiureSettings } from "../../../src/papers/hiure/settings";
import { HiureTask } from "../../../src/papers/hiure/task";
import { mentionBatch } from "../../../src/text";

let encoder: string;
let folder: string;
beforeAll(async () => {
  await startEngine();
  encoder = await getModel("tiny");
});
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-hiure-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const labelled: readonly Sentence[] = buildWorld({
  seed: 5,
  unlabelled: { train: 40, dev: 0, test: 0 },
}).unlabelled().items;

const small: Partial<HiureSettings> = { epochs: 2, batchSize: 10, negatives: 16, rate: 5e-4, iterations: 60 };

async function open(
  changes: Partial<HiureSettings> = {},
  sentences: readonly Sentence[] = labelled,
): Promise<HiureModel> {
  const settings = hiureSettings("quick", { ...small, ...changes });
  return HiureModel.open({ encoder, sentences, settings, random: new Random(3) });
}

const weightsOf = ({ momentum, propulsion }: HiureModel): number[] =>
  [momentum, propulsion].flatMap(({ parameters }) =>
    parameters.filter(({ name }) => /query.weight|LayerNorm/.test(name)).flatMap((one) => [...one.data()]),
  );

describe("training", () => {
  it("lowers the loss and leaves no tensor behind", async () => {
    const model = await open();
    const before = tf.memory().numTensors;
    const losses: number[] = [];
    for await (const { loss, terms } of model.train()) {
      losses.push(loss);
      expect(Object.keys(terms)).toEqual(["InfoNCE", "ExemNCE"]);
    }
    expect(losses).toHaveLength(8);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("moves both encoders, the momentum one less: they are two [R5]", async () => {
    const model = await open({ epochs: 1, batchSize: 40 });
    const name = "encoder.layer.0.attention.self.query.weight";
    const start = model.momentum.parameter(name).data();
    await model.fit();
    const [slow, fast] = [model.momentum.parameter(name).data(), model.propulsion.parameter(name).data()];
    const moved = (to: Float32Array): number =>
      Math.sqrt(to.reduce((sum, v, i) => sum + (v - start[i]!) ** 2, 0));
    expect(moved(slow)).toBeGreaterThan(0);
    expect(moved(slow) / moved(fast)).toBeCloseTo(1 - model.settings.momentum, 3);
    model.dispose();
  });

  it("changes no weight by permuted labels: none are read", async () => {
    const turned = labelled.map((sentence, index): Sentence => {
      const { relation: _relation, ...rest } = sentence;
      const other = labelled[(index + 7) % labelled.length]!.relation;
      return other === undefined ? rest : { ...rest, relation: other };
    });
    expect(
      turned.filter(({ relation }, index) => relation !== labelled[index]!.relation).length,
    ).toBeGreaterThan(10);
    const [one, two] = [await open(), await open({}, turned)];
    await one.fit();
    await two.fit();
    expect(weightsOf(two)).toEqual(weightsOf(one));
    expect([...answerOf(await two.cluster()).labels]).toEqual([...answerOf(await one.cluster()).labels]);
    for (const model of [one, two]) model.dispose();
  });

  it.each([
    ["hpc", {}, 3],
    ["hpc", {}, 4],
    [
      "density temperatures of k-means",
      { exemplars: "k-means", kMeansLayers: [2, 4], temperatures: "density" },
      3,
    ],
    ["trained attention", { learnCha: true }, 3],
  ] as const)("goes on after a stop with the same numbers: %s %j, step %i", async (_, changes, stop) => {
    const whole = await open(changes);
    await whole.fit();
    const first = await open(changes);
    const checkpoint = { folder, every: stop };
    for await (const { step } of first.train({ checkpoint })) if (step === stop) break;
    const second = await open(changes);
    await second.fit({ checkpoint });
    expect(weightsOf(second)).toEqual(weightsOf(whole));
    for (const model of [whole, first, second]) model.dispose();
  });

  it("tells of exemplars once an epoch, also where training does without", async () => {
    const told: number[] = [];
    const model = await open({ objective: "infonce" });
    await model.fit({
      watchExemplars: true,
      onExemplars: (epoch, { layers }) => void told.push(epoch, layers.length),
    });
    expect(told).toEqual([0, 3, 1, 3]);
    expect(model.exemplars).toBeUndefined();
    model.dispose();
  });

  it.each([
    { exemplars: "k-means", kMeansLayers: [2, 3, 5] },
    { attention: null },
    { spanDraw: "once", spanFrom: "between", vectorDropout: 0.1, queueStart: "random" },
    { markers: "typed" },
    { markers: "none", pair: "mentions" },
    { centres: "mean" },
    { preferencePoints: 20 },
    { negatives: 4 },
    { momentum: 0 },
    { layers: 1, spanWords: 0 },
    { preferenceShares: [0, 0.25, 1] },
  ] as const)("runs with %j", async (changes) => {
    const model = await open({ ...changes, epochs: 1 });
    const { ended, loss } = await model.fit();
    expect(ended).toBe("finished");
    expect(Number.isFinite(loss)).toBe(true);
    const { clusterings } = await model.cluster();
    expect(clusterings).toHaveLength("kMeansLayers" in changes ? 3 : "layers" in changes ? 1 : 3);
    model.dispose();
  });

  it("gives both scalars of the attention a gradient when they are trained [R11]", async () => {
    const model = await open();
    const settings = hiureSettings("quick", { ...small, learnCha: true });
    const task = new HiureTask({
      propulsion: model.propulsion,
      momentum: model.momentum,
      features: model.features,
      sentences: model.features.encode(labelled),
      settings,
      random: new Random(1),
      identity: "test",
    });
    await task.startEpoch(0, new Random(2));
    const { sharpness, weight } = task.attention!;
    const solved = gradients(() => {
      const context = { step: 0, epoch: 0, random: new Random(4), dropout: new DropoutStream(new Random(5)) };
      const terms = task.terms([0, 1, 2, 3, 4, 5, 6, 7], context);
      return terms.find(({ name }) => name === "ExemNCE")!.value;
    }, [sharpness, weight]);
    for (const parameter of [sharpness, weight])
      expect(Math.abs(solved.gradients.get(parameter)!.dataSync()[0]!)).toBeGreaterThan(1e-7);
    task.dispose();
    model.dispose();
  });
});

describe("relation vectors", () => {
  it("have the means of the mentions' pieces in place of markers where that is wanted", async () => {
    const model = await open({ markers: "none", pair: "mentions", clusterDraws: 1 });
    const { features, momentum } = model;
    const [one] = features.encode(labelled.slice(0, 1));
    const found = await features.readAll(momentum, [one!], [Int32Array.of(1, 2)]);
    const { headSpan, tailSpan } = one!.encoded;
    const batch = mentionBatch([one!.encoded], 0);
    const states = tf.tidy(() => momentum.forward(batch).last.arraySync())[0]!;
    const meanOf = ({ start, end }: { start: number; end: number }): number[] =>
      states[0]!.map((_, at) => {
        const values = states.slice(start, end).map((state) => state[at]!);
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      });
    const raw = [...meanOf(headSpan), ...meanOf(tailSpan), ...states[1]!, ...states[2]!];
    const length = Math.sqrt(raw.reduce((sum, value) => sum + value * value, 0));
    raw.forEach((value, at) => expect(found.data[at]).toBeCloseTo(value / length, 4));
    model.dispose();
  });
});

describe("the answer", () => {
  it("has layers from few to many, the same for the same seed, and a wanted number of clusters", async () => {
    const model = await open();
    const found = await model.cluster();
    const counts = found.clusterings.map(({ count }) => count);
    expect(counts[0]).toBeLessThanOrEqual(counts[2]!);
    expect([...answerOf(await model.cluster()).labels]).toEqual([...answerOf(found).labels]);
    expect(answerOf(await model.cluster(undefined, { bottomClusters: 5 })).count).toBe(5);
    model.dispose();
  });

  it("embeds sentences that it was not trained on", async () => {
    const model = await open();
    const others = await model.embed(labelled.slice(0, 3));
    expect(others.rows).toBe(3);
    expect(others.columns).toBe(4 * model.momentum.config.hiddenSize);
    for (let i = 0; i < 3; i++) {
      const own = others.data.subarray(i * others.columns, (i + 1) * others.columns);
      expect(own.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
    }
    model.dispose();
  });
});

describe("bad input", () => {
  it("is refused in one sentence", async () => {
    await expect(open({}, labelled.slice(0, 1))).rejects.toThrow(OptionError);
    expect(() => hiureSettings("quick", { momentum: 1 })).toThrow(/momentum of HiURE is 1/);
    expect(() => hiureSettings("quick", { layers: 0 })).toThrow(/layers of HiURE is 0/);
    expect(() => hiureSettings("quick", { spanWords: -1 })).toThrow(/spanWords of HiURE is -1/);
    expect(() => hiureSettings("quick", { temperature: 0 })).toThrow(/temperature of HiURE is 0/);
    expect(() => hiureSettings("quick", { learnCha: true, attention: null })).toThrow(/learnCha trains/);
    expect(() => hiureSettings("quick", { learnCha: true, centres: "mean" })).toThrow(/learnCha trains/);
    expect(() => hiureSettings("quick", { preferencePoints: 0 })).toThrow(/preferencePoints of HiURE is 0/);
    expect(() => hiureSettings("quick", { markers: "none" })).toThrow(/needs markers in the text/);
    const broken = labelled.map((one) => ({ ...one, head: { ...one.head, end: one.text.length + 5 } }));
    await expect(open({}, broken)).rejects.toThrow(DataError);
    const model = await open({ exemplars: "k-means" });
    await expect(model.cluster(undefined, { bottomClusters: 3 })).rejects.toThrow(/kMeansLayers/);
    model.dispose();
  });
});
