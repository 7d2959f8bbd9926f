// Kernelspecs: how a kernel is started, read from its folder or found by name where Jupyter keeps them.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { messageOf } from "../../src/core/errors";
import { unknownName } from "../../src/core/names";
import { KernelError } from "./errors";

/** The fields of kernel.json that a client needs; `argv` may hold `{connection_file}` and `{resource_dir}`. */
export interface KernelSpec {
  readonly name: string;
  readonly argv: readonly string[];
  readonly displayName: string;
  readonly language: string;
  readonly interruptMode: "signal" | "message";
  readonly env: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** The kernelspec in `folder`. */
export function readKernelSpec(folder: string): KernelSpec {
  const file = path.join(folder, "kernel.json");
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    throw new KernelError(`cannot read the kernelspec "${file}": ${messageOf(cause)}`, { cause });
  }
  const { argv } = read;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((word) => typeof word === "string")) {
    throw new KernelError(`the kernelspec "${file}" has no "argv" list of words: install the kernel again`);
  }
  const name = path.basename(folder);
  return {
    name,
    argv,
    displayName: typeof read["display_name"] === "string" ? read["display_name"] : name,
    language: typeof read["language"] === "string" ? read["language"] : name,
    interruptMode: read["interrupt_mode"] === "message" ? "message" : "signal",
    env: (read["env"] ?? {}) as Record<string, string>,
    folder,
  };
}

/** The folders in which Jupyter looks for kernels, the user's first. */
export function kernelFolders(): string[] {
  const { JUPYTER_PATH, JUPYTER_DATA_DIR, XDG_DATA_HOME } = process.env;
  const home = os.homedir();
  const user =
    process.platform === "darwin"
      ? path.join(home, "Library", "Jupyter")
      : path.join(XDG_DATA_HOME || path.join(home, ".local", "share"), "jupyter");
  const listed = (JUPYTER_PATH ?? "").split(path.delimiter).filter((entry) => entry !== "");
  const data = [...listed, JUPYTER_DATA_DIR || user, "/usr/local/share/jupyter", "/usr/share/jupyter"];
  return data.map((folder) => path.join(folder, "kernels"));
}

/** The kernelspec named `name` in `folders`; the first one wins. */
export function findKernelSpec(name: string, folders: readonly string[] = kernelFolders()): KernelSpec {
  const known: string[] = [];
  for (const folder of folders) {
    if (!fs.existsSync(folder)) continue;
    for (const entry of fs.readdirSync(folder)) {
      if (!fs.existsSync(path.join(folder, entry, "kernel.json"))) continue;
      if (entry === name) return readKernelSpec(path.join(folder, entry));
      known.push(entry);
    }
  }
  throw unknownName("kernel", name, known);
}
