import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  keptBeside,
  KeptOutcome,
  keptOutcome,
  keepsLess,
  keptOutcomes,
  Outcome,
  Paper,
  reportedOutcome,
  type Drawing,
  type OutcomeRecord,
  type Reference,
} from "../../src/experiments";

const cell = (mean: number, sd: number | null = null) => ({ mean, sd });

const quick: OutcomeRecord = {
  id: "toy/T1",
  title: "Main (toy)",
  profile: "quick",
  seeds: [0, 1, 2],
  engine: "toy",
  hash: "0",
  when: "2026-01-02T03:04:05Z",
  isStored: false,
  columns: ["F1", "sd"],
  rows: [
    { method: "quoted", paper: { F1: 50 }, ours: null },
    { method: "ours", paper: { F1: 60 }, ours: { F1: cell(41, 2), sd: cell(1) } },
    { method: "new row", paper: null, ours: { F1: cell(42, 2), sd: cell(1) } },
  ],
  claims: [
    { id: "p1", text: "ours is better", status: "held", evidence: "+1" },
    { id: "x-2", text: "another", status: "held", evidence: "+2" },
  ],
};

const small: OutcomeRecord = {
  ...quick,
  profile: "small",
  seeds: [0],
  columns: ["F1", "gone"],
  rows: [
    { method: "ours", paper: { F1: 60 }, ours: { F1: cell(55.5), gone: cell(7) } },
    { method: "old row", paper: null, ours: { F1: cell(1), gone: cell(7) } },
  ],
  claims: [{ id: "p1", text: "ours is better", status: "not-held", evidence: "-1" }],
};

const drawing: Drawing = { profile: "quick", seeds: [0], values: () => [] };
const outcome = (kept: readonly OutcomeRecord[]) => new Outcome(quick, [], "about it", drawing, kept);

describe("kept numbers of another profile", () => {
  it("stand in a column of their own, for the rows and columns that there are now", () => {
    const table = outcome([small]).table();
    expect(table.columns.map(({ name }) => name)).toEqual([
      "method",
      "F1 paper",
      "F1 ours",
      "F1 small",
      "sd ours",
    ]);
    expect(table.values("method")).toEqual(["quoted (quoted)", "ours", "new row"]);
    expect(table.values("F1 small")).toEqual([null, { mean: 55.5, sd: undefined, count: 1 }, null]);
    expect(table.text()).toContain("small: kept numbers, 1 seed, computed 2026-01-02. about it");
  });

  it("bring their own judgement of the claims", () => {
    const [first, second] = outcome([small]).claimTable().rows;
    expect(first).toMatchObject({ status: "held", small: "NOT held: -1" });
    expect(second).not.toHaveProperty("small");
  });

  it("change nothing where there are none, nor what a script reads", () => {
    expect(outcome([]).table().columns).toHaveLength(4);
    expect(
      outcome([])
        .claimTable()
        .columns.map(({ name }) => name),
    ).not.toContain("small");
    expect(outcome([small]).toJSON()).toEqual(quick);
    expect(keptBeside({ id: "toy/T1", profile: "quick" })).toEqual([]);
  });

  it("that are counts, the same for every seed, have no deviation", () => {
    const count = (mean: number, sd: number) => ({
      method: `${mean} ${sd}`,
      paper: null,
      ours: { n: cell(mean, sd) },
    });
    const shown = (...rows: ReturnType<typeof count>[]) =>
      new Outcome({ ...quick, columns: ["n"], rows }, [], undefined, drawing, []).table().values("n ours");
    expect(shown(count(6155, 0), count(10, 0))).toEqual([6155, 10]);
    expect(shown(count(6155, 0), count(10, 1))[0]).toEqual({ mean: 6155, sd: 0, count: 3 });
    expect(shown(count(1.5, 0))[0]).toEqual({ mean: 1.5, sd: 0, count: 3 });
  });

  it("can be shown alone", () => {
    const kept = new KeptOutcome(small, "about it");
    expect(kept.table().values("F1 ours")).toEqual([
      { mean: 55.5, sd: undefined, count: 1 },
      { mean: 1, sd: undefined, count: 1 },
    ]);
    expect(kept.toString()).toContain("ours: profile small");
    expect(kept[DISPLAY]()["text/html"]).toContain("NOT held");
    expect(kept.toJSON()).toBe(small);
  });

  it("that were never written are told to be missing", () => {
    const reference = { tables: [], figures: [], predicates: [] } as unknown as Reference;
    const toy = new Paper("toy", [{ id: "T1", rows: [] }], reference);
    expect(() => keptOutcome(toy, "T1", "small")).toThrow(
      "toy/T1 has no kept numbers of the profile small: relata reproduce toy/T1 --profile small --keep writes them",
    );
    expect(keptOutcomes(toy, "small")).toEqual([]);
  });
});

describe("what a report tells", () => {
  const withSeeds = (...seeds: number[]): OutcomeRecord => ({ ...quick, seeds });

  it("is the latest outcome, but not a look with fewer seeds than the kept one", () => {
    const [one, three, five] = [withSeeds(0), withSeeds(0, 1, 2), withSeeds(0, 1, 2, 3, 4)];
    expect(reportedOutcome(undefined, three)).toBe(three);
    expect(reportedOutcome(one, undefined)).toBe(one);
    expect(reportedOutcome(one, three)).toBe(three);
    expect(reportedOutcome(three, five)).toBe(three);
    expect(reportedOutcome(one, withSeeds(1))).toBe(one);
  });
});

describe("what is kept", () => {
  it("is not pushed aside by an outcome without numbers, or with fewer seeds", () => {
    const empty = { ...quick, rows: quick.rows.map((row) => ({ ...row, ours: null })) };
    expect(keepsLess(empty, quick)).toBe("it has no numbers, the kept one has");
    expect(keepsLess({ ...quick, seeds: [0] }, quick)).toBe("the kept one has 3 seeds, this one 1");
    expect(keepsLess(quick, { ...quick, seeds: [0] })).toBeUndefined();
    expect(keepsLess(quick, empty)).toBeUndefined();
    expect(keepsLess(empty, undefined)).toBeUndefined();
  });
});
