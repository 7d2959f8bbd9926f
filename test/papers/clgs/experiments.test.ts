import { describe, expect, it } from "vitest";
import type { Json, Setting, Values } from "../../../src/experiments";
import { Chart } from "../../../src/plots";
import {
  clgs,
  clgsNegatives,
  cldrNegatives,
  EXAMPLE,
  PAPER_SETTINGS,
  settingsOf,
} from "../../../src/papers/clgs";
import { corpusOf } from "../../../src/papers/clgs/settings";

const setting: Setting = { profile: "quick", seed: 1, data: "usual" };
const { reference } = clgs;

describe("the paper's configuration", () => {
  it("equals the table of hyper-parameters of the paper's notes", () => {
    const { clgs: graphs, cldr, clner, probes } = PAPER_SETTINGS;
    for (const one of [graphs, cldr, clner]) {
      expect(one).toMatchObject({ rate: 1e-5, weightDecay: 0, epochs: 20, patience: 3, temperature: 0.1 });
      expect(one.encoder).toBe("character-bert-medical");
    }
    expect([graphs.batch, cldr.batch, clner.batch]).toEqual([8, 8, 16]);
    expect([graphs.negatives, cldr.negatives]).toEqual([8, 8]);
    expect([cldr.lambda, cldr.pairing, cldr.order]).toEqual([0.8, "diagonal", "roles"]);
    expect([clner.samples, clner.positives]).toEqual([80, 30]);
    expect([probes.kPairs, probes.kTags, probes.reduced]).toEqual([5, 7, null]);
    expect(settingsOf("paper")).toEqual(PAPER_SETTINGS);
  });

  it("is that of the other profiles but for data, encoder, rate and length", () => {
    for (const profile of ["quick", "small"] as const) {
      const { corpus: _c, encoder: _e, rate: _r, epochs: _n, ...rest } = settingsOf(profile).cldr;
      expect(PAPER_SETTINGS.cldr).toMatchObject(rest);
    }
  });

  it("names the profiles where one does not exist", () => {
    expect(() => settingsOf("x" as "quick")).toThrow('unknown profile "x": known: quick, small, paper');
  });

  it("has ten folds", () => {
    expect(corpusOf("small", { fold: 10 })).toEqual({ train: "ade/fold-10-train", test: "ade/fold-10-test" });
    expect(() => corpusOf("small", { fold: 11 })).toThrow("fold 11 of ADE: folds run from 1 to 10");
    expect(corpusOf("quick", { control: true }).train).toBe("world-control/drug-effects/train");
  });
});

