import { afterEach, describe, expect, it } from "vitest";
import type { Setting } from "../../../src/experiments";
import { finecl } from "../../../src/papers/finecl";
import { F4 } from "../../../src/papers/finecl/experiments/figures";
import { learnedBarChart } from "../../../src/papers/finecl/order/order-charts";
import { compareRun, METHODS } from "../../../src/papers/finecl/experiments/plan";
import { OBJECTIVES } from "../../../src/papers/finecl/pretraining/pretraining";
import { T5a } from "../../../src/papers/finecl/experiments/sentence-tables";
import { T1 } from "../../../src/papers/finecl/experiments/tables";

const setting = { profile: "quick", seed: 0, data: "usual" } as const;
const { reference } = finecl;

describe("the experiments", () => {
  it("are all tables and all measured figures of the paper", () => {
    const wanted = [...reference.tables, ...reference.figures.filter(({ kind }) => kind !== "diagram")];
    expect(finecl.experiments.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
  });

  it("judge every predicate in the experiment it is about", () => {
    for (const { id, experiment } of reference.predicates)
      expect(finecl.experiment(experiment).claims?.[id], id).toBeDefined();
  });

  it("measure methods that the table has, and one row of our own", () => {
    const own = reference.tables.flatMap(({ id, rows }) => {
      const quoted = rows.map(({ method }) => method);
      return finecl
        .experiment(id)
        .rows.flatMap(({ method }) => (quoted.includes(method) ? [] : [`${id} ${method}`]));
    });
    expect(own).toEqual(["T2 batch-based, epochs up to 45 %"]);
  });

  it("claim only what their rows and columns measure", () => {
    for (const { id, rows, claims, ownClaims, columns, controls = [] } of finecl.experiments) {
      const known = columns ?? reference.tables.find((table) => table.id === id)!.columns;
      for (const [name, claim] of Object.entries(claims ?? {})) {
        claim((method, column) => {
          expect(
            rows.map((row) => row.method),
            `${id} ${name}`,
          ).toContain(method);
          expect(known, `${id} ${name}`).toContain(column);
          return 0;
        });
        const isQuoted = reference.predicates.some((one) => one.id === name && one.experiment === id);
        expect(isQuoted || ownClaims?.[name] !== undefined, `${id} ${name}`).toBe(true);
      }
      for (const control of controls) expect(Object.keys(claims ?? {})).toContain(control);
    }
  });

  it("compare two readers that begin from different numbers", () => {
    const { first, second } = compareRun(setting).needs!;
    expect(first!.seed).not.toBe(second!.seed);
    expect(first!.settings).toMatchObject({ isMarked: false, blank: 1 });
    expect(second!.settings).toMatchObject({ isMarked: true, blank: 1 });
  });
});

describe("table 1", () => {
  it("reads R_D and E_D off the objectives as the paper has them, but for WCL's base model", () => {
    const paper = reference.tables.find(({ id }) => id === "T1")!;
    for (const { method, values } of paper.rows) {
      const own = T1.rows.find((row) => row.method === method)!.read({});
      expect([own["R_D"], own["E_D"]], method).toEqual(values.slice(2).map((mark) => (mark === "✓" ? 1 : 0)));
    }
  });

  it("tells FineCL from ERICA by its weights alone", () => {
    const { weights: order, ...finecl } = OBJECTIVES.finecl;
    const { weights: equal, ...erica } = OBJECTIVES.erica;
    expect([order, equal]).toEqual(["order", "equal"]);
    expect(finecl).toEqual(erica);
  });
});

describe("tables 3 and 5", () => {
  const rows = [...finecl.experiment("T3").rows, ...finecl.experiment("T5b").rows];
  const sharesOf = (given: Partial<Setting>) =>
    Object.fromEntries(
      rows.map((row) => [row.method, Object.keys(row.runs({ ...setting, ...given })).length]),
    );

  it("measure 1 % on the control, and three rows in small", () => {
    const methods = [...Object.keys(METHODS), "CNN*", "BiLSTM*"];
    const all = (count: number) => Object.fromEntries(methods.map((method) => [method, count]));
    expect(sharesOf({})).toEqual(all(3));
    expect(sharesOf({ data: "control" })).toEqual(all(1));
    expect(sharesOf({ profile: "small" })).toEqual({
      ...all(0),
      RoBERTa: 3,
      ERICA_RoBERTa: 3,
      FineCL: 3,
    });
    expect(rows[0]!.readsAny === true && Object.values(rows[0]!.read({})).every((one) => one === null)).toBe(
      true,
    );
  });
});

describe("table 5a", () => {
  const before = process.env["RELATA_DATA"];
  afterEach(() => {
    if (before === undefined) delete process.env["RELATA_DATA"];
    else process.env["RELATA_DATA"] = before;
  });

  it("has no runs where TACRED is not here, and says how to bring it", () => {
    process.env["RELATA_DATA"] = __dirname;
    const rows = T5a.rows.filter(({ method }) => METHODS[method] === null);
    expect(rows.map((row) => row.runs({ ...setting, profile: "small" }))).toEqual([{}]);
    expect(rows[0]!.read({})).toMatchObject({ "1%": null, "10%": null, "100%": null });
    expect(Object.keys(rows[0]!.runs(setting))).toEqual(["1", "10", "100"]);
    expect(T5a.about).toContain("RELATA_DATA");
  });
});

describe("figure 4", () => {
  const shares = { one: [0.5, 0.2], other: [0.1, 0.1] };

  it("counts the relations of which more than half is learned", () => {
    const value = { byRelation: { one: 0.7, other: 0.2 } };
    expect(F4.rows[0]!.read({ run: value })).toEqual({
      "relations above 50 %": 50,
      "lowest share": 0.2,
      "mean share": expect.closeTo(0.45, 10) as number,
    });
  });

  it("stacks the epochs and what was never learned to one", () => {
    const bars = Object.entries(shares).map(([name, own]) => ({ name, shares: own }));
    const { data } = learnedBarChart(bars).spec as unknown as {
      data: { values: { name: string; share: number; epoch: string }[] };
    };
    const own = data.values.filter(({ name }) => name === "other");
    expect(own.map(({ epoch }) => epoch)).toEqual(["1", "2", "never"]);
    expect(own.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
  });
});
