import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { DataError, OptionError, Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import {
  isNegative,
  mtbRows,
  positivesAndNegatives,
  type BatchPair,
} from "../../../src/papers/mccl/pretraining/mtb-batch";
import { mtbCorpus } from "../../../src/papers/mccl/pretraining/mtb-corpus";
import {
  mtbTask,
  visibleRows,
  type MtbObjective,
  type MtbSettings,
} from "../../../src/papers/mccl/pretraining/mtb-task";
import { train, type StepEvent, type TrainingOptions } from "../../../src/train";
import { smallDocuments, smallModel } from "./small-world";

beforeAll(() => startEngine());

const documents = smallDocuments(60).items;
const corpus = mtbCorpus(documents, { frequency: 2, top: 30, isOrdered: true });
const OURS: MtbObjective = { relation: "contrastive", self: true, mlm: true, temperature: 0.05 };
const settings: MtbSettings = {
  objective: OURS,
  hide: 0.7,
  pairsPerDocument: 64,
  typeFilter: true,
  couplesPerPair: 4,
  maskRate: 0.15,
};

const row = (key: string, document: number, types = "AB", isChosen = true): BatchPair => ({
  document,
  head: 0,
  tail: 1,
  key,
  headType: types[0]!,
  tailType: types[1]!,
  isChosen,
});

describe("mtbCorpus", () => {
  it("reads a corpus pass by pass and keeps only the documents that hold a chosen pair", () => {
    let passes = 0;
    const streamed = mtbCorpus(
      {
        *[Symbol.iterator]() {
          passes++;
          // made anew for each pass, as from a file
          for (const document of documents) yield { ...document };
        },
      },
      { frequency: 2, top: 3, isOrdered: true },
    );
    expect(passes).toBe(3);
    const keysOf = ({ entities }: (typeof documents)[number]) =>
      entities.map(({ type, id }) => `${type}:${id}`);
    const holding = documents.filter((document) =>
      streamed.pairs.some(({ head, tail }) => [head, tail].every((key) => keysOf(document).includes(key))),
    );
    expect(streamed.pairs.length).toBe(3);
    expect(holding.length).toBeLessThan(documents.length);
    expect(streamed.documents).toEqual(holding);
    for (const { head, tail, documents: held } of streamed.pairs)
      for (const at of held)
        expect(streamed.entities[at]!.map(({ key }) => key)).toEqual(expect.arrayContaining([head, tail]));
  });

  it("does not look at relations", () => {
    expect(documents.some(({ relations }) => relations.length > 0)).toBe(true);
    const unlabelled = documents.map((document) => ({ ...document, relations: [] }));
    const { pairs, entities } = mtbCorpus(unlabelled, { frequency: 2, top: 30, isOrdered: true });
    expect({ pairs, entities }).toEqual({ pairs: corpus.pairs, entities: corpus.entities });
  });
});

describe("positives and negatives", () => {
  const rows = [
    row("p", 0),
    row("p", 1),
    row("q", 0, "BA"),
    row("q", 2, "BA"),
    row("r", 1, "AB", false),
    row("s", 2, "AA", false),
    row("p", 0),
  ];

  it("equal a loop over the definition", () => {
    for (const typeFilter of [true, false]) {
      const { positives, negatives, anchors } = positivesAndNegatives(rows, typeFilter);
      const wanted: number[][] = [];
      rows.forEach((a, i) =>
        rows.forEach((b, j) => {
          if (a.key === b.key && a.document !== b.document && a.isChosen && b.isChosen) wanted.push([i, j]);
        }),
      );
      expect([...positives].map((pair) => [...pair]).sort()).toEqual(wanted.sort());
      expect(new Set(anchors)).toEqual(new Set(wanted.map(([i]) => i)));
      for (const i of anchors) {
        const own = rows.flatMap((b, k) => {
          const a = rows[i]!;
          const isOther = a.key !== b.key;
          const differs = a.headType !== b.headType || a.tailType !== b.tailType;
          return isOther && (!typeFilter || differs) ? [k] : [];
        });
        expect(negatives[i]).toEqual(own);
      }
    }
  });

  it("need another pair, and another type on one side where the filter asks for it", () => {
    expect(isNegative(row("p", 0), row("p", 1, "BB"), true)).toBe(false);
    expect(isNegative(row("p", 0), row("r", 1), true)).toBe(false);
    expect(isNegative(row("p", 0), row("r", 1), false)).toBe(true);
    expect(isNegative(row("p", 0), row("r", 1, "AC"), true)).toBe(true);
  });
});

describe("mtbRows", () => {
  const couples = corpus.pairs.slice(0, 3).map(({ documents: held }, pair) => ({
    pair,
    documents: [held[0]!, held[1]!] as const,
  }));

  it("lays out both documents of each couple once, with its pair as an anchor", () => {
    const batch = mtbRows(corpus, couples, settings, new Random(1));
    expect(batch.documents.length).toBe(new Set(couples.flatMap(({ documents: held }) => held)).size);
    for (const { pair } of couples) {
      const key = `${corpus.pairs[pair]!.head}\t${corpus.pairs[pair]!.tail}`;
      const own = batch.rows.flatMap((one, index) => (one.key === key ? [index] : []));
      expect(own.length).toBeGreaterThanOrEqual(2);
      for (const index of own) expect(batch.anchors).toContain(index);
    }
  });

  it("hides entities with the given probability, the same for the same seed", () => {
    const rates = [0, 0.7, 1].map((hide) => {
      let [hidden, all] = [0, 0];
      for (let seed = 0; seed < 40; seed++) {
        const batch = mtbRows(corpus, couples, { ...settings, hide }, new Random(seed));
        hidden += batch.hidden.reduce((sum, own) => sum + own.size, 0);
        all += batch.documents.reduce((sum, { entities }) => sum + entities.length, 0);
      }
      return hidden / all;
    });
    expect(rates[0]).toBe(0);
    expect(rates[1]).toBeCloseTo(0.7, 1);
    expect(rates[2]).toBe(1);
    const twice = [0, 1].map(() => mtbRows(corpus, couples, settings, new Random(5)).hidden);
    expect(twice[0]).toEqual(twice[1]);
  });

  it("keeps chosen pairs where a document has too many", () => {
    const batch = mtbRows(corpus, couples, { ...settings, pairsPerDocument: 2 }, new Random(1));
    batch.documents.forEach((_, document) => {
      const own = batch.rows.filter((one) => one.document === document);
      expect(own.length).toBeLessThanOrEqual(2);
      expect(own.some(({ isChosen }) => isChosen)).toBe(true);
    });
  });

  it("keeps the pair that two documents were drawn for, however many others are chosen", () => {
    const wide = mtbCorpus(documents, { frequency: 2, top: 1000, isOrdered: true });
    for (let pair = 0; pair < wide.pairs.length; pair += 7) {
      const { head, tail, documents: held } = wide.pairs[pair]!;
      const couple = { pair, documents: [held[0]!, held[1]!] as const };
      const batch = mtbRows(wide, [couple], { ...settings, pairsPerDocument: 2 }, new Random(pair));
      const own = batch.rows.filter(({ key }) => key === `${head}\t${tail}`);
      expect(own.map(({ document }) => document)).toEqual([0, 1]);
    }
  });
});

const OPTIONS = { batchSize: 4, epochs: 1, rate: 1e-3, warmup: 0 } as const;

async function run(objective: MtbObjective, more: Partial<TrainingOptions> = {}): Promise<StepEvent[]> {
  const model = await smallModel();
  const events: StepEvent[] = [];
  try {
    const task = mtbTask(model, corpus, { ...settings, objective });
    for await (const event of train(task, { ...OPTIONS, random: new Random(4), ...more })) events.push(event);
  } finally {
    model.dispose();
  }
  return events;
}

describe("mtbTask", () => {
  it("learns: all three losses fall", async () => {
    const events = await run(OURS, { steps: 60 });
    expect(Object.keys(events[0]!.terms)).toEqual(["L_rel", "L_self", "L_mlm"]);
    const mean = (from: number, to: number, name: string): number =>
      events.slice(from, to).reduce((sum, { terms }) => sum + terms[name]!, 0) / (to - from);
    for (const name of ["L_rel", "L_self", "L_mlm"])
      expect(mean(48, 60, name)).toBeLessThan(mean(0, 12, name));
  });

  it.each([
    ["w/o L_rel", { relation: "none" }, ["L_self", "L_mlm"]],
    ["w/o L_self", { self: false }, ["L_rel", "L_mlm"]],
    ["w/o L_mlm", { mlm: false }, ["L_rel", "L_self"]],
    ["vanilla", { relation: "pairwise", self: false }, ["L_rel", "L_mlm"]],
    ["L_mccl", { relation: "mccl" }, ["L_rel", "L_self", "L_mlm"]],
    ["[R6]", { selfWithoutOwnPair: true }, ["L_rel", "L_self", "L_mlm"]],
  ] as const)("has the terms of %s, all finite", async (_name, change, terms) => {
    const before = tf.memory().numTensors;
    const [event] = await run({ ...OURS, ...change }, { steps: 1 });
    expect(Object.keys(event!.terms)).toEqual(terms);
    for (const value of Object.values(event!.terms)) expect(Number.isFinite(value)).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("goes on where it was killed, with the same numbers", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mtb-"));
    const whole = await run(OURS, { steps: 6 });
    const model = await smallModel();
    const task = mtbTask(model, corpus, settings);
    const checkpoint = { folder, every: 2 };
    for await (const event of train(task, { ...OPTIONS, random: new Random(4), steps: 6, checkpoint }))
      if (event.step === 4) break;
    model.dispose();
    const rest = await run(OURS, { steps: 6, checkpoint });
    expect(rest.map(({ step }) => step)).toEqual([5, 6]);
    expect(rest.map(({ loss }) => loss)).toEqual(whole.slice(4).map(({ loss }) => loss));
    fs.rmSync(folder, { recursive: true });
  });

  it("takes a batch without positives, as after a cut that hides every pair: both terms are 0", async () => {
    const model = await smallModel(0, { maxLength: 3 });
    const task = mtbTask(model, corpus, settings);
    const options = { ...OPTIONS, random: new Random(4), steps: 1 };
    for await (const { terms } of train(task, options)) {
      expect(terms).toMatchObject({ L_rel: 0, L_self: 0 });
      expect(Number.isFinite(terms["L_mlm"])).toBe(true);
    }
    model.dispose();
  });

  it("leaves pairs that a cut made invisible out of every loss", async () => {
    const { positives, negatives, anchors } = positivesAndNegatives(
      [row("q", 0, "BA"), row("p", 0), row("p", 1), row("r", 1, "BB")],
      true,
    );
    const rows = [row("q", 0, "BA"), row("p", 0), row("p", 1), row("r", 1, "BB")];
    const batch = { documents: [], hidden: [], rows, positives, negatives, anchors };
    const whole = visibleRows(batch, [true, true, true, true], true);
    expect(whole).toEqual({ visible: batch, kept: undefined });
    const { visible, kept } = visibleRows(batch, [false, true, true, true], true);
    expect(kept).toEqual([1, 2, 3]);
    expect(visible.rows.map(({ key }) => key)).toEqual(["p", "p", "r"]);
    expect(visible.positives).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(visible.negatives).toEqual([[2], [2], []]);
    expect(visible.anchors).toEqual([0, 1]);
    expect(visibleRows(batch, [true, true, false, true], true).visible.positives).toEqual([]);
    // half of each document is cut off: some pairs are left
    const model = await smallModel(0, { maxLength: 24 });
    for await (const { terms } of train(mtbTask(model, corpus, settings), {
      ...OPTIONS,
      random: new Random(4),
      steps: 2,
    }))
      for (const value of Object.values(terms)) expect(Number.isFinite(value)).toBe(true);
    model.dispose();
  });

  it("refuses an objective without a loss, and a corpus without pairs", async () => {
    const model = await smallModel();
    const nothing: MtbObjective = { relation: "none", self: false, mlm: false, temperature: 1 };
    expect(() => mtbTask(model, corpus, { ...settings, objective: nothing })).toThrow(OptionError);
    const odd = { ...OURS, relation: "other" as never };
    expect(() => mtbTask(model, corpus, { ...settings, objective: odd })).toThrow("relation loss");
    expect(() => mtbCorpus(documents.values(), { frequency: 1, top: 5, isOrdered: true })).toThrow(
      /read only once/,
    );
    expect(() => mtbCorpus(documents.slice(0, 1), { frequency: 1, top: 5, isOrdered: true })).toThrow(
      DataError,
    );
    model.dispose();
  });
});
