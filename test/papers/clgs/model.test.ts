import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { CldrModel, PAPER_SETTINGS } from "../../../src/papers/clgs";
import { drugSentences, documentOf, smallBert } from "./drug-sentences";

const settings = { ...PAPER_SETTINGS.cldr, encoder: smallBert, rate: 3e-3, epochs: 15 };
const documents = drugSentences(60);
const asked = drugSentences(8, 2).items;

let model: CldrModel;
beforeAll(async () => {
  await startEngine();
  model = await CldrModel.open({ documents, settings, random: new Random(1) });
});
afterAll(() => model.dispose());

/** How much the related pair is nearer to its graph than wrong pairs are to theirs, mean over documents. */
const lead = (): number => {
  const leads = asked.map((document) => {
    const { cosines } = model.compare(document, { random: new Random(2) });
    const own = Array.from({ length: cosines.rows }, (_, at) => cosines.data[at * (cosines.columns + 1)]!);
    return own[0]! - own.slice(1).reduce((sum, one) => sum + one, 0) / (own.length - 1);
  });
  return leads.reduce((sum, one) => sum + one, 0) / leads.length;
};

describe("CldrModel", () => {
  it("shows a pair beside its wrong ones, the related one first, and leaks nothing", () => {
    const before = tf.memory().numTensors;
    const { labels, cosines } = model.compare(asked[0]!, { negatives: 4 });
    expect(tf.memory().numTensors).toBe(before);
    const [{ headMention, tailMention }] = asked[0]!.relations as [(typeof asked)[0]["relations"][0]];
    const lastWord = (mention: number) => {
      const { start, end } = asked[0]!.mentions[mention]!;
      return asked[0]!.text.slice(start, end).split(" ").at(-1)!;
    };
    expect(labels).toHaveLength(5);
    expect(labels[0]).toBe(`${lastWord(tailMention!)} - ${lastWord(headMention!)}`);
    expect([cosines.rows, cosines.columns]).toEqual([5, 5]);
    expect(cosines.data.every((one) => one >= 0 && one <= 1 + 1e-6)).toBe(true);
    expect(model.compare(asked[0]!, { negatives: 4 })).toEqual({ labels, cosines });
  });

  it("learns to bring a related pair to its graph and wrong ones away from theirs", async () => {
    const before = lead();
    const tensors = tf.memory().numTensors;
    const { losses } = await model.fit();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(lead()).toBeGreaterThan(before + 0.05);
  });

  it("refuses names that it does not know, and documents too few to validate on", async () => {
    const open = (changes: object, given = documents) =>
      CldrModel.open({ documents: given, settings: { ...settings, ...changes }, random: new Random(1) });
    await expect(open({ pairing: "diagnal" })).rejects.toThrow(
      'unknown pairing "diagnal": did you mean "diagonal"? known: diagonal, anchor',
    );
    await expect(open({ order: "given" })).rejects.toThrow('unknown order "given"');
    await expect(open({ reduce: "max" })).rejects.toThrow('unknown reduce "max"');
    for (const [few, part] of [
      [drugSentences(9), "validation part of CLDR has 0 sentences"],
      [drugSentences(0), "training part of CLDR has 0 sentences"],
    ] as const) {
      const small = await open({}, few);
      await expect(small.fit()).rejects.toThrow(part);
      small.dispose();
    }
  });

  it("names a relation that is not there", () => {
    const lonely = documentOf("lonely", ["a", "dog"], [], []);
    expect(() => model.compare(lonely)).toThrow(
      'relation 0 of document "lonely": it has 0 that join two words',
    );
    expect(() => model.compare(asked[0]!, { relation: 1 })).toThrow("relation 1 of document");
  });
});
