import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "../../../src/engine";
import type { Drawing, Experiment, Values } from "../../../src/experiments";
import { finecl } from "../../../src/papers/finecl";
import { TinyRuns } from "./tiny-runs";

const setting = { profile: "quick", seed: 0, data: "usual" } as const;
const tiny = new TinyRuns();
beforeAll(() => startEngine());
afterAll(() => tiny.remove());

async function valuesOf(row: Experiment["rows"][number]): Promise<Values> {
  const values: Record<string, Values[string]> = {};
  for (const [name, run] of Object.entries(row.runs(setting))) values[name] = (await tiny.do(run)).value;
  return values;
}

/** Rows that are measured here: enough to see that a table and its runs agree. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  T1: ["WCL"],
  T2: ["none (all of T)", "batch-based", "epoch-based", "batch-based, epochs up to 45 %"],
  T3: ["RoBERTa", "WCL_RoBERTa", "CNN*", "BiLSTM*"],
  T4: ["RoBERTa"],
  T5a: ["RoBERTa"],
  T5b: ["FineCL"],
  T6: ["k=1", "k=3"],
  T7: ["RoBERTa"],
  F2: ["batch-based", "epoch-based"],
  F3: ["two readers"],
  F4: ["batch-based"],
};

describe("every table and figure reads its numbers from what its runs give", () => {
  it.each(finecl.experiments.map((one) => [one.id, one] as const))(
    "%s",
    async (id, experiment) => {
      const rows = experiment.rows.filter(({ method }) => ROWS[id]!.includes(method));
      expect(rows.map(({ method }) => method)).toEqual(ROWS[id]);
      const measured = new Map<string, Values>();
      for (const row of rows) {
        const values = await valuesOf(row);
        measured.set(row.method, values);
        const numbers = row.read(values);
        const found = Object.values(numbers).filter((value) => value !== null);
        expect(found.length, row.method).toBeGreaterThan(0);
        for (const value of found) expect(Number.isFinite(value), row.method).toBe(true);
      }
      const drawing: Drawing = { profile: "quick", seeds: [0], values: (method) => [measured.get(method)!] };
      for (const chart of (await experiment.charts?.(drawing)) ?? [])
        expect(String(chart).length).toBeGreaterThan(20);
    },
    120_000,
  );
});