describe("the experiments", () => {
  it("are every table and figure of the paper, with every row and every claim", () => {
    const ids = clgs.experiments.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([...reference.tables, ...reference.figures].map(({ id }) => id)),
    );
    for (const { id, rows } of reference.tables.filter((table) => table.id !== "T4"))
      expect(clgs.experiment(id).rows.map(({ method }) => method)).toEqual(
        expect.arrayContaining(rows.map(({ method }) => method)),
      );
    expect(clgs.experiment("T4").rows[0]!.method).toBe(
      reference.tables.find(({ id }) => id === "T4")!.rows.at(-1)!.method,
    );
    for (const { id, experiment } of reference.predicates)
      expect(Object.keys(clgs.experiment(experiment).claims ?? {}), id).toContain(id);
    expect(reference.predicates).toHaveLength(14);
  });

  it("ask, in their claims, only for rows and columns that they have", () => {
    for (const { id, rows, columns, claims } of clgs.experiments)
      for (const claim of Object.values(claims ?? {}))
        claim((method, column) => {
          expect(
            rows.map((row) => row.method),
            id,
          ).toContain(method);
          expect(columns, id).toContain(column);
          return 1;
        });
  });

  it("name runs that can be planned in every profile, as plain data", () => {
    const rows = clgs.experiments.flatMap((experiment) => experiment.rows);
    for (const profile of ["quick", "small", "paper"] as const)
      for (const run of rows.flatMap((row) => Object.values(row.runs({ ...setting, profile })))) {
        expect(run.paper).toBe(run.work === "typed" ? "clgs/typed" : "clgs");
        expect(JSON.parse(JSON.stringify(run))).toEqual(run);
      }
  });

  it("have a label of its own for every run", () => {
    const plans = (["usual", "control"] as const).flatMap((data) =>
      clgs.experiments.flatMap(({ rows }) =>
        rows.flatMap((row) => Object.values(row.runs({ ...setting, data }))),
      ),
    );
    const all = plans.flatMap((run) => [run, ...Object.values(run.needs ?? {})]);
    const byRun = new Map(all.map((run) => [JSON.stringify({ ...run, label: "" }), run.label]));
    const labels = [...byRun.values()];
    expect(new Set(labels).size).toBe(labels.length);
  });

  it("share runs, and measure the control on the control", () => {
    const run = (id: string, method: string, data: Setting["data"] = "usual") =>
      clgs
        .experiment(id)
        .rows.find((row) => row.method === method)!
        .runs({ ...setting, data })["run"]!;
    expect(run("F6", "CLDR space")).toEqual(run("T3", "CharacterBERT tuned by CLDR"));
    expect(run("T2", "graph mean, text mean")).toEqual(run("T3", "CharacterBERT tuned by CLGS"));
    expect(run("T4", "Ours (CLDR + CLNER, kNN)").needs!["pairs"]).toEqual(
      run("T3", "CharacterBERT tuned by CLDR"),
    );
    expect(run("T3", "CharacterBERT tuned by CLDR", "control").inputs[0]).toBe(
      "world-control/drug-effects/train",
    );
  });

  it("train the paper's own row on each of the ten folds of ADE, once", () => {
    const [row] = clgs.experiment("T4-folds").rows;
    const folds = Object.values(row!.runs({ ...setting, profile: "small" }));
    expect(
      new Set(folds.flatMap(({ needs }) => Object.values(needs!).map((run) => JSON.stringify(run)))).size,
    ).toBe(20);
    expect(folds.every(({ seed }) => seed === 0)).toBe(true);
    expect(Object.keys(row!.runs(setting))).toEqual(["1"]);
    const numbers = row!.read({ 1: { NER: 1, RE: 4, "RE-": 5 }, 2: { NER: 3, RE: 4, "RE-": 6 } });
    expect(numbers).toMatchObject({ folds: 2, NER: 2, RE: 4, "RE-": 5.5, "NER sd": Math.SQRT2, "RE sd": 0 });
    expect(row!.readsAny).toBe(true);
  });

  it("judge counts by equality, and by nothing where a number is missing", () => {
    const { p1 } = clgs.experiment("T1").claims!;
    const table = reference.tables.find(({ id }) => id === "T1")!;
    const printed = (method: string, column: string): number =>
      Number(table.rows.find((row) => row.method === method)!.values[table.columns.indexOf(column)]);
    expect(p1!(printed)).toBe(1);
    expect(p1!((method, column) => printed(method, column) + (method === "split 3" ? 1 : 0))).toBe(-1);
    expect(p1!(() => NaN)).toBeNaN();
  });

  it("say that ADE is absent where it is", async () => {
    const drawing = (value: Json) => ({
      profile: "quick" as const,
      seeds: [0],
      values: (): readonly Values[] => [{ run: value }],
    });
    const { charts, rows } = clgs.experiment("T6");
    expect(await charts!(drawing({ O: 1 }))).toEqual([]);
    expect(await charts!(drawing(null))).toHaveLength(1);
    expect(rows[0]!.read({ run: null })).toEqual({ count: null });
    expect(clgs.experiment("T1").rows.at(-1)!.read({ "1": null })["test_relations"]).toBeNull();
  });
});

describe("the diagrams", () => {
  it.each([
    ["F1", "CLGS (4) S finds G_1"],
    ["F2", "CLDR (5) RS finds RG_1"],
    ["F3", "CLNER (6) own tag against all 80"],
  ])("%s leads to its loss", async (id, loss) => {
    const drawing = { profile: "quick" as const, seeds: [0], values: (): readonly Values[] => [] };
    const [chart] = (await clgs.experiment(id).charts!(drawing)) as Chart[];
    expect(chart!.text()).toContain(`-> ${loss}`);
    expect(await chart!.svg()).toContain(id);
  });
});

describe("ablations", () => {
  it("change one thing each, the released code's optimiser among them", () => {
    const { rows } = clgs.experiment("T3-ablations");
    const trainingOf = (method: string) =>
      (rows.find((one) => one.method === method)!.runs(setting)["pairs"]!.settings as { training: object })
        .training;
    const plain = trainingOf("CLDR");
    const changed = (method: string) =>
      Object.fromEntries(
        Object.entries(trainingOf(method)).filter(
          ([name, value]) => JSON.stringify(value) !== JSON.stringify(plain[name as keyof typeof plain]),
        ),
      );
    expect(changed("anchor pairing")).toEqual({ pairing: "anchor" });
    expect(changed("lambda 0.5")).toEqual({ lambda: 0.5 });
    expect(changed("no words of entities as negatives")).toEqual({ excludesEntities: true });
    expect(changed("optimiser of the released code")).toEqual({ weightDecay: 1e-6, reduce: "sum" });
  });
});

describe("negative graphs on the example", () => {
  it("are drawn from the sampler: the true graph first, then wrong ones", () => {
    for (const chart of [clgsNegatives(), cldrNegatives()]) {
      expect(chart).toBeInstanceOf(Chart);
      const lines = chart.text().split("\n").slice(1);
      expect(lines).toHaveLength(5);
      expect(lines[0]).toContain(`${EXAMPLE.words[11]} - ${EXAMPLE.words[8]} (relation)`);
      for (const line of lines.slice(1)) expect(line).not.toContain("(relation)");
    }
  });

  it("are charts of this schema", async () => {
    const svg = await clgsNegatives().svg();
    for (const word of ["velorin", "oxadine", "negative 4"]) expect(svg).toContain(word);
  });
});
