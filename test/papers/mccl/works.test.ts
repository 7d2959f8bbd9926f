import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { startEngine } from "../../../src/engine";
import {
  numbersOf,
  seriesAt,
  valueAt,
  type Json,
  type Run,
  type WorkContext,
} from "../../../src/experiments";
import { fineTuneRun, frozenRun, pretrainRun } from "../../../src/papers/mccl/experiments/plan";
import { works } from "../../../src/papers/mccl/works";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mccl-works-"));
const setting = { profile: "quick", seed: 0, data: "usual" } as const;
const done = new Map<string, { value: Json; folder: string }>();

beforeAll(() => startEngine());
afterAll(() => fs.rmSync(root, { recursive: true }));

/** The settings of a run, made small: few documents, two steps. */
function little(settings: Json, change: object = {}): Json {
  const given = settings as Record<string, Record<string, Json>>;
  const loop = { ...given["loop"], mostSteps: 2, batchSize: 3 };
  const data = { ...given["data"], documents: { train: 24, dev: 10, test: 12 } };
  return { ...given, data, loop, ...change } as unknown as Json;
}

async function doWork(name: string, { work, settings, needs = {} }: Run, change: object = {}): Promise<Json> {
  const folder = path.join(root, name);
  fs.mkdirSync(folder, { recursive: true });
  for (const need of Object.values(needs)) if (!done.has("pretrained")) await doWork("pretrained", need);
  const before = tf.memory().numTensors;
  const context: WorkContext = {
    seed: 0,
    random: new Random(0),
    folder,
    signal: new AbortController().signal,
    onShare: (share) => expect(share).toBeLessThanOrEqual(1),
    need: (asked) => done.get(asked)!,
  };
  const value = await works[work]!(little(settings, change), context);
  expect(tf.memory().numTensors).toBe(before);
  done.set(name, { value, folder });
  return value;
}

describe("works", () => {
  it("pre-train and keep the weights", async () => {
    const value = await doWork("pretrained", pretrainRun(setting, "single", "ours"));
    expect(valueAt(value, "steps")).toBe(2);
    for (const name of ["L_rel", "L_self", "L_mlm"]) expect(seriesAt(value, "curve", name).length).toBe(2);
    expect(fs.existsSync(path.join(done.get("pretrained")!.folder, "projection.safetensors"))).toBe(true);
  });

  it.each([
    ["ce", "single", 1],
    ["mccl", "single", 0.05],
    ["supcon", "single", 0.05],
    ["mccl", "multi", 0.01],
    ["ce", "multi", 0.01],
  ] as const)("fine-tune by %s (%s, share %d) and score", async (loss, form, share) => {
    const run = fineTuneRun(setting, form, { start: "ours", loss, share });
    const value = await doWork(`${loss} ${form}`, run, { withPoints: false });
    const { F1, IgF1 } = numbersOf(value);
    for (const score of [F1, IgF1]) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
    }
    expect(valueAt(value, "k")).toEqual(loss === "ce" ? 0 : expect.any(Number));
  });

  it("fine-tune the encoder as it is, with coarse labels", async () => {
    const run = fineTuneRun(setting, "single", { start: "plm", loss: "mccl", share: 1, isCoarse: true });
    expect(run.needs).toBeUndefined();
    expect(numbersOf(await doWork("coarse", run))["F1"]).toBeGreaterThanOrEqual(0);
  });

  it("measure frozen vectors: lazy at every share, both probes, and a map", async () => {
    const value = await doWork("frozen", frozenRun(setting, "single", "ours"));
    for (const share of ["0.01", "0.05", "0.1", "1"])
      expect(valueAt(value, "lazy", share, "F1")).toBeGreaterThanOrEqual(0);
    for (const probe of ["softmax", "centroid"])
      expect(valueAt(value, probe, "F1")).toBeGreaterThanOrEqual(0);
    const gap = (end: string): number => Number(valueAt(value, "gap", end, "F1"));
    const apart = Number(valueAt(value, "lazy", "1", "F1")) - Number(valueAt(value, "softmax", "F1"));
    expect(gap("mean")).toBeCloseTo(apart, 3);
    expect(gap("low")).toBeLessThanOrEqual(gap("high"));
    expect(seriesAt(value, "points", "x").length).toBe(seriesAt(value, "points", "y").length);
    const multi = await doWork("frozen multi", frozenRun(setting, "multi", "plm"));
    expect(valueAt(multi, "softmax", "IgF1")).toBeGreaterThanOrEqual(0);
  });
});
