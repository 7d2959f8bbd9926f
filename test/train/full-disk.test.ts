import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "vitest";
import { CheckpointFolder, readCheckpoint } from "../../src/train/checkpoint";
import { skipUnless } from "../support/skips";

const child = path.join(__dirname, "kill.child.ts");

/** Trains in a process that may write no file longer than `kilobytes`, as on a disk that fills up in the middle of a write. */
function trainWithin(
  folder: string,
  kilobytes: number | "unlimited",
): { stdout: string; stderr: string; status: number | null } {
  const node = `"${process.execPath}" -r ts-node/register/transpile-only "${child}" "${folder}"`;
  return spawnSync("bash", ["-c", `ulimit -f ${kilobytes} && exec ${node}`], { encoding: "utf8" });
}

skipUnless(process.platform !== "win32", "needs a shell with ulimit")(
  "a disk that fills up while a checkpoint is written gives one sentence, and the run goes on from the one before",
  { timeout: 120_000 },
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-full-"));
    const whole = trainWithin(path.join(folder, "whole"), "unlimited");
    const stopped = trainWithin(path.join(folder, "run"), 1);
    expect(stopped.status).not.toBe(0);
    expect(stopped.stderr).toMatch(
      /cannot write checkpoint .*step-\d+\.safetensors.* at step \d+ \(.*EFBIG.*earlier checkpoints are whole/,
    );
    const left = new CheckpointFolder(path.join(folder, "run"), "").files();
    for (const file of left) expect(readCheckpoint(file).position.step).toBeGreaterThan(0);
    expect(fs.readdirSync(path.join(folder, "run")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const resumed = trainWithin(path.join(folder, "run"), "unlimited");
    expect(/^weights .*$/m.exec(resumed.stdout)?.[0]).toBe(/^weights .*$/m.exec(whole.stdout)?.[0]);
    expect(left.length).toBeGreaterThan(0);
    fs.rmSync(folder, { recursive: true, force: true });
  },
);
