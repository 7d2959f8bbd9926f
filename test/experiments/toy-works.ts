// Works of a paper that does not exist: arithmetic instead of training.

import * as fs from "node:fs";
import * as path from "node:path";
import { valueAt, work, type Work } from "../../src/experiments";

export const works: Readonly<Record<string, Work>> = {
  prepare: work<{ base: number }>(async ({ base }, { folder, seed }) => {
    fs.writeFileSync(path.join(folder, "weights.txt"), String(base + seed));
    fs.mkdirSync(path.join(folder, "checkpoints"), { recursive: true });
    for (const name of ["step-00000010.safetensors", "best.safetensors"])
      fs.writeFileSync(path.join(folder, "checkpoints", name), "");
    return { base: base + seed };
  }),
  score: work<{ gain: number; log: string }>(async ({ gain, log }, { need, seed, random, onShare }) => {
    const { value, folder } = need("prepared");
    const weights = Number(fs.readFileSync(path.join(folder, "weights.txt"), "utf8"));
    onShare(0.5, { perSecond: 100 * (seed + 1), unit: "tokens" });
    fs.appendFileSync(log, `${gain}/${seed}\n`);
    return { F1: Number(valueAt(value, "base")) + weights + gain, chance: random.uniform() };
  }),
  give: work<{ F1: number; AUC: null }>(async (settings) => ({ ...settings })),
  hold: work<{ log: string }>(async ({ log }, { seed }) => {
    fs.appendFileSync(log, `begin ${seed}\n`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    fs.appendFileSync(log, `end ${seed}\n`);
    return {};
  }),
  fail: work(async () => {
    throw new Error("this work always fails");
  }),
};
