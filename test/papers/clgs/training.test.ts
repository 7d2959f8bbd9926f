import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { characterSequence } from "../../../src/encoders";
import { Cldr } from "../../../src/papers/clgs/cldr-loss";
import { splitValidation, taggedSentences, TAGS } from "../../../src/papers/clgs/corpus";
import { mapOf, purity, samplePairs, sampleWords } from "../../../src/papers/clgs/maps";
import { partOf, teacherOf, type Part } from "../../../src/papers/clgs/part";
import {
  goldCount,
  linearProbe,
  pairNeighbours,
  pairsOf,
  tagNeighbours,
  tagNumbers,
  tagsOf,
  type Space,
} from "../../../src/papers/clgs/probes";
import { PAPER_SETTINGS } from "../../../src/papers/clgs/settings";
import { trainEncoder, type Trained } from "../../../src/papers/clgs/training";
import { offsetsOf, WordEncoder } from "../../../src/papers/clgs/word-encoder";
import { drugSentences, smallBert } from "./drug-sentences";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-clgs-"));
const { train, validation } = splitValidation(taggedSentences(drugSentences(60)));
const test = taggedSentences(drugSentences(20, 2));
const settings = { ...PAPER_SETTINGS.cldr, rate: 3e-3, epochs: 6 };

