import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { matrix, Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import { numbersOf, valueAt, type Json, type WorkContext } from "../../../src/experiments";
import { hiureSettings } from "../../../src/papers/hiure";
import { read, type Reading } from "../../../src/papers/hiure/reading";
import { savedFeatures, saveFeatures } from "../../../src/papers/hiure/saved-features";
import { works } from "../../../src/papers/hiure/works";

const reading: Reading = { set: "world/unlabelled", split: "test", part: "all" };

let folder: string;
beforeAll(() => startEngine());
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "hiure-works-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

const context = (): WorkContext => ({
  seed: 0,
  random: new Random(0).fork("hiure/test"),
  folder,
  signal: new AbortController().signal,
  onShare: () => undefined,
  need: () => ({ value: null, folder }),
});

const kMeans = (settings: object): Promise<Json> =>
  works["k-means"]!({ reading, of: "own", starts: 2, repeats: 3, ...settings } as unknown as Json, context());

describe("k-means of features that a run left", () => {
  it("finds groups that are plain to see, in every repetition", async () => {
    const { relations } = await read(reading);
    const names = [...new Set(relations)];
    const far = relations.flatMap((relation) => [100 * names.indexOf(relation), 1]);
    saveFeatures(folder, { own: matrix(Float32Array.from(far), relations.length, 2) });
    const value = await kMeans({ clusters: names.length, starts: 20 });
    expect(numbersOf(value)).toMatchObject({ "V:F1": 100, ARI: 100, clusters: names.length });
    expect(valueAt(value, "each")).toHaveLength(3);
  });

  it("gives the mean of repetitions that differ where groups are not clear", async () => {
    const { relations } = await read(reading);
    const random = new Random(3);
    const noise = Float32Array.from({ length: 2 * relations.length }, () => random.normal());
    saveFeatures(folder, { own: matrix(noise, relations.length, 2) });
    const value = await kMeans({ clusters: 7, starts: 1 });
    const each = (valueAt(value, "each") as readonly Json[]).map((one) => Number(valueAt(one, "B3:F1")));
    expect(new Set(each).size).toBeGreaterThan(1);
    const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
    expect(numbersOf(value)["B3:F1"]).toBeCloseTo(mean, 10);
  });
});

describe("untrained vectors", () => {
  it("are unit rows of the method's width, one for each sentence", async () => {
    const { sentences } = await read(reading);
    const method = hiureSettings("quick", { clusterDraws: 1, pair: "mentions", markers: "none" });
    const value = await works["embed"]!({ encoder: "tiny", reading, method } as unknown as Json, context());
    const { rows, columns, data } = savedFeatures(folder, "own");
    expect(numbersOf(value)).toEqual({ sentences: sentences.length, width: columns });
    expect([rows, columns]).toEqual([sentences.length, 4 * 128]);
    const first = data.subarray(0, columns);
    expect(first.reduce((sum, one) => sum + one * one, 0)).toBeCloseTo(1, 5);
    expect(data.subarray(columns, 2 * columns)).not.toEqual(first);
  });
});
