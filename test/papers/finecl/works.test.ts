import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import type { Json, ProfileName } from "../../../src/experiments";
import { bestThreshold, scoreFacts } from "../../../src/papers/finecl/documents/fact-scores";
import {
  documentsRun,
  orderRun,
  pretrainRun,
  sentencesRun,
  subsetRun,
} from "../../../src/papers/finecl/experiments/plan";
import { readOrder } from "../../../src/papers/finecl/order/order-file";
import { settingsOf } from "../../../src/papers/finecl/experiments/settings";
import { works } from "../../../src/papers/finecl/works";
import { TinyRuns } from "./tiny-runs";

/** Three files of TACRED's form; the sentences are made up. */
function writeTacred(folder: string): void {
  fs.mkdirSync(folder);
  const kinds = [
    ["no_relation", ["wrote", "about"]],
    ["per:city_of_birth", ["was", "born", "in"]],
  ] as const;
  for (const split of ["train", "dev", "test"]) {
    const records = Array.from({ length: 20 }, (_, at) => {
      const [relation, words] = kinds[at % 2]!;
      const token = [`Name${at % 5}`, ...words, `City${at % 3}`, "."];
      const end = token.length - 2;
      return {
        id: `${split}${at}`,
        relation,
        token,
        subj_start: 0,
        subj_end: 0,
        subj_type: "PERSON",
        obj_start: end,
        obj_end: end,
        obj_type: "CITY",
      };
    });
    fs.writeFileSync(path.join(folder, `${split}.json`), JSON.stringify(records));
  }
}

const setting = { profile: "quick", seed: 0, data: "usual" } as const;
const tiny = new TinyRuns();
beforeAll(() => startEngine());
afterAll(() => tiny.remove());

describe("works", () => {
  it("go from the order through pre-training to documents", async () => {
    const { value } = await tiny.do(documentsRun(setting, "finecl", 1));
    expect(value).toMatchObject({ documents: 16, F1: expect.any(Number), IgF1: expect.any(Number) });
    const order = await tiny.do(subsetRun(setting, "batch"));
    expect(order.value).toMatchObject({ documents: 16 });
  }, 60_000);

  it("learn the order of documents and of sentences that join them", async () => {
    const run = orderRun(setting);
    const joined = { name: "world/unlabelled", split: "train", most: 5, together: 2 };
    const data = { ...(run.settings as { data: object }).data, joined, noise: 0.5 };
    const { folder } = await tiny.do({
      ...run,
      settings: { ...(run.settings as object), data } as Json,
    });
    const { instances } = readOrder(path.join(folder, "order.batch.json"));
    const sentences = instances.filter(({ id }) => id.startsWith("world/unlabelled/"));
    expect(sentences).toHaveLength(5);
    expect(instances.length).toBeGreaterThan(16);
  }, 60_000);

  it("adapt to documents with the adaptive threshold, as small does", async () => {
    expect(documentsRun(setting, null, 1).settings).not.toHaveProperty("loss");
    const { loss } = documentsRun({ ...setting, profile: "small" }, null, 1).settings as { loss: Json };
    expect(loss).toBe("adaptive threshold");
    const run = documentsRun(setting, null, 1);
    const usual = await tiny.do(run);
    const other = await tiny.do({ ...run, settings: { ...(run.settings as object), loss } as Json });
    expect(other.value).toMatchObject({ documents: 16, F1: expect.any(Number) });
    expect(other.value).not.toEqual(usual.value);
  }, 60_000);

  it("classify sentences of TACRED where its files are", async () => {
    const data = fs.mkdtempSync(path.join(os.tmpdir(), "relata-tacred-"));
    vi.stubEnv("RELATA_DATA", data);
    try {
      writeTacred(path.join(data, "tacred"));
      const { settings, ...run } = sentencesRun({ ...setting, profile: "small" }, null, "100", "tacred");
      const small = { ...(settings as object), encoder: "tiny", dropout: 0 } as Json;
      const { value } = await tiny.do({ ...run, settings: small });
      expect(value).toMatchObject({ sentences: 16, official: null, F1: expect.any(Number) });
    } finally {
      vi.unstubAllEnvs();
      fs.rmSync(data, { recursive: true });
    }
  }, 60_000);

  it("pre-train on from the last checkpoint after a stop, to the same weights", async () => {
    const { settings, work, seed } = pretrainRun(setting, "erica");
    const given = settings as { data: object; loop: object };
    const loop = { ...given.loop, batchSize: 2, steps: 14 };
    const little = { ...given, loop, data: { ...given.data, most: 8 } } as Json;
    const shares: number[][] = [];
    const perform = async (folder: string, stopAt: number): Promise<void> => {
      const stop = new AbortController();
      const told: number[] = [];
      shares.push(told);
      await works[work]!(little, {
        seed,
        random: new Random(seed),
        folder,
        signal: stop.signal,
        need: () => ({ value: null, folder }),
        onShare: (share) => {
          told.push(share);
          if (share > stopAt) stop.abort();
        },
      });
    };
    const root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-resumed-"));
    try {
      const [whole, parts] = ["whole", "parts"].map((name) => path.join(root, name));
      await perform(whole!, 1);
      await expect(perform(parts!, 0.8)).rejects.toThrow();
      await perform(parts!, 1);
      expect(shares.map((told) => Math.round(14 * told[0]!))).toEqual([1, 1, 11]);
      const [first, second] = [whole!, parts!].map((folder) =>
        fs.readFileSync(path.join(folder, "model.safetensors")),
      );
      expect(second!.equals(first!)).toBe(true);
    } finally {
      fs.rmSync(root, { recursive: true });
    }
  }, 60_000);

  it("classify sentences without pre-training", async () => {
    const { value } = await tiny.do(sentencesRun(setting, null, "1"));
    expect(value).toMatchObject({ sentences: 8, official: null });
  }, 60_000);
});

