import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { crossEntropy, infoNce, supCon } from "../../src/contrast";
import { Random } from "../../src/core";
import { sentencesFrom } from "../../src/data";
import { startEngine } from "../../src/engine";
import { LabEncoder } from "../../src/lab/lab-encoder";
import { RelationEncoder } from "../../src/lab/relation-encoder";
import { fixtureFolder } from "../support/fixtures";

const folder = path.join(fixtureFolder, "encoders", "bert");
const sentences = sentencesFrom(
  [
    ["the cat sat on the mat", "cat", "mat", "on"],
    ["a dog was in the house", "dog", "house", "in"],
    ["the bird sat on a house", "bird", "house", "on"],
    ["the dog ran in", "dog", "in", "in"],
    ["the small cat that was here sat on the very old mat", "cat", "mat", "on"],
    ["one fox in one house", "fox", "house", "in"],
  ].map(([text, head, tail, relation]) => ({ text, head, tail, relation })),
);
const make = (seed = 1, options = {}): RelationEncoder =>
  new RelationEncoder("tiny", folder, new Random(seed), { maxLength: 16, ...options });

beforeAll(() => startEngine());

describe("a relation encoder", () => {
  it("embeds every sentence in its place, whatever batch it falls into", async () => {
    const relation = make();
    const [whole, ones] = [
      await relation.embed(sentences),
      await relation.embed(sentences, { batchSize: 1 }),
    ];
    expect([whole.matrix.rows, whole.matrix.columns]).toEqual([6, 64]);
    whole.matrix.data.forEach((value, i) => expect(ones.matrix.data[i]).toBeCloseTo(value, 4));
    await relation.dispose();
  });

  it("gives the same vectors for the same seed, others for other marker rows", async () => {
    const vectors = async (seed: number): Promise<number[]> => [
      ...(await make(seed).embed(sentences)).matrix.data,
    ];
    expect(await vectors(1)).toEqual(await vectors(1));
    expect(await vectors(1)).not.toEqual(await vectors(2));
  });

  it.each([
    ["cross-entropy", crossEntropy()],
    ["SupCon", supCon({ temperature: 0.1 })],
    ["InfoNCE on two views", infoNce({ temperature: 0.1 })],
    ["a sum of both", crossEntropy().plus(supCon({ temperature: 0.1 }).times(0.5))],
  ])("is trained by %s, repeatably", async (_, objective) => {
    const run = async (): Promise<number[]> => {
      const training = make().train(sentences, objective, { epochs: 40, batchSize: 6, rate: 1e-3 });
      await training;
      return training.history.map(({ loss }) => loss);
    };
    const [one, two] = [await run(), await run()];
    expect(one).toHaveLength(40);
    const mean = (losses: number[]): number => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(mean(one.slice(-8))).toBeLessThan(mean(one.slice(0, 8)));
    expect(two).toEqual(one);
  });

  it("answers with the head that cross-entropy trained", async () => {
    const relation = make(1, { dropout: 0 });
    await relation.train(sentences, crossEntropy(), { epochs: 60, batchSize: 6, rate: 3e-3 });
    expect(await relation.predict(sentences)).toEqual(sentences.items.map((item) => item.relation));
    const known = await relation.embed(sentences);
    for (const name of ["classwise-knn", "knn", "nearest-centroid", "linear"] as const)
      expect(known.classifier(name, { k: 1 }).predict(known)).toEqual(
        sentences.items.map((item) => item.relation),
      );
  });

  it("goes on from its checkpoint, scored on a development split, and refuses that of other sentences", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-relation-"));
    const gold = sentences.labels;
    const run = async (
      checkpoint?: { folder: string; every: number },
      stopAfter = Infinity,
      of = sentences,
    ) => {
      const relation = make();
      const score = async (): Promise<number> => {
        const predicted = await relation.predict(sentences);
        return predicted.filter((label, at) => label === gold[at]).length;
      };
      const options = { epochs: 6, batchSize: 3, rate: 1e-3, development: { score }, clip: 1 };
      const training = relation.train(of, crossEntropy(), {
        ...options,
        ...(checkpoint ? { checkpoint } : {}),
      });
      for await (const { step } of training) if (step >= stopAfter) break;
      const { data } = (await relation.embed(sentences)).matrix;
      await relation.dispose();
      return { data: [...data], best: training.result?.best };
    };
    const whole = await run();
    await run({ folder, every: 2 }, 7);
    expect(await run({ folder, every: 2 })).toEqual(whole);
    expect(whole.best).toBeDefined();
    const others = sentences.map((sentence) => ({ ...sentence, text: sentence.text.toUpperCase() }));
    await expect(run({ folder, every: 2 }, Infinity, others)).rejects.toThrow(
      /belongs to a run with other options/,
    );
    fs.rmSync(folder, { recursive: true });
  });

  it("leaves no tensor behind when it is trained, embeds and is disposed of", async () => {
    const before = tf.memory().numTensors;
    const relation = make();
    await relation.train(sentences, crossEntropy(), { epochs: 1, batchSize: 3 });
    await relation.embed(sentences);
    await relation.predict(sentences);
    await relation.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("says what is missing", async () => {
    await expect(make().predict(sentences)).rejects.toThrow(/has no head: train it with crossEntropy/);
    expect(() => make(1, { markers: "none", readout: "markers" })).toThrow(/needs markers in the text/);
    expect(() => make(1, { markers: "entities" as never })).toThrow(
      /unknown markers "entities": known: entity, none/,
    );
    const unlabelled = sentences.map(({ relation: _, ...rest }) => rest);
    await expect(Promise.resolve(make().train(unlabelled, crossEntropy()))).rejects.toThrow(
      /sentence "1" has no relation/,
    );
    expect(() => make().train(sentences, supCon({ temperature: -1 }))).toThrow(/temperature/);
    const known = await make().embed(sentences);
    expect(() => known.classifier("classwise" as never)).toThrow(/did you mean/);
    expect(() => known.nearest(6)).toThrow(/row 6 does not exist/);
  });

  it("finds the nearest sentences, itself left out, by cosine", async () => {
    const known = await make().embed(sentences);
    const { items } = known.nearest(0, 5);
    expect(items.map(({ index }) => index).sort()).toEqual([1, 2, 3, 4, 5]);
    const cosines = items.map(({ cosine }) => cosine);
    expect([...cosines].sort((a, b) => b - a)).toEqual(cosines);
  });
});

it("shows hidden states and attention of a sentence", async () => {
  const before = tf.memory().numTensors;
  const encoder = await LabEncoder.open("tiny", folder, new Random(1));
  const { tokens, last, attention } = encoder.states(sentences.at(0)!);
  expect(last.rows).toBe(tokens.length);
  for (let i = 0; i < tokens.length; i++) {
    const own = attention.data.subarray(i * attention.columns, (i + 1) * attention.columns);
    expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  }
  encoder.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
