import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Random } from "../../../src/core";
import { Packing } from "../../../src/encoders/packing";
import { startEngine } from "../../../src/engine";
import { type Json, type Run, type WorkContext } from "../../../src/experiments";
import {
  BERT_ATT,
  countRun,
  METHODS,
  partsRun,
  pretrainRun,
  trainRun,
} from "../../../src/papers/hiclre/plan";
import { works } from "../../../src/papers/hiclre/works";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-hiclre-works-"));
const setting = { profile: "quick", seed: 0, data: "usual" } as const;
beforeAll(() => startEngine());
afterAll(() => fs.rmSync(root, { recursive: true }));

/** A run cut to a few bags and one epoch. */
async function doWork(name: string, run: Run): Promise<{ value: Json; folder: string }> {
  const folder = path.join(root, name);
  fs.mkdirSync(folder, { recursive: true });
  const needs = new Map<string, { value: Json; folder: string }>();
  for (const [need, own] of Object.entries(run.needs ?? {}))
    needs.set(need, await doWork(`${name}-${need}`, own));
  const settings = { ...(run.settings as Record<string, Json>), most: 48, epochs: 1 } as unknown as Json;
  const before = tf.memory().numTensors;
  const context: WorkContext = {
    seed: 0,
    random: new Random(0),
    folder,
    signal: new AbortController().signal,
    onShare: (share) => expect(share).toBeLessThanOrEqual(1),
    need: (asked) => needs.get(asked)!,
  };
  const value = await works[run.work]!(settings, context);
  expect(tf.memory().numTensors).toBe(before);
  return { value, folder };
}

describe("works", () => {
  it("train HiCLRE and tell scores, curve, attention on noise, and the space of bags", async () => {
    const { value } = await doWork("full", trainRun(setting, {}, "full"));
    expect(value).toMatchObject({
      distant: { AUC: expect.any(Number), "P@2000": null },
      noise: { mass: expect.any(Number), precision: expect.toBeOneOf([expect.any(Number), null]) },
      space: { related: expect.any(Number), labels: expect.any(Array) },
      geometry: [{ epoch: 1, alignment: expect.any(Number), uniformity: expect.any(Number) }],
    });
    const { said, history } = value as { said: number[]; history: unknown[] };
    expect(said).toHaveLength(48);
    expect(history.length).toBeGreaterThanOrEqual(2);
  }, 60_000);

  it("give the same numbers from the same seed", async () => {
    const one = await doWork("once", trainRun(setting, BERT_ATT, "once"));
    const other = await doWork("again", trainRun(setting, BERT_ATT, "again"));
    expect(one.value).toEqual(other.value);
  }, 60_000);

  it("tell the parts of a score from the weights that a training left", async () => {
    const { value } = await doWork("parts", partsRun(setting, {}, "parts"));
    const { value: trained } = await doWork("parts again", trainRun(setting, {}, "parts again"));
    expect(value).toMatchObject({ training: expect.any(Number), one: expect.any(Number) });
    const { test, otherAtTest } = value as { test: number; otherAtTest: number };
    expect(test).toBe((trained as { distant: { AUC: number } }).distant.AUC);
    expect(otherAtTest).not.toBe(test);
    const wrong = { ...partsRun(setting, {}, "wrong"), needs: { training: countRun("world/bags", "quick") } };
    await expect(doWork("wrong", wrong)).rejects.toThrow("best.safetensors");
  }, 60_000);

  it("pre-train by matching the blanks, and MTB-MIL starts from those weights", async () => {
    const small = { ...pretrainRun(setting), needs: {} };
    const { value, folder } = await doWork("mtb", small);
    expect(value).toMatchObject({ pairs: expect.any(Number), words: expect.any(Number) });
    expect(fs.existsSync(path.join(folder, "model.safetensors"))).toBe(true);
    const started = await doWork("mil", trainRun(setting, METHODS["MTB-MIL"]!, "MTB-MIL"));
    const plain = await doWork("att", trainRun(setting, BERT_ATT, "BERT+ATT"));
    expect(started.value).not.toEqual(plain.value);
  }, 60_000);

  it("leave padding out where their settings say so, as in quick", async () => {
    const asked = vi.spyOn(Packing, "of");
    for (const run of [trainRun(setting, BERT_ATT, "bert"), { ...pretrainRun(setting), needs: {} }]) {
      expect(run.settings).toMatchObject({ packed: true });
      await doWork(`packed-${run.work}`, run);
      expect(asked.mock.results.some(({ value }) => value instanceof Packing)).toBe(true);
      asked.mockClear();
      const settings = { ...(run.settings as Record<string, Json>), packed: false };
      await doWork(`padded-${run.work}`, { ...run, settings });
      expect(asked).not.toHaveBeenCalled();
    }
    asked.mockRestore();
  }, 60_000);

  it.each(["CIL", "PCNN-ATT", "Mintz"])(
    "train %s",
    async (method) => {
      const { value } = await doWork(method, trainRun(setting, METHODS[method]!, method));
      expect(value).toMatchObject({ distant: { AUC: expect.any(Number), F1: expect.any(Number) } });
    },
    60_000,
  );

  it("count the sentences of the world, and nothing where a set is not on the machine", async () => {
    expect(
      (
        await doWork("count", {
          ...countRun("world/bags", "quick"),
          settings: { data: "world/bags", bags: null },
        })
      ).value,
    ).toEqual({
      relations: 13,
      train: 5083,
      test: 2007,
    });
    expect((await doWork("absent", countRun("nyt10m", "paper"))).value).toBeNull();
  });
});
