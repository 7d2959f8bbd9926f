import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hiclreMemoryCase, writeNyt10 } from "../../../src/bench/cases/hiclre";
import { startEngine } from "../../../src/engine";
import { openBags } from "../../../src/papers/hiclre";
import { countRun } from "../../../src/papers/hiclre/plan";
import { works } from "../../../src/papers/hiclre/works";
import { Random } from "../../../src/core";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-hiclre-scale-"));
const before = process.env["RELATA_DATA"];
beforeAll(async () => {
  await startEngine();
  writeNyt10(folder, 900, 300);
  process.env["RELATA_DATA"] = folder;
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env["RELATA_DATA"];
  else process.env["RELATA_DATA"] = before;
});

describe("NYT10's files", () => {
  it("are found by name, a tenth of the pairs held out of training", async () => {
    const { train, dev, test, hasTruth } = await openBags("nyt10");
    const count = (bags: readonly { sentences: readonly unknown[] }[]): number =>
      bags.reduce((sum, { sentences }) => sum + sentences.length, 0);
    expect(count(train) + count(dev)).toBe(900);
    expect(count(test)).toBe(300);
    expect(count(dev)).toBeGreaterThan(30);
    expect(hasTruth).toBe(false);
    const held = new Set(dev.map(({ head, tail }) => `${head} ${tail}`));
    expect(train.filter(({ head, tail }) => held.has(`${head} ${tail}`))).toEqual([]);
  });

  it("are counted one line at a time", async () => {
    const context = {
      seed: 0,
      random: new Random(0),
      folder,
      signal: new AbortController().signal,
      onShare: () => undefined,
      need: () => ({ value: null, folder }),
    };
    const value = await works["count"]!(countRun("nyt10", "paper").settings, context);
    expect(value).toEqual({ relations: 53, train: 900, test: 300 });
  });

  it("go through bags, memories and scores, as the bench does at full size, and leave no tensor", async () => {
    const large = await hiclreMemoryCase({ folder });
    const tensors = tf.memory().numTensors;
    expect(large.run()).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(tensors);
    large.dispose();
  }, 60_000);
});
