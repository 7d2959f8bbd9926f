import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";

it("a training goes on under the signals of a profiler, with the same numbers", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-signals-"));
  const profiler = ["--cpu-prof", "--cpu-prof-interval", "100", "--cpu-prof-dir", folder];
  const script = path.join(__dirname, "under-signals.ts");
  const { status, signal, stdout } = spawnSync(
    process.execPath,
    [...profiler, "-r", "ts-node/register/transpile-only", script],
    { encoding: "utf8", env: { ...process.env, TF_NUM_INTRAOP_THREADS: "1" } },
  );
  expect([status, signal, stdout.trim()]).toEqual([0, null, "same"]);
  // The profile was written, so its signals did arrive.
  const [profile] = fs.readdirSync(folder);
  expect(fs.statSync(path.join(folder, profile!)).size).toBeGreaterThan(100_000);
  fs.rmSync(folder, { recursive: true });
}, 120_000);
