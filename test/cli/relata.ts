// Runs the real `relata` command as a process of its own.

import { spawn } from "node:child_process";
import * as path from "node:path";

const root = path.resolve(__dirname, "..", "..");

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `relata ...args`; `env` comes on top of this process's environment. */
export function relata(
  args: readonly string[],
  env: Record<string, string> = {},
  launcher = path.join(root, "src", "cli", "relata.cjs"),
): Promise<Ended> {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}
