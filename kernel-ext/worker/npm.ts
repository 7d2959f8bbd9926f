// `%npm install`: packages for one notebook's folder, without their scripts, and never in the clone's own files.

import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

const ACTIONS = new Set(["install", "uninstall", "ls"]);
const PACKAGE = /^(@[\w][\w.-]*\/)?[\w][\w.-]*(@[\w.^~<>=*-]+)?$/;

/** The words for npm; throws one sentence for anything but the known actions with plain package names. */
export function npmArguments(text: string, folder: string, clone: string): string[] {
  const [action = "", ...names] = text.trim().split(/\s+/);
  if (!ACTIONS.has(action))
    throw new Error(`%npm ${action} is not offered: use %npm install NAME, %npm uninstall NAME or %npm ls`);
  const odd = names.find((name) => !PACKAGE.test(name));
  if (odd !== undefined) throw new Error(`"${odd}" is no package name: write NAME or NAME@VERSION`);
  if (names.length === 0 && action !== "ls") throw new Error(`%npm ${action} needs the name of a package`);
  if (folder === clone && action !== "ls")
    throw new Error(
      `%npm ${action} would change the clone itself: put the notebook into a folder of its own, such as notebooks/`,
    );
  const isOwn = fs.existsSync(path.join(folder, "package.json"));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder];
  return [
    action,
    ...names,
    ...quiet,
    ...(isOwn || action === "ls" ? [] : ["--no-save", "--no-package-lock"]),
  ];
}

/** Runs npm; resolves to its exit code. `onStart` gets the process, so that it can be ended. */
export function runNpm(
  args: readonly string[],
  folder: string,
  onText: (text: string) => void,
  onStart: (child: ChildProcess) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const isWindows = process.platform === "win32";
    const child = spawn(isWindows ? "npm.cmd" : "npm", args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      shell: isWindows,
    });
    child.stdout.on("data", (chunk: Buffer) => onText(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => onText(chunk.toString()));
    child.on("error", () =>
      reject(new Error("npm is not on this machine: it comes with Node, see https://nodejs.org")),
    );
    child.on("close", (code) => resolve(code ?? 1));
    onStart(child);
  });
}
