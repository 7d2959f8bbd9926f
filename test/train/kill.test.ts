import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";

/** Runs the child until `stopAt` appears in its output (then SIGKILL), or to its end. */
function runChild(folder: string | undefined, stopAt?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = path.join(__dirname, "kill.child.ts");
    const child = spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", script, ...(folder ? [folder] : [])],
      {
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    let output = "";
    child.stdout.on("data", (text: Buffer) => {
      output += text.toString();
      if (stopAt !== undefined && output.includes(stopAt)) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}

const weightsIn = (output: string): string | undefined => /^weights (.*)$/m.exec(output)?.[1];

it(
  "ends with the numbers of an uninterrupted run after being killed at any step",
  { timeout: 180_000 },
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-kill-"));
    const whole = weightsIn(await runChild(undefined));
    for (const step of [1, 6, 13, 20]) {
      const killed = await runChild(folder, `step ${step}\n`);
      expect(weightsIn(killed)).toBeUndefined();
    }
    const rest = await runChild(folder);
    expect(rest).not.toMatch(/^step 1$/m);
    expect(weightsIn(rest)).toBe(whole);
    fs.rmSync(folder, { recursive: true, force: true });
  },
);
