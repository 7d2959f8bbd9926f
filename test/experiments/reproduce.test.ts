import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  Paper,
  plannedRuns,
  reproduce,
  simpleRow,
  valueAt,
  type Experiment,
  type Predicate,
  type Reference,
  type ReproduceOptions,
  type RowPlan,
  type Run,
} from "../../src/experiments";

const file = path.join(__dirname, "toy-works.ts");
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-reproduce-"));
  vi.stubEnv("RELATA_RESULTS", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A row whose F1 is given for each seed, on the usual data and on the control. */
const given = (method: string, usual: readonly number[], control: readonly number[] = usual) =>
  simpleRow(method, ({ seed, data }): Run => {
    const list = data === "control" ? control : usual;
    const F1 = list[seed % list.length]!;
    return {
      paper: "toy",
      work: "give",
      settings: { F1, AUC: null },
      seed,
      inputs: [],
      label: `${method}, seed ${seed}`,
    };
  });

const predicate = (id: string, text: string, margin: number, profiles = ["quick", "small"]): Predicate => ({
  id,
  experiment: "T1",
  text,
  margin,
  unit: "points",
  profiles,
});

const reference = (predicates: readonly Predicate[]): Reference => ({
  paper: "toy",
  title: "A toy",
  venue: "Nowhere",
  year: 2020,
  tables: [
    {
      id: "T1",
      caption: "Main",
      dataset: "toy",
      columns: ["F1", "AUC"],
      rows: [
        { method: "quoted system", values: [30, 40] },
        { method: "ours", values: [50, 60] },
      ],
    },
  ],
  figures: [],
  predicates,
});

const options: ReproduceOptions = {
  profile: "quick",
  workers: 0,
  worksFile: () => file,
  clock: () => new Date("2026-01-02T03:04:05Z"),
};

const run = async (experiment: Experiment, predicates: readonly Predicate[], more = {}) => {
  const paper = new Paper("toy", [experiment], reference(predicates));
  const [outcome] = await reproduce([{ paper, experiment }], { ...options, ...more });
  return outcome!;
};

const p1 = predicate("p1", "ours is above plain", 1);
const rows = [given("ours", [52, 53, 54], [40, 41, 40]), given("plain", [50, 50, 51], [40, 40, 41])];
const claims = { p1: (cell: (m: string, c: string) => number) => cell("ours", "F1") - cell("plain", "F1") };

describe("reproduce", () => {
  it("puts the paper's numbers beside ours, quoted systems and rows of our own included", async () => {
    const { record } = await run({ id: "T1", rows, claims }, [p1]);
    expect(record).toMatchObject({
      id: "toy/T1",
      profile: "quick",
      seeds: [0, 1, 2],
      columns: ["F1", "AUC"],
    });
    expect(record.rows).toEqual([
      { method: "quoted system", paper: { F1: 30, AUC: 40 }, ours: null },
      { method: "ours", paper: { F1: 50, AUC: 60 }, ours: { F1: { mean: 53, sd: 1 }, AUC: null } },
      {
        method: "plain",
        paper: null,
        ours: { F1: { mean: expect.closeTo(50.333, 3), sd: expect.closeTo(0.577, 3) }, AUC: null },
      },
    ]);
    expect(record.claims).toMatchObject([{ id: "p1", text: "ours is above plain", status: "held" }]);
    expect(record.when).toBe("2026-01-02T03:04:05.000Z");
  });

  it("lists its runs, and which of them are stored, without doing any", async () => {
    const experiment = { id: "T1", rows, claims };
    const targets = [{ paper: new Paper("toy", [experiment], reference([p1])), experiment }];
    const before = await plannedRuns(targets, options);
    expect(before).toHaveLength(6);
    expect(before[0]).toEqual({ label: "ours, seed 0", isStored: false });
    expect(before.every(({ isStored }) => !isStored)).toBe(true);
    await reproduce(targets, { ...options, seeds: 1 });
    const after = await plannedRuns(targets, options);
    expect(after.filter(({ isStored }) => isStored).map(({ label }) => label)).toEqual([
      "ours, seed 0",
      "plain, seed 0",
    ]);
  });

  it("leaves an experiment out of its paper in the profiles that want it named", () => {
    const [main, long] = [
      { id: "T1", rows },
      { id: "F1", rows, byIdIn: ["small"] as const },
    ];
    const paper = new Paper("toy", [main, long], reference([]));
    const whole = (["quick", "small", "paper"] as const).map((profile) => paper.wholeIn(profile));
    expect(whole).toEqual([[main, long], [main], [main, long]]);
    expect(paper.experiment("F1")).toBe(long);
  });

  it("measures a named claim on the negative control, where its gain must vanish", async () => {
    const vanishing = await run({ id: "T1", rows, claims, controls: ["p1"] }, [p1]);
    expect(vanishing.claims[0]!.control?.vanished).toBe(true);
    const persisting = [given("ours", [52, 53, 54]), given("plain", [50, 50, 51])];
    const persists = await run({ id: "T1", rows: persisting, claims, controls: ["p1"] }, [p1]);
    expect(persists.claims[0]!.control?.vanished).toBe(false);
    const without = await run({ id: "T1", rows, claims, controls: ["p1"] }, [p1], { control: false });
    expect(without.claims[0]!.control).toBeUndefined();
    const ownClaims = { p1: { text: "a claim of our own", margin: 1, unit: "points" } };
    const own = await run({ id: "T1", rows, claims, ownClaims, controls: ["p1"] }, []);
    expect(own.claims[0]).toMatchObject({ status: "held", control: { vanished: true } });
  });

  it("gives an undecided claim five seeds, and only then", async () => {
    const split = [given("ours", [49, 56, 49, 57, 58]), given("plain", [50, 50, 50, 50, 50])];
    const three = await run({ id: "T1", rows: split, claims }, [p1], { seeds: 3 });
    expect(three.claims[0]!.status).toBe("undecided");
    const five = await run({ id: "T1", rows: split, claims }, [p1]);
    expect(five.record.seeds).toEqual([0, 1, 2, 3, 4]);
    expect(five.claims[0]!.status).toBe("held");
    const settled = await run({ id: "T1", rows, claims }, [p1]);
    expect(settled.record.seeds).toHaveLength(3);
  });

  it("leaves claims of other profiles, without arithmetic or without numbers undecided", async () => {
    const other = await run({ id: "T1", rows, claims }, [
      predicate("p1", "x", 1, ["small"]),
      predicate("p2", "y", 1),
    ]);
    expect(other.claims.map(({ status, evidence }) => [status, evidence])).toEqual([
      ["undecided", "not measured in this profile"],
      ["undecided", "not measured in this profile"],
    ]);
    const missing = { p1: (cell: (m: string, c: string) => number) => cell("ours", "AUC") };
    expect((await run({ id: "T1", rows, claims: missing }, [p1])).claims[0]!.status).toBe("undecided");
  });

  it("tells whether numbers were computed or stored, and shows itself", async () => {
    expect((await run({ id: "T1", rows, claims }, [p1])).record.isStored).toBe(false);
    const again = await run({ id: "T1", rows, claims }, [p1]);
    expect(again.record.isStored).toBe(true);
    const bundle = again[DISPLAY]();
    expect(bundle["text/plain"]).toContain("found in the store, computed 2026-01-02T03:04:05.000Z");
    expect(bundle["text/plain"]).toMatch(/ours\s+50\s+53\.0 ± 1\.0/);
    expect(bundle["text/plain"]).toContain("quoted system (quoted)");
    expect(String(bundle["text/html"])).toContain("held");
  });

  it("shows what is stored, and does only what takes seconds, where nothing long shall begin", async () => {
    const made = given("one", [10]).runs({ profile: "quick", seed: 0, data: "usual" })["run"]!;
    const missing: Run = { ...made, settings: { F1: 20, AUC: null } };
    const brief: Run = { ...made, settings: { F1: 30, AUC: null }, isBrief: true, needs: { made } };
    const hopeless: Run = { ...brief, needs: { missing } };
    const row = (method: string, runs: Record<string, Run>, readsAny = false): RowPlan => ({
      method,
      runs: () => runs,
      read: (values) => ({
        F1: Object.values(values).reduce<number>((sum, value) => sum + Number(valueAt(value, "F1")), 0),
        AUC: Object.keys(values).length,
      }),
      readsAny,
    });
    const charts = vi.fn(() => []);
    const experiment: Experiment = {
      id: "T1",
      rows: [
        row("stored", { made }),
        row("brief", { brief }),
        row("some", { made, missing, brief, hopeless }, true),
        row("all", { made, missing }),
        row("none", { missing }, true),
      ],
      charts,
    };
    await run({ id: "T1", rows: [row("stored", { made })] }, [], { seeds: 1 });
    const { record } = await run(experiment, [], { seeds: 1, storedOnly: true });
    const numbers = record.rows
      .slice(2)
      .map(({ method, ours }) => [method, ours!["F1"]?.mean, ours!["AUC"]?.mean]);
    expect(numbers).toEqual([
      ["stored", 10, 1],
      ["brief", 30, 1],
      ["some", 40, 2],
      ["all", undefined, undefined],
      ["none", undefined, undefined],
    ]);
    expect(charts).not.toHaveBeenCalled();
  });

  it("draws charts from the raw values", async () => {
    const charts = vi.fn(() => []);
    await run({ id: "T1", rows, claims, charts }, [p1], { seeds: 2 });
    const drawing = charts.mock.calls[0]! as unknown as [{ values(method: string): unknown; seeds: unknown }];
    expect(drawing[0].seeds).toEqual([0, 1]);
    expect(drawing[0].values("ours")).toEqual([
      { run: { F1: 52, AUC: null } },
      { run: { F1: 53, AUC: null } },
    ]);
  });
});