describe("scores of facts", () => {
  const gold = new Map([
    [1, 2],
    [2, 1],
  ]);
  const fact = (score: number, relation: number, isRight: boolean, isKnown = false) => ({
    score,
    relation,
    isRight,
    isKnown,
  });
  const facts = {
    gold,
    facts: [fact(0.9, 1, true, true), fact(0.8, 2, false), fact(0.7, 1, true), fact(0.1, 2, false)],
  };

  it("take the facts at the threshold itself, and leave known ones out of precision", () => {
    const { threshold, F1 } = bestThreshold(facts);
    expect(threshold).toBe(0.7);
    expect(F1).toBeCloseTo(200 / 3, 10);
    const scores = scoreFacts(facts, threshold);
    expect(scores.F1).toBeCloseTo(F1, 10);
    expect(scores.IgF1).toBeCloseTo((100 * 2 * 0.5 * (2 / 3)) / (0.5 + 2 / 3), 10);
    expect([scores.macro, scores.macroOfPredicted]).toEqual([50, 50]);
    expect(scores.weighted).toBeCloseTo(200 / 3, 10);
  });
});

it("an unknown profile is named, with those there are", () => {
  expect(() => settingsOf("large" as ProfileName)).toThrow(/unknown profile "large".*quick, small, paper/);
});

it("the paper profile has the paper's hyper-parameters", () => {
  expect(settingsOf("paper")).toMatchObject({
    encoder: "roberta",
    temperature: 0.05,
    alpha: Math.E,
    negatives: 64,
    maskRate: 0.15,
    order: { epochs: 15, batchSize: 32, rate: 4e-5, warmup: 0.1 },
    pretrain: { steps: 6000, batchSize: 48, accumulate: 16, rate: 3e-5, weightDecay: 1e-5, clip: 1 },
    adaptLoss: "binary",
    adaptDocuments: { epochs: 200, batchSize: 32, rate: 4e-5, weightDecay: 0, clip: 1 },
    adaptSentences: { batchSize: 64, rate: 5e-5, weightDecay: 1e-5 },
    sentenceEpochs: { "1": 80, "10": 20, "100": 8 },
    sentenceDropout: { "1": 0.2, "10": 0.1, "100": 0.35 },
  });
});
