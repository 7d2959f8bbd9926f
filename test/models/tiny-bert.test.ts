import * as fs from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildWorld } from "../../src/data";
import { loadEncoder } from "../../src/encoders";
import { startEngine } from "../../src/engine";
import { LabEncoder } from "../../src/lab/lab-encoder";
import { Random } from "../../src/core";
import { findModel, getModel, isIntact } from "../../src/models";
import { textsHash, tinyScores } from "../../src/models/pretraining/make-tiny";
import { cardText, type TinyCard } from "../../src/models/pretraining/tiny-card";
import { TINY } from "../../src/models/pretraining/tiny-settings";
import { loadTokenizer } from "../../src/text";

const folder = findModel("tiny")!;
const card = JSON.parse(fs.readFileSync(path.join(folder, "card.json"), "utf8")) as TinyCard;

beforeAll(() => startEngine());

describe("the tiny BERT of the clone", () => {
  it("is found by name without a network, and is what its card says, in at most 5 MB", async () => {
    expect(await getModel("tiny", { offline: true })).toBe(folder);
    expect(await isIntact("tiny")).toBe(true);
    expect(card.files.map(({ file }) => file)).toContain("model.safetensors");
    expect(card.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(5e6);
    expect(fs.readFileSync(path.join(folder, "card.md"), "utf8")).toBe(cardText(card));
  });

  it("was made from the world as it is now, by the settings as they are now (else: relata model make tiny)", () => {
    const texts = buildWorld().text();
    expect(card.texts.count).toBe(texts.length);
    expect(card.texts.sha256, "the world has changed: run relata model make tiny").toBe(textsHash(texts));
    expect(card).toMatchObject({ seed: TINY.seed, training: { passes: TINY.passes, rate: TINY.rate } });
  });

  it("guesses as many hidden words as its card says, far more than the commonest word", async () => {
    const encoder = await loadEncoder(folder);
    const scores = tinyScores(encoder, loadTokenizer(folder), buildWorld().text(), card.seed);
    encoder.dispose();
    expect(scores.count).toBe(card.scores.count);
    expect(scores.accuracy).toBeCloseTo(card.scores.accuracy, 2);
    expect(scores.loss).toBeCloseTo(card.scores.loss, 2);
    expect(scores.accuracy).toBeGreaterThan(scores.commonest + 0.35);
  });

  it("knows every word of the world's views: no unknown pieces", () => {
    const tokenizer = loadTokenizer(folder);
    const sentences = buildWorld({ unlabelled: { train: 200 } }).unlabelled();
    const ids = sentences.items.flatMap(({ text }) => tokenizer.encode(text).ids);
    expect(ids).not.toContain(tokenizer.unknownId);
  });

  it("opens in the laboratory", async () => {
    const encoder = await LabEncoder.open("tiny", folder, new Random(1));
    expect(encoder.config).toMatchObject({ layers: 2, hiddenSize: 128, positions: 512 });
    expect(encoder.size).toBe(card.weights);
    encoder.dispose();
  });
});
