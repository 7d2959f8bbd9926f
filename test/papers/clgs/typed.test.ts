import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import type { Json, WorkContext } from "../../../src/experiments";
import { clgs } from "../../../src/papers/clgs";
import { offsetsOf, WordEncoder } from "../../../src/papers/clgs/word-encoder";
import { taggedSentences } from "../../../src/papers/clgs/corpus";
import { lastWords, typedPairs } from "../../../src/papers/clgs/typed/candidates";
import { works } from "../../../src/papers/clgs/typed/works";
import { writeCheckpoint } from "../../../src/train";
import { characterSequence } from "../../../src/encoders";
import { drugSentences, smallCharacterBert } from "./drug-sentences";

describe("pairs of a drug and an effect", () => {
  it("join last words of entities, in either order", () => {
    const tags = ["B-AE", "I-AE", "O", "B-DRUG", "B-DRUG", "I-DRUG", "B-AE"] as const;
    expect([...lastWords(tags, "DRUG")]).toEqual([3, 5]);
    expect([...lastWords(tags, "AE")]).toEqual([1, 6]);
  });

  it("are two a sentence with two drugs and one effect, one of them related", () => {
    const sentences = taggedSentences(drugSentences(5));
    const sequences = sentences.map(({ words }) => characterSequence(words));
    const offsets = offsetsOf(sequences);
    const rows = offsets.at(-1)!;
    const vectors = { data: new Float32Array(rows), rows, columns: 1 };
    const { pairs, labels } = typedPairs({ part: { sentences, sequences, offsets }, vectors });
    expect([...pairs.groups]).toEqual([0, 2, 4, 6, 8, 10]);
    expect(labels.reduce((sum, one) => sum + one, 0)).toBe(5);
  });
});

describe("the work on typed pairs", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-typed-"));
  const corpus = { train: "world/drug-effects/train", test: "world/drug-effects/test", limit: 40 };
  const probes = { kPairs: 5, kTags: 7, reduced: null, probeEpochs: 40, probeRate: 0.03, mapPoints: 10 };
  const settings = { training: { corpus, encoder: smallCharacterBert, reading: "first" }, probes };
  const context = (): WorkContext => ({
    seed: 0,
    random: new Random(0),
    folder,
    need: () => ({ value: null, folder }),
    onShare: () => undefined,
    signal: new AbortController().signal,
  });
  const run = (isTuned: boolean, changes = {}) =>
    works["typed"]!({ ...settings, ...changes, isTuned } as unknown as Json, context()) as Promise<
      Record<"probe" | "kNN" | "all", number>
    >;

  beforeAll(async () => {
    await startEngine();
    // a training that left the encoder as it was but for one number in all words: their vectors are all equal
    const words = await WordEncoder.open(smallCharacterBert);
    const weights = new Map(
      words.encoder.parameters.map((one) => {
        const data = one.data();
        if (/output\.LayerNorm\.weight$/.test(one.name)) data.fill(0);
        return [one.name, { name: one.name, shape: one.shape, data }] as const;
      }),
    );
    words.dispose();
    const position = { step: 1, stale: 0, losses: [] };
    fs.mkdirSync(path.join(folder, "checkpoints"), { recursive: true });
    writeCheckpoint(path.join(folder, "checkpoints", "best.safetensors"), { run: "x", position, weights });
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("asks the encoder as it is, or with the weights that a training left", async () => {
    const plain = await run(false);
    expect(plain.all).toBeGreaterThan(60);
    expect(plain.all).toBeLessThan(100);
    // where all words are alike both probes say the same of every pair
    const blind = await run(true);
    expect(blind.all).toBe(plain.all);
    for (const name of ["probe", "kNN"] as const) expect([0, plain.all]).toContain(blind[name]);
  });

  it("finds nothing to learn on the negative control, where every typed pair is related", async () => {
    const control = { train: "world-control/drug-effects/train", test: "world-control/drug-effects/test" };
    const training = { ...settings.training, corpus: { ...control, limit: 40 } };
    expect(await run(false, { training })).toEqual({ probe: 100, kNN: 100, all: 100 });
  });

  it("is an experiment whose claims are measured on the control", () => {
    const { controls, claims, rows } = clgs.experiment("T3-typed");
    expect(controls).toEqual(Object.keys(claims!));
    const read = rows[0]!.read({ run: { probe: 1, kNN: 2, all: 3 } });
    expect(read).toEqual({ probe: 3, kNN: 3 });
    expect(rows[1]!.read({ run: { probe: 1, kNN: 2, all: 3 } })).toEqual({ probe: 1, kNN: 2 });
  });
});
