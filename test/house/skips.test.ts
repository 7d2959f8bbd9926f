// `skipUnless`: what it skips is noted with its reason, and the report finds the reason again.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "./sources";

const { skips } = createRequire(__filename)("../../.ci/report.cjs") as {
  skips(root: string, results: unknown): { test: string; reason: string; isAllowed: boolean }[];
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-skips-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

it("runs what the machine can, skips the rest, and notes each skip with its reason", () => {
  for (const [name, target] of [
    ["node_modules", path.join(root, "node_modules")],
    ["test/support/skips.ts", path.join(root, "test", "support", "skips.ts")],
  ] as const) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    if (name === "node_modules") fs.symlinkSync(target, path.join(folder, name));
    else fs.copyFileSync(target, path.join(folder, name));
  }
  fs.writeFileSync(
    path.join(folder, "test", "a.test.ts"),
    `import { expect } from "vitest";
     import { skipUnless } from "./support/skips";
     skipUnless(true, "never")("runs", () => expect(1).toBe(1));
     skipUnless(false, "no GPU")("needs a GPU", () => expect(1).toBe(2));
     skipUnless(false, "no data").each(["a", "b"])("reads %s", () => expect(1).toBe(2));`,
  );
  fs.writeFileSync(
    path.join(folder, "test", "allowed-skips.json"),
    '[{ "file": "test/a.test.ts", "reason": "no GPU" }]',
  );
  const args = ["run", "--root", folder, "--reporter=json", "--outputFile=results.json"];
  const { status } = spawnSync(process.execPath, [
    path.join(root, "node_modules", "vitest", "vitest.mjs"),
    ...args,
  ]);
  const results: { numPassedTests: number } = JSON.parse(
    fs.readFileSync(path.join(folder, "results.json"), "utf8"),
  );
  expect([status, results.numPassedTests]).toEqual([0, 1]);
  const found = skips(fs.realpathSync(folder), results).map(({ test, reason, isAllowed }) => [
    test,
    reason,
    isAllowed,
  ]);
  expect(found).toEqual([
    ["needs a GPU", "no GPU", true],
    ["reads a", "no data", false],
    ["reads b", "no data", false],
  ]);
});
