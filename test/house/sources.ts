// The project's own files, as git lists them (tracked or new, but not ignored), and what they import.

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

export const root = path.resolve(__dirname, "..", "..");

/** Paths relative to the clone, with slashes, of every file that is there. */
export function projectFiles(pattern: RegExp): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const files = new Set(listed.split("\n").filter((file) => pattern.test(file)));
  return [...files].filter((file) => fs.existsSync(path.join(root, file))).sort();
}

/** The text of a project file. */
export function textOf(file: string): string {
  return fs.readFileSync(path.join(root, file), "utf8");
}

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\brequire\(\s*)["']([^"'\n]+)["']/g;

/** What a file imports: paths relative to the clone for its own files, names for packages and Node's modules. */
export function importsOf(file: string, text = textOf(file)): string[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  return [...code.matchAll(IMPORT)].map(([, target]) =>
    target!.startsWith(".") ? path.posix.join(path.posix.dirname(file), target!) : target!,
  );
}

/** The room a path is in: `src/engine/x.ts` is in `engine`, `kernel-ext/a.ts` in `kernel-ext`; undefined elsewhere. */
export function roomOf(file: string): string | undefined {
  const [top, folder] = file.split("/");
  if (top === "kernel-ext") return top;
  return top === "src" && folder !== undefined && !/\.\w+$/.test(folder) && folder !== "index"
    ? folder
    : undefined;
}
