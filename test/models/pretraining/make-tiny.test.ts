import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Random, TrainingError, type Progress } from "../../../src/core";
import { loadEncoder, newEncoder, readEncoderConfig } from "../../../src/encoders";
import { startEngine } from "../../../src/engine";
import { makeTiny, textsHash, type MakeTinyOptions } from "../../../src/models/pretraining/make-tiny";
import { maskedScores, pretrain } from "../../../src/models/pretraining/pretrain";
import { loadTokenizer } from "../../../src/text";
import { newFolder } from "../../weights/folder";

const draw = new Random("texts");
const WHO = ["the miller", "a sailor", "anna", "the old clerk"];
const DID = { sold: "flour", saw: "ships", wrote: "letters", found: "coins" };

/** Sentences in which the verb tells the object: an encoder that reads its context can guess it. */
const TEXTS = Array.from({ length: 240 }, () => {
  const [verb, object] = draw.choice(Object.entries(DID));
  return `${draw.choice(WHO)} ${verb} ${object} in ${1800 + draw.integer(9)} .`;
});

const SMALL = {
  texts: TEXTS,
  source: "sentences of a test",
  pieces: 250,
  layers: 1,
  hidden: 16,
  heads: 2,
  passes: 6,
};

const ALONE = { length: "alone", share: 1 } as const;

function make(options: Partial<MakeTinyOptions> = {}): ReturnType<typeof makeTiny> {
  return makeTiny({ ...SMALL, out: newFolder(), work: path.join(newFolder(), "work"), ...options });
}

const bytesOf = (folder: string): Record<string, Buffer> =>
  Object.fromEntries(fs.readdirSync(folder).map((file) => [file, fs.readFileSync(path.join(folder, file))]));

beforeAll(() => startEngine());

describe("making a tiny BERT", () => {
  it("twice gives the same bytes, weights and card included; another seed gives others", async () => {
    const [one, two, three] = [newFolder(), newFolder(), newFolder()];
    await make({ out: one });
    await make({ out: two });
    const card = await make({ out: three, seed: 2 });
    expect(bytesOf(two)).toEqual(bytesOf(one));
    expect(Object.keys(bytesOf(one)).sort()).toEqual([
      "card.json",
      "card.md",
      "config.json",
      "model.safetensors",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(bytesOf(three)["model.safetensors"]).not.toEqual(bytesOf(one)["model.safetensors"]);
    expect(card).toMatchObject({ seed: 2, texts: { count: 240, sha256: textsHash(TEXTS) } });
  });

  it("that was interrupted goes on and ends with the same bytes", async () => {
    const [whole, broken] = [newFolder(), newFolder()];
    await make({ out: whole, checkpointEvery: 2 });
    const work = path.join(newFolder(), "work");
    const stop = new AbortController();
    const steps: number[] = [];
    const onProgress = ({ label, done }: Progress): void => {
      if (!label.startsWith("pre-training")) return;
      steps.push(done);
      if (done === 5) stop.abort();
    };
    const options = { out: broken, work, checkpointEvery: 2, onProgress };
    await expect(make({ ...options, signal: stop.signal })).rejects.toThrow(
      /the pre-training was interrupted at step 5: run it again, it goes on from there/,
    );
    await expect(make({ ...options, signal: AbortSignal.abort() })).rejects.toThrow(TrainingError);
    expect(fs.readdirSync(broken)).toEqual([]);
    await make(options);
    expect(steps.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 5]);
    expect(bytesOf(broken)).toEqual(bytesOf(whole));
    expect(fs.existsSync(work)).toBe(false);
  });

  it("gives a folder that opens, with positions for long texts", async () => {
    const out = newFolder();
    const card = await make({ out });
    const [tokenizer, encoder] = [loadTokenizer(out), await loadEncoder(out)];
    expect(encoder.config).toMatchObject({ positions: 512, hiddenSize: 16, hasMaskedHead: true });
    expect(encoder.config.vocabularySize).toBe(tokenizer.size);
    const weights = encoder.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(card.weights).toBe(weights);
    expect(fs.readFileSync(path.join(out, "card.md"), "utf8")).toContain(card.texts.sha256);
    encoder.dispose();
  });
});

describe("pre-training", () => {
  it("teaches an encoder to guess words from their context", async () => {
    const folder = newFolder();
    await make({ out: folder, passes: 1 });
    const tokenizer = loadTokenizer(folder);
    const encoder = newEncoder(readEncoderConfig(folder), new Random(5), { maskedHead: true });
    const [heldOut, learnt] = [TEXTS.slice(0, 60), TEXTS.slice(60)];
    const before = maskedScores(encoder, tokenizer, heldOut, new Random(1));
    expect(before.accuracy).toBeLessThan(0.2);
    const losses: number[] = [];
    const options = { random: new Random(2), passes: 40, rate: 0.01, packs: { tokens: 512, rows: [ALONE] } };
    for await (const { loss } of pretrain(encoder, tokenizer, learnt, options)) losses.push(loss);
    const after = maskedScores(encoder, tokenizer, heldOut, new Random(1));
    expect(after.accuracy).toBeGreaterThan(after.commonest + 0.3);
    expect(after.loss).toBeLessThan(before.loss - 1);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 1);
    expect([after.count, after.commonest]).toEqual([before.count, before.commonest]);
    encoder.dispose();
  });
});
