import { describe, expect, it } from "vitest";
import type { Setting } from "../../../src/experiments";
import { attentionDiagram, frameworkDiagram, hiure } from "../../../src/papers/hiure";
import { flowDiagram } from "../../../src/plots";

const setting: Setting = { profile: "quick", seed: 0, data: "usual" };

describe("the architecture figures", () => {
  it("are drawn, and an arrow to nowhere is refused", () => {
    expect(frameworkDiagram().text()).toContain("HPC once an epoch (3-8) -> exemplars L layers");
    expect(attentionDiagram().text()).toContain("attention (6)");
    expect(() => flowDiagram([{ id: "a", text: "a", at: [0, 0] }], [{ from: "a", to: "b" }])).toThrow(
      /unknown box of the diagram "b"/,
    );
    expect(() =>
      flowDiagram(
        [
          { id: "a", text: "a", at: [0, 0] },
          { id: "a", text: "b", at: [1, 0] },
        ],
        [],
      ),
    ).toThrow(/same id/);
  });
});

describe("the experiments", () => {
  it("cover every table, every measured figure and every claim", () => {
    const { tables, figures, predicates } = hiure.reference;
    const ids = hiure.experiments.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(tables.map(({ id }) => id)));
    const measured = figures.filter(({ kind }) => kind !== "diagram").map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(measured));
    for (const { id, experiment } of predicates)
      expect(Object.keys(hiure.experiment(experiment).claims ?? {}), id).toContain(id);
    expect(predicates).toHaveLength(15);
  });

  it("measure the rows that the paper measures of its own method", () => {
    for (const id of ["T1a", "T1b"]) {
      const methods = hiure.experiment(id).rows.map(({ method }) => method);
      const table = hiure.reference.tables.find((one) => one.id === id)!;
      const own = table.rows.map(({ method }) => method).filter((method) => method.startsWith("HiURE"));
      expect(methods).toEqual(expect.arrayContaining(own));
      expect(methods).toEqual(expect.arrayContaining(["SelfORE", "EType", "UIE-BERT"]));
    }
  });

  it.each(["quick", "small", "paper"] as const)("plan the same works in profile %s", (profile) => {
    const works = (of: Setting["profile"]): string[] =>
      hiure.experiments.flatMap(({ rows }) =>
        rows.flatMap((row) => Object.values(row.runs({ ...setting, profile: of })).map(({ work }) => work)),
      );
    expect(works(profile)).toEqual(works("quick"));
  });

  it("name the control's data on the control", () => {
    const row = hiure.experiment("T1a").rows.find(({ method }) => method === "HiURE")!;
    const [run] = Object.values(row.runs({ ...setting, data: "control" }));
    expect(run!.inputs).toContain("world-control/unlabelled");
  });
});
