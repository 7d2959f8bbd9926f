// The report of `.ci/run` on skips and unused fixtures.

import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

interface TestResult {
  readonly title: string;
  readonly fullName: string;
  readonly status: string;
}
interface Results {
  readonly testResults: readonly { name: string; status: string; assertionResults: readonly TestResult[] }[];
}
interface Report {
  countsOf(results: Results): { passed: number; failed: number; skipped: number };
  skips(root: string, results: Results): { file: string; test: string; reason: string; isAllowed: boolean }[];
  unusedFixtures(root: string): string[];
}
const report = createRequire(__filename)("../../.ci/report.cjs") as Report;

let root = "";
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-report-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function write(file: string, content: unknown): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), typeof content === "string" ? content : JSON.stringify(content));
}

const results = (status: string, title = "runs on a GPU"): Results => ({
  testResults: [
    {
      name: path.join(root, "test", "a.test.ts"),
      status: "passed",
      assertionResults: [{ title, fullName: `engine ${title}`, status }],
    },
  ],
});

describe("the report on skips", () => {
  it("allows what the committed list names by file and reason", () => {
    write("test/allowed-skips.json", [{ file: "test/a.test.ts", reason: "no GPU" }]);
    write(".relata/skips/1.txt", "runs on a GPU\tno GPU\n");
    expect(report.skips(root, results("skipped"))).toEqual([
      { file: "test/a.test.ts", test: "engine runs on a GPU", reason: "no GPU", isAllowed: true },
    ]);
  });

  it("does not allow another reason, nor a skip that gave none", () => {
    write("test/allowed-skips.json", [{ file: "test/a.test.ts", reason: "no GPU" }]);
    write(".relata/skips/1.txt", "runs on a GPU\ttoo slow\n");
    expect(report.skips(root, results("skipped"))[0]).toMatchObject({ reason: "too slow", isAllowed: false });
    expect(report.skips(root, results("todo", "other"))[0]).toMatchObject({ isAllowed: false });
  });

  it("finds the reason of a row by the fixed beginning of its name", () => {
    write("test/allowed-skips.json", []);
    write(".relata/skips/1.txt", "reads \tno data\n");
    expect(report.skips(root, results("skipped", "reads SemEval"))[0]).toMatchObject({ reason: "no data" });
  });
});

describe("the report on fixtures", () => {
  it("names every entry that no test used, and leaves out files that hold no cases", () => {
    write("test/fixture-exclusions.json", [{ pattern: "(^|/)config\\.json$", why: "a model's" }]);
    write("test/fixtures/losses/a.json", { cases: [{}, {}], tolerance: 1 });
    write("test/fixtures/model/config.json", { size: 3 });
    write(".relata/fixture-usage/7.txt", "losses/a.json\tcases[0]\nlosses/a.json\ttolerance\n");
    expect(report.unusedFixtures(root)).toEqual(["losses/a.json cases[1]"]);
  });
});

describe("the counts", () => {
  it("count a file that could not run as a failure", () => {
    const dead = { name: "b", status: "failed", assertionResults: [] };
    const { testResults } = results("passed");
    expect(report.countsOf({ testResults: [...testResults, dead] })).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });
});
