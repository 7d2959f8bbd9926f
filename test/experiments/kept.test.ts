import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  claimsOverview,
  keptBeside,
  KeptOutcome,
  keptOutcome,
  keepsLess,
  keptOutcomes,
  Outcome,
  Paper,
  profileOf,
  reportedOutcome,
  type Drawing,
  type OutcomeRecord,
  type Reference,
} from "../../src/experiments";
import { PaperHandle } from "../../src/lab/paper-handle";
import { PAPERS } from "../../src/papers";

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
    expect(reportedOutcome(three, five)).toBe(five);
    expect(reportedOutcome(five, three)).toBe(five);
    expect(reportedOutcome(three, quick)).toBe(three);
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

describe("all claims of a paper", () => {
  const claims = [
    {
      id: "x-own",
      text: "ours",
      status: "undecided",
      evidence: "not measured in this profile",
      experiment: "F1",
    },
    {
      id: "p10",
      text: "ten",
      status: "not-held",
      evidence: "mean −1.00 ± 0.20 points (standard error; seeds −1.20, −0.80; wanted +0.000)",
      experiment: "T2",
    },
    {
      id: "p2",
      text: "two",
      status: "held",
      evidence: "mean +2.00 ± 0.20 points (standard error; seeds +2.20, +1.80; wanted +0.000)",
      control: { vanished: true, evidence: "mean +0.100 ± 0.20 points (standard error)" },
      experiment: "T1",
    },
  ] as const;

  it("stand in the paper's order, then ours, each with its difference", () => {
    const table = claimsOverview(claims, "claims of toy");
    expect(table.values("claim")).toEqual(["p2", "p10", "x-own"]);
    expect(table.rows[0]).toEqual({
      claim: "p2",
      of: "T1",
      statement: "two",
      status: "held",
      difference: "+2.00 ± 0.20 points",
      "negative control": "gain vanishes: +0.100 ± 0.20 points",
    });
    expect(table.values("status")).toEqual(["held", "NOT held", "undecided"]);
    expect(table.text()).toContain("of the paper: 1 held, 1 NOT held; of ours: 1 undecided. difference");
  });

  it("have no column for a control where there is none", () => {
    const names = claimsOverview(claims.slice(0, 2), "").columns.map(({ name }) => name);
    expect(names).not.toContain("negative control");
  });

  it("come from the outcomes that are given, else from the committed ones", () => {
    const hiure = PAPERS.find(({ short }) => short === "hiure")!;
    const handle = new PaperHandle(hiure, profileOf("quick"), () => ({ onProgress: () => undefined }));
    const kept = handle.claims();
    const committed = keptOutcomes(hiure, "quick").flatMap((one) => one.claims);
    expect(kept.rows).toHaveLength(committed.length);
    const record = { ...quick, id: "hiure/T1a" };
    const given = handle.claims([new Outcome(record, [], undefined, drawing, [])]);
    expect(given.rows.filter((row) => row["of"] === "T1a")).toHaveLength(record.claims.length);
    expect(given.rows.filter((row) => row["of"] === "T1b")).toEqual(
      kept.rows.filter((row) => row["of"] === "T1b"),
    );
  });
});
