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

/** Packages in a folder's node_modules, as npm itself notes them: path to version and whether they want scripts run. */
export type Installed = ReadonlyMap<string, { readonly version: string; readonly hasInstallScript: boolean }>;

/** What is installed in `folder`; nothing where npm has not been yet. */
export function installedIn(folder: string): Installed {
  let packages: Record<string, { version?: string; hasInstallScript?: boolean }>;
  try {
    const text = fs.readFileSync(path.join(folder, "node_modules", ".package-lock.json"), "utf8");
    ({ packages } = JSON.parse(text) as { packages: typeof packages });
  } catch {
    return new Map();
  }
  return new Map(
    Object.entries(packages).map(([place, { version = "?", hasInstallScript = false }]) => [
      place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length),
      { version, hasInstallScript },
    ]),
  );
}

/** One line for each package that came, changed or went. */
export function changesOf(before: Installed, after: Installed): string[] {
  const lines: string[] = [];
  for (const [name, { version, hasInstallScript }] of after) {
    const old = before.get(name)?.version;
    if (old === version) continue;
    const change =
      old === undefined ? `added ${name}@${version}` : `changed ${name} from ${old} to ${version}`;
    lines.push(hasInstallScript ? `${change} (its install script was not run)` : change);
  }
  for (const [name, { version }] of before) if (!after.has(name)) lines.push(`removed ${name}@${version}`);
  return lines;
}
