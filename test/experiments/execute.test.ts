import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { execute, valueAt, type ExecuteOptions, type Run } from "../../src/experiments";

const file = path.join(__dirname, "toy-works.ts");
let folder: string;
let log: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-runs-"));
  log = path.join(folder, "log.txt");
  vi.stubEnv("RELATA_RESULTS", path.join(folder, "results"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});

const toy = (work: string, settings: Run["settings"], seed: number, needs: Run["needs"] = {}): Run => ({
  paper: "toy",
  work,
  settings,
  seed,
  inputs: [],
  needs,
  label: `${work}, seed ${seed}`,
});
const score = (gain: number, seed: number): Run =>
  toy("score", { gain, log }, seed, { prepared: toy("prepare", { base: 10 }, seed) });
const lines = (): string[] => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []);
const here: ExecuteOptions = { workers: 0, worksFile: () => file };

describe("execute", () => {
  it("does what a run needs first, and each run once however often it is asked for", async () => {
    const runs = [score(1, 0), score(1, 0), score(1, 1)];
    const results = await execute(runs, here);
    expect(runs.map((run) => valueAt(results(run).value, "F1"))).toEqual([21, 21, 23]);
    expect(lines().sort()).toEqual(["1/0", "1/1"]);
  });

  it("leaves no checkpoints of steps where the result is stored, only the best weights", async () => {
    const run = toy("prepare", { base: 1 }, 0);
    const { folder: done } = (await execute([run], here))(run);
    expect(fs.readdirSync(path.join(done, "checkpoints"))).toEqual(["best.safetensors"]);
  });

  it("begins with the runs that others wait for", async () => {
    const labels: string[] = [];
    const onProgress: ExecuteOptions["onProgress"] = ({ label }) => void labels.push(label);
    await execute([toy("give", { F1: 1, AUC: null }, 0), score(1, 0)], { ...here, onProgress });
    const finished = labels.filter((label) => label.includes(":"));
    expect(finished[0]).toContain("prepare");
  });

  it("then begins with the runs that take longest, others in the order given", async () => {
    const efforts = [undefined, 0.2, 3, 0.2, undefined];
    const runs = efforts.map((effort, seed) => ({
      ...toy("give", { F1: 1, AUC: null }, seed),
      ...(effort === undefined ? {} : { effort }),
    }));
    const labels: string[] = [];
    const onProgress: ExecuteOptions["onProgress"] = ({ label }) => void labels.push(label);
    await execute(runs, { ...here, onProgress });
    const finished = labels.flatMap((label) => /seed (\d)/.exec(label)?.[1] ?? []);
    expect(finished).toEqual(["2", "0", "4", "1", "3"]);
  });

  it("does side by side only what fits into the memory together, and one at a time what is larger than that", async () => {
    const half = os.totalmem() / 2 ** 31;
    const holding = (seed: number, memory: number): Run => ({ ...toy("hold", { log }, seed), memory });
    // small runs would leave places for four processes
    await execute([holding(0, half), holding(1, half), holding(2, 9 * half), holding(3, 0.1)], {
      worksFile: () => file,
    });
    const large = new Set(["0", "1", "2"]);
    let inProgress = 0;
    for (const line of lines()) {
      const [what, seed] = line.split(" ");
      if (!large.has(seed!)) continue;
      inProgress += what === "begin" ? 1 : -1;
      expect(inProgress).toBeLessThanOrEqual(1);
    }
    expect(lines()).toHaveLength(8);
  }, 60_000);

  it("tells how fast the runs go together", async () => {
    const rates: unknown[] = [];
    const onProgress: ExecuteOptions["onProgress"] = ({ rate }) => void rates.push(rate);
    await execute([score(1, 0), score(1, 1)], { ...here, onProgress });
    expect(rates).toContainEqual({ perSecond: 100, unit: "tokens" });
    expect(rates).toContainEqual({ perSecond: 200, unit: "tokens" });
    expect(rates.at(-1)).toBeUndefined();
    const inWorker: unknown[] = [];
    const told: ExecuteOptions["onProgress"] = ({ rate }) => void inWorker.push(rate);
    await execute([score(2, 2)], { ...here, workers: 1, onProgress: told });
    expect(inWorker).toContainEqual({ perSecond: 300, unit: "tokens" });
  }, 60_000);

  it("finds stored runs, and computes anew on request, for other settings, and where needed weights are gone", async () => {
    const first = await execute([score(1, 0)], here);
    const second = await execute([score(1, 0)], here);
    expect(second(score(1, 0))).toEqual({ ...first(score(1, 0)), isFresh: false });
    expect(lines()).toHaveLength(1);
    await execute([score(1, 0)], { ...here, fresh: true });
    expect(lines()).toHaveLength(2);
    for (const name of fs.readdirSync(path.join(folder, "results")))
      if (!name.endsWith(".json")) fs.rmSync(path.join(folder, "results", name), { recursive: true });
    const third = await execute([score(2, 0)], here);
    expect(valueAt(third(score(2, 0)).value, "F1")).toBe(22);
  });

  it("gives the same numbers in worker processes as here", async () => {
    const runs = [0, 1, 2].map((seed) => score(1, seed));
    const inside = await execute(runs, here);
    const values = runs.map((run) => inside(run).value);
    const shares: number[] = [];
    const outside = await execute(runs, {
      ...here,
      workers: 2,
      fresh: true,
      onProgress: ({ done }) => shares.push(done),
    });
    expect(runs.map((run) => outside(run).value)).toEqual(values);
    expect(outside(runs[0]!).isFresh).toBe(true);
    expect(shares).toContain(6);
  }, 60_000);

  it("finishes the others when one fails, then says which and why", async () => {
    const bad = toy("fail", {}, 0);
    const after = toy("score", { gain: 5, log }, 0, { prepared: bad });
    await expect(execute([bad, after, score(3, 0)], here)).rejects.toThrow(
      'the run "fail, seed 0" failed: this work always fails',
    );
    expect(lines()).toEqual(["3/0"]);
    await expect(execute([toy("nothing", {}, 0)], here)).rejects.toThrow(
      'has no work "nothing": it has prepare',
    );
  });

  it("stops when told to and goes on later", async () => {
    const stop = new AbortController();
    const onProgress = (): void => {
      if (lines().length === 1) stop.abort();
    };
    const runs = [0, 1, 2].map((seed) => score(1, seed));
    await expect(execute(runs, { ...here, signal: stop.signal, onProgress })).rejects.toThrow(
      /stopped: \d of 6 runs are done and stored/,
    );
    expect(lines()).toHaveLength(1);
    await execute(runs, here);
    expect(lines()).toHaveLength(3);
  });

  it("does a run once when two are asked for it at the same time, and takes what the other stored", async () => {
    const labels: string[] = [];
    const slow = { ...here, workers: 1 };
    const both = await Promise.all([
      execute([score(1, 0)], slow),
      execute([score(1, 0)], { ...slow, onProgress: ({ label }) => void labels.push(label) }),
    ]);
    expect(lines()).toEqual(["1/0"]);
    expect(both.map((results) => results(score(1, 0)).value)).toEqual([
      both[0](score(1, 0)).value,
      both[0](score(1, 0)).value,
    ]);
    expect(labels.some((label) => label.includes("waiting for another process"))).toBe(true);
    expect(fs.readdirSync(path.join(folder, "results")).filter((name) => name.includes(".lock"))).toEqual([]);
  }, 60_000);
});
