// `relata bench kernel`: the work that is measured is done, whole and right, before any time is believed.

import { afterAll, describe, expect, it } from "vitest";
import { kernelCase } from "../../src/bench/cases/kernel";
import { kernelSuite } from "../../src/bench/suites/kernel";
import type { BenchOptions } from "../../src/bench/plan";
import type { Case } from "../../src/bench/worker";

const open: Case[] = [];
afterAll(async () => {
  for (const work of open) await work.dispose();
});

async function caseOf(options: BenchOptions): Promise<Case> {
  const work = await kernelCase(options);
  open.push(work);
  return work;
}

describe("a case of the kernel", () => {
  it.each([
    ["round trip", { task: "roundTrip" }],
    ["lines", { task: "lines" }],
    ["display", { task: "display" }],
    ["start", { task: "start" }],
    ["loop at top level", { task: "loop", form: "top", rounds: 1e6 }],
    ["loop in a function", { task: "loop", form: "function", rounds: 1e6 }],
    ["loop without guard", { task: "loop", form: "unguarded", rounds: 1e6 }],
    ["completion", { task: "complete", code: "const x% = Math.ab|", wanted: "abs" }],
    ["hover", { task: "hover", code: "Math.ab|s", wanted: "absolute" }],
    ["is_complete", { task: "isComplete", code: "f(% ", wanted: "incomplete" }],
  ])("does its work and tells a time: %s", async (_, options) => {
    const work = await caseOf({ kernel: "relata", ...options });
    const seconds = await work.run();
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(60);
    expect(work.peak!()).toBeGreaterThan(5e7);
    expect(work.versions).toHaveProperty("relata");
  });

  it("does the same on stock tslab", async () => {
    const work = await caseOf({ kernel: "tslab", task: "roundTrip" });
    expect(await work.run()).toBeGreaterThan(0);
    expect(work.versions).toEqual({ tslab: "1.0.22" });
  });

  // a garbage collector that was late on a busy machine is no growth: the least of three counts
  it("finds that 1,000 cells make the kernel hardly larger", { retry: 2, timeout: 120_000 }, async () => {
    const work = await caseOf({ kernel: "relata", task: "growth", cells: 1000 });
    expect(await work.run()).toBeLessThan(20);
  });

  it("refuses an answer that lacks what was asked for", async () => {
    const options = { kernel: "relata", task: "complete", code: "const x% = Math.ab|", wanted: "zebra" };
    const work = await caseOf(options);
    await expect(work.run() as Promise<number>).rejects.toThrow('relata answered without "zebra"');
  });

  it("names the kernels that it knows", async () => {
    await expect(kernelCase({ kernel: "other", task: "start" })).rejects.toThrow(
      'no kernel "other": known are relata, tslab, ipykernel',
    );
  });
});

describe("the suite", () => {
  const rows = new Map(kernelSuite.rows.map((row) => [row.name, row]));

  it("has the goals that were promised", () => {
    const goals = Object.fromEntries([...rows].map(([name, { goal }]) => [name, goal]));
    expect(goals).toMatchObject({
      "start to first result, beside tslab": 1 / 1.3,
      "round trip of 1+1": 15,
      "100,000 lines, beside ipykernel": 1,
      "10 MB display, beside ipykernel": 1,
      "completion of members": 100,
      hover: 100,
      is_complete: 100,
      "growth over 1,000 cells": 20,
      "top-level loop of 1e8, beside a function": 1 / 1.5,
      "loop of 1e8 that runs once, beside unguarded": 0.95,
    });
  });

  it("has no two rows of one name", () => {
    expect(rows.size).toBe(kernelSuite.rows.length);
  });
});
