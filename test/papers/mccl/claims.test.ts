import { describe, expect, it } from "vitest";
import type { Json } from "../../../src/experiments";
import { mccl } from "../../../src/papers/mccl";
import { cellOf, type Cells } from "../../support/cells";

const inOf =
  (...columns: readonly string[]) =>
  (values: Readonly<Record<string, number | readonly number[]>>): Cells =>
    Object.fromEntries(
      Object.entries(values).map(([method, own]) => [
        method,
        Object.fromEntries(columns.map((column, at) => [column, typeof own === "number" ? own : own[at]!])),
      ]),
    );
const both = inOf("BioRED", "Re-DocRED");
const onePercent = inOf("1%");
const everyShare = inOf("1%", "5%", "10%", "100%");
const [knn, softmax, centroid] = [
  "classwise kNN (multi-cluster)",
  "softmax (one cluster)",
  "nearest centroid (one cluster)",
];
const gaps = { "MTB: kNN minus softmax": [3, 7], "PLM: kNN minus softmax": [-1, 5] };

/** An experiment, a claim of it, cells in which the claim holds, and by how much. */
const HOLDING: readonly (readonly [string, string, Cells, number])[] = [
  ["T1", "p1", both({ [knn]: [40, 30], [softmax]: [38, 25] }), 2],
  ["T1", "p2", both({ [softmax]: [38, 25], [centroid]: [30, 24] }), 1],
  ["T1", "x-steps", both({ [knn]: [40, 30], "softmax, trained by steps": [35, 29] }), 1],
  [
    "T1",
    "x-gap",
    both({
      [knn]: [40, 30],
      [softmax]: [38, 25],
      "PLM: classwise kNN": [20, 10],
      "PLM: softmax": [21, 8],
    }),
    3,
  ],
  ["T1-order", "x-after-single", both(gaps), 3],
  ["T1-order", "x-after-multi", both(gaps), 7],
  ["T1-order", "x-turn-single", both(gaps), 4],
  ["T1-order", "x-turn-multi", both(gaps), 2],
  ["T3", "p3", onePercent({ "MTB MCCL": 15, "MTB CE": 9, "PLM CE": 1 }), 6],
  ["T3", "p4", onePercent({ "MTB MCCL": 15, "MTB CE": 9, "PLM CE": 1 }), 14],
  ["T3", "p5", onePercent({ "MTB MCCL": 15, "MTB SupCon": 10 }), 5],
  ["T3", "p6", everyShare({ "MTB Lazy": [10, 20, 30, 40], "PLM Lazy": [1, 18, 10, 10] }), 2],
  ["F2", "p7", inOf("1%", "100%")({ MCCL: [15, 40], CE: [9, 42] }), 8],
  ["T2", "p8", inOf("1%:F1")({ "MTB MCCL": 9, "MTB CE": 2, "PLM CE": 1 }), 7],
  ["T2", "p9", inOf("1%:F1")({ "MTB MCCL": 9, "MTB CE": 2, "PLM CE": 1 }), 8],
  ["T4", "p10", onePercent({ "our MTB": 14, "our MTB w/o L_rel": 2 }), 12],
  ["T4", "p11", onePercent({ "our MTB": 14, "vanilla MTB": 4 }), 10],
  ["T4", "p12", onePercent({ "our MTB w/o L_rel": 2, "our MTB w/o L_self": 8, "our MTB w/o L_mlm": 10 }), 6],
  ["T5", "p13", onePercent({ "our MTB": 14, "our MTB w/o entity type filtering": 13 }), 1],
  ["F1", "p14", inOf("0.2", "10")({ "tau_1 varied": [14, 11] }), 3],
  ["F3", "p15", inOf("gain")({ MCCL: 0.25, CE: 0.125 }), 0.125],
  ["F4", "p16", inOf("1", "0")({ BioRED: [14, 12], "Re-DocRED": [9, 8] }), 1],
  ["T-coarse-to-fine", "x-coarse", inOf("F1, 1%")({ "MCCL, coarse": 14, "one cluster, coarse": 12 }), 2],
];

describe("the claims of MTB and MCCL", () => {
  it.each(HOLDING)(
    "%s, %s is a difference above 0 where the claim holds",
    (experiment, id, cells, wanted) => {
      expect(mccl.experiment(experiment).claims![id]!(cellOf(cells))).toBeCloseTo(wanted, 10);
    },
  );

  it("are all tried here", () => {
    const tried = HOLDING.map(([experiment, id]) => `${experiment} ${id}`);
    const there = mccl.experiments.flatMap(({ id, claims }) =>
      Object.keys(claims ?? {}).map((claim) => `${id} ${claim}`),
    );
    expect([...tried].sort()).toEqual([...there].sort());
  });
});

describe("the rows of MTB and MCCL", () => {
  const read = (id: string, method: string, values: Readonly<Record<string, Json>>) =>
    mccl
      .experiment(id)
      .rows.find((row) => row.method === method)!
      .read(values);
  const frozen = (lazy: number, layer: number): Json => ({
    lazy: {
      "0.01": { F1: 1, IgF1: 0.5 },
      "0.05": { F1: 2, IgF1: 1 },
      "0.1": { F1: 3, IgF1: 2 },
      "1": { F1: lazy, IgF1: 4 },
    },
    softmax: { F1: layer },
    trained: { F1: 7 },
    centroid: { F1: 8 },
    gap: { mean: { F1: lazy - layer }, low: { F1: -1 }, high: { F1: 6 } },
  });
  const probes = { single: frozen(20, 17), multi: frozen(12, 13) };

  it("read of table 1 each classifier of each data set, one alone where the other is not done", () => {
    expect(read("T1", knn, probes)).toEqual({ BioRED: 20, "Re-DocRED": 12 });
    expect(read("T1", softmax, probes)).toEqual({ BioRED: 17, "Re-DocRED": 13 });
    expect(read("T1", "MTB: kNN minus softmax, to", probes)).toEqual({ BioRED: 6, "Re-DocRED": 6 });
    expect(read("T1", centroid, { multi: probes.multi })).toEqual({ "Re-DocRED": 8 });
    expect(read("T1-order", "PLM: kNN minus softmax", probes)).toEqual({ BioRED: 3, "Re-DocRED": -1 });
    expect(read("T1-order", "MTB: softmax", probes)).toEqual({ BioRED: 17, "Re-DocRED": 13 });
  });

  it("read of the main tables lazy kNN from one run, fine-tuning from a run a share", () => {
    expect(read("T3", "MTB Lazy", { frozen: probes.single })).toEqual({
      "1%": 1,
      "5%": 2,
      "10%": 3,
      "100%": 20,
    });
    expect(read("T2", "MTB MCCL", { "5%": { F1: 9, IgF1: 8 } })).toEqual({ "5%:F1": 9, "5%:IgF1": 8 });
  });

  it("read of figure 3 the gain from one centre to three", () => {
    const run = { points: { one: 0.25, several: 0.375 } };
    expect(read("F3", "MCCL", { run })).toEqual({ "one centre": 0.25, "three centres": 0.375, gain: 0.125 });
  });
});
