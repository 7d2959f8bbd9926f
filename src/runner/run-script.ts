// Runs a TypeScript file in a process of its own, for work that needs no notebook: `import ... from "relata"`, await anywhere.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { DataError, projectFolder } from "../core";

/** How a script is run. */
export interface ScriptOptions {
  /** Given to the script as `RELATA_PROFILE`. Default "quick". */
  readonly profile?: string;
  /** A module whose `giveNames()` is called first, for names that need no import. Default: none. */
  readonly names?: string;
  /** Words after the script's name, its `process.argv.slice(2)`. */
  readonly args?: readonly string[];
  /** Aborting sends SIGINT, then SIGKILL after five seconds. */
  readonly signal?: AbortSignal;
}

/** Runs `file` with our own stdin, stdout and stderr; its exit code (128 + n where signal n ended it). */
export async function runScript(file: string, options: ScriptOptions = {}): Promise<number> {
  if (!fs.existsSync(file)) throw new DataError("no such script: check the path", { file });
  const { profile = "quick", names = "-", args = [], signal } = options;
  const host = path.join(projectFolder, "src", "runner", "script-host.cjs");
  const child = spawn(process.execPath, [host, names, path.resolve(file), ...args], {
    stdio: "inherit",
    env: { ...process.env, RELATA_PROFILE: profile },
  });
  let lastResort: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill("SIGINT");
    lastResort = setTimeout(() => child.kill("SIGKILL"), 5000);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, name) => resolve(code ?? (name === "SIGINT" ? 130 : 137)));
    });
  } finally {
    clearTimeout(lastResort);
    signal?.removeEventListener("abort", stop);
  }
}