let words: WordEncoder;
beforeAll(async () => {
  words = await WordEncoder.open(smallBert);
});
afterAll(() => {
  words.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Trains CLDR with a fresh encoder; gives how it ended and the vectors of the test words. */
async function tune(
  place: string,
  signal?: AbortSignal,
): Promise<{ trained: Trained; vectors: Float32Array; frozen: boolean }> {
  const own = await WordEncoder.open(smallBert);
  const parts = [train, validation, test].map((sentences) => partOf(own, sentences)) as [Part, Part, Part];
  const teachers = new Map(parts.map((part) => [part, teacherOf(own, part)]));
  const cldr = new Cldr(own, settings, new Random(1));
  const below = "encoder.layer.0.output.dense.weight";
  const before = [own.encoder.parameter(below).data(), own.encoder.parameter(below.replace("0", "1")).data()];
  try {
    const trained = await trainEncoder(
      {
        words: own,
        parameters: cldr.parameters,
        loss: (part, indices, chance) => cldr.loss(part, teachers.get(part)!, indices, chance),
        train: parts[0],
        validation: parts[1],
        settings,
        needsRelations: true,
      },
      {
        random: new Random(1),
        folder: path.join(folder, place),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    const after = [
      own.encoder.parameter(below).data(),
      own.encoder.parameter(below.replace("0", "1")).data(),
    ];
    expect(after[1]).not.toEqual(before[1]);
    return {
      trained,
      vectors: own.vectors(parts[2].sequences).data,
      frozen: String(after[0]) === String(before[0]),
    };
  } finally {
    cldr.dispose();
    for (const teacher of teachers.values()) teacher.dispose();
    own.dispose();
  }
}

describe("training", () => {
  it("brings the loss down, leaves embeddings and the lower half as they are, and goes on where it was stopped", async () => {
    const whole = await tune("whole");
    expect(whole.frozen).toBe(true);
    const { losses, steps } = whole.trained;
    expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
    expect(whole.trained.validationLoss).toBeGreaterThan(0);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const half = await tune("halves", stop.signal);
    expect(half.trained.steps).toBeLessThanOrEqual(steps);
    const resumed = await tune("halves");
    expect(resumed.trained).toEqual(whole.trained);
    expect(resumed.vectors).toEqual(whole.vectors);
  });

  it("names the setting that is out of range", async () => {
    const part = partOf(words, train);
    const loss = (): tf.Scalar => tf.scalar(0);
    const start = (changes: object) =>
      trainEncoder(
        {
          words,
          parameters: [],
          loss,
          train: part,
          validation: part,
          settings: { ...settings, ...changes },
          needsRelations: false,
        },
        { random: new Random(1) },
      );
    await expect(start({ epochs: 0 })).rejects.toThrow("epochs is 0: it must be a whole number");
    await expect(start({ temperature: 0 })).rejects.toThrow(
      "temperature is 0: it must be a finite number above 0",
    );
    await expect(start({ normalisation: "rows" })).rejects.toThrow('unknown normalisation "rows"');
    await expect(start({ pairing: undefined })).rejects.toThrow('unknown pairing "undefined"');
    await expect(start({ negatives: 0 })).rejects.toThrow(
      "negatives is 0: it must be a whole number, 1 or more",
    );
    await expect(start({ lambda: 1.5 })).rejects.toThrow("lambda is 1.5: it must lie between 0 and 1");
  });
});

describe("probes", () => {
  /** Words whose vectors say all: the tag, and for a drug whether it had the effect. */
  const known = (sentences: typeof train): Space => {
    const sequences = sentences.map((sentence) => characterSequence(sentence.words));
    const part = { sentences, sequences, offsets: offsetsOf(sequences) };
    const random = new Random(9);
    const rows = sentences.flatMap(({ tags, pairs }) =>
      tags.map((tag, at) => {
        const related = pairs.some((pair) => pair.includes(at)) ? 1 : 0;
        return [...TAGS.map((one) => (one === tag ? 1 : 0)), 3 * related];
      }),
    );
    const data = Float32Array.from(rows.flat(), (one) => one + 0.01 * random.normal());
    return { part, vectors: { data, rows: rows.length, columns: 6 } };
  };
  const spaces = { train: known(train), validation: known(validation), test: known(test) };
  const probes = { kPairs: 5, kTags: 7, reduced: null, probeEpochs: 30, probeRate: 0.03, mapPoints: 10 };
  const tagged = (): Space[] => [spaces.train, spaces.validation];

  it("take every pair of words once, in the order of the text", () => {
    const { pairs, labels } = pairsOf(spaces.test);
    const all = test.reduce((sum, { words: own }) => sum + (own.length * (own.length - 1)) / 2, 0);
    expect(pairs.first).toHaveLength(all);
    expect(pairs.first.every((first, at) => first < pairs.second[at]!)).toBe(true);
    expect(labels.reduce((sum, label) => sum + label, 0)).toBe(goldCount(test));
  });

  it("find relations that the vectors hold, by a line and by neighbours", () => {
    const line = linearProbe(spaces, probes, new Random(1));
    expect(line.scores.f1).toBeGreaterThan(0.95);
    const near = pairNeighbours(tagged(), spaces.test, probes, new Random(1));
    expect(near.scores).toMatchObject({ gold: 20, correct: 20, predicted: 20 });
    expect(near.pairs.map(([pair]) => pair!.join())).toEqual(
      test.map(({ pairs: [pair] }) => [...pair!].sort((a, b) => a - b).join()),
    );
  });

  it("with a reduced index keep all relations and so many others a sentence [R11]", () => {
    const told: number[] = [];
    const reduced = pairNeighbours(
      tagged(),
      spaces.test,
      { kPairs: 5, reduced: { negatives: 3, within: 4 } },
      new Random(1),
      ({ done }) => told.push(done),
    );
    expect(reduced.scores.correct).toBeGreaterThan(15);
    const close = test.reduce(
      (sum, { words: own }) =>
        sum + own.reduce((pairs, _, at) => pairs + Math.min(4, own.length - 1 - at), 0),
      0,
    );
    expect(told.at(-1)).toBe(close);
  });

  it("find tags by neighbours", () => {
    const tags = tagNeighbours(tagged(), spaces.test, probes);
    expect(tags).toEqual(test.map((sentence) => sentence.tags));
    expect(tagsOf(tagNumbers(tags))).toEqual(tags);
  });

  it("map a sample of pairs or words, and tell how pure the space is", async () => {
    const pairs = samplePairs(spaces.test, 8, new Random(1));
    expect(pairs.labels.filter((label) => label === "relation")).toHaveLength(8);
    expect(pairs.labels.filter((label) => label === "no relation")).toHaveLength(8);
    const sample = sampleWords(spaces.test, 12, new Random(1));
    expect(sample.labels.filter((label) => label === "O")).toHaveLength(12);
    expect(sample.labels).not.toContain("I-DRUG");
    const map = await mapOf(sample, 1);
    expect([map.x.length, map.y.length, map.labels]).toEqual([48, 48, sample.labels]);
    expect(map.purity).toBeGreaterThan(0.8);
    expect(await mapOf(sample, 1)).toEqual(map);
  });
});

describe("purity", () => {
  it("is the share of own neighbours, mean over classes, without the point itself", () => {
    const at = (...xs: number[]) => ({ data: Float32Array.from(xs), rows: xs.length, columns: 1 });
    expect(purity(at(0, 1, 2, 100, 101), ["a", "a", "b", "b", "b"])).toBeCloseTo((1 / 4 + 2 / 4) / 2, 6);
    expect(purity(at(1), ["a"])).toBe(0);
  });
});
