import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startEngine } from "../../src/engine";
import { digestOf, remember } from "../../src/experiments/store";

let folder: string;
const clock = (): Date => new Date("2026-01-02T03:04:05Z");

beforeAll(() => startEngine());
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-store-"));
  vi.stubEnv("RELATA_RESULTS", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe("remember", () => {
  it("computes once and finds the result again, with its time", async () => {
    const compute = vi.fn(async () => ({ f1: 76.1 }));
    const first = await remember({ seed: 0 }, compute, { clock });
    const second = await remember({ seed: 0 }, compute);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(first).toEqual({
      value: { f1: 76.1 },
      isFresh: true,
      when: "2026-01-02T03:04:05.000Z",
      hash: first.hash,
    });
    expect(second).toEqual({ ...first, isFresh: false });
  });

  it("computes anew for another key, on request, and from a spoilt file", async () => {
    let calls = 0;
    const compute = async (): Promise<number> => ++calls;
    await remember({ seed: 0 }, compute);
    expect((await remember({ seed: 1 }, compute)).value).toBe(2);
    expect((await remember({ seed: 1 }, compute, { fresh: true })).value).toBe(3);
    const { hash } = await remember({ seed: 1 }, compute);
    fs.writeFileSync(path.join(folder, `${hash}.json`), "{");
    expect((await remember({ seed: 1 }, compute)).value).toBe(4);
  });

  it("keeps nothing of a computation that failed", async () => {
    await expect(remember({ seed: 2 }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("notes engine and source beside the value", async () => {
    const { hash } = await remember({ seed: 3 }, async () => 1);
    const stored = JSON.parse(fs.readFileSync(path.join(folder, `${hash}.json`), "utf8")) as Record<
      string,
      unknown
    >;
    expect(stored).toMatchObject({
      key: { seed: 3 },
      value: 1,
      engine: { name: expect.any(String) },
      source: expect.any(String),
    });
  });
});

it("digests sentences by text, mentions and relation", () => {
  const one = { id: "1", text: "a b", head: { start: 0, end: 1 }, tail: { start: 2, end: 3 }, relation: "r" };
  expect(digestOf([one])).toBe(digestOf([{ ...one }]));
  expect(digestOf([{ ...one, relation: "s" }])).not.toBe(digestOf([one]));
  expect(digestOf([{ ...one, head: { start: 1, end: 2 } }])).not.toBe(digestOf([one]));
});
