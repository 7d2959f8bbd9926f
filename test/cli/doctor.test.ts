// `relata doctor`: the shape that scripts rely on, and what it says when something is wrong.

import { describe, expect, it } from "vitest";
import { tidyPath } from "../../src/cli/doctor/component";
import { homedir } from "node:os";
import { relata } from "./relata";

interface Report {
  readonly ok: boolean;
  readonly engine: Record<string, unknown> | null;
  readonly components: readonly Record<string, unknown>[];
}

const named = ({ components }: Report, name: string): Record<string, unknown> | undefined =>
  components.find((component) => component.name === name);

describe("relata doctor", () => {
  it("prints one object of the documented shape with --json", async () => {
    const { code, stdout } = await relata(["doctor", "--json"]);
    const report: Report = JSON.parse(stdout);
    expect(code).toBe(report.ok ? 0 : 1);
    expect(Object.keys(report)).toEqual(["ok", "engine", "components"]);
    expect(report.ok).toBe(true);
    expect(report.engine).toEqual({
      name: expect.stringMatching(/^(tensorflow|wasm)$/),
      library: expect.any(String),
      version: expect.any(String),
      device: expect.any(String),
      threads: expect.any(Number),
    });
    for (const { state, version, remedy, detail } of report.components) {
      expect(["ok", "missing", "broken"]).toContain(state);
      for (const value of [version, remedy]) expect(value === null || typeof value === "string").toBe(true);
      expect(detail).toEqual(expect.any(String));
    }
    const names =
      "node packages engine platform tensorflow addon gpu python jupyter kernel chromium minilm data";
    expect(report.components.map(({ name }) => name)).toEqual(names.split(" "));
    expect(named(report, "node")).toMatchObject({ state: "ok", version: process.versions.node });
    expect(stdout).not.toContain(`${homedir()}/`);
  });

  it("finds nothing beside Node on an empty PATH and gives the command for each", async () => {
    const { code, stdout } = await relata(["doctor", "--json"], {
      PATH: "",
      RELATA_ENGINE: "cpu",
      RELATA_DATA: "",
    });
    const report: Report = JSON.parse(stdout);
    expect(code).toBe(0);
    for (const name of ["python", "jupyter", "chromium"])
      expect(named(report, name)).toMatchObject({
        state: "missing",
        version: null,
        remedy: expect.stringMatching(/\w+ install /),
      });
    expect(named(report, "gpu")).toMatchObject({ state: "missing", remedy: null });
  });

  it("fails with one sentence when RELATA_ENGINE is not an engine", async () => {
    const { code, stdout, stderr } = await relata(["doctor"], { RELATA_ENGINE: "tensorflo" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/engine\s+BROKEN\s+unknown engine "tensorflo": did you mean "tensorflow"\?/);
    expect(stderr).toContain("relata: engine must be mended");
  });

  it("calls a RELATA_DATA that is not there broken", async () => {
    const { stdout } = await relata(["doctor", "--json"], {
      RELATA_DATA: "/no/such/folder",
      RELATA_ENGINE: "cpu",
    });
    expect(named(JSON.parse(stdout), "data")).toMatchObject({
      state: "broken",
      detail: 'RELATA_DATA names "/no/such/folder", which is not there',
    });
  });

  it("writes the home folder as ~", () => {
    expect(tidyPath(`found in ${homedir()}/x`)).toBe("found in ~/x");
  });
});
