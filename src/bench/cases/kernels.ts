// The kernels that `relata bench kernel` compares: how each starts, and what the same work looks like in its language.

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { startKernel, type KernelClient, type KernelSpec } from "../../../kernel-ext/client";
import { kernelSpec } from "../../../kernel-ext/spec/kernelspec";
import { OptionError, projectFolder } from "../../core";
import type { BenchOptions } from "../plan";

/** A kernel to measure. */
export interface Kernel {
  /** Its own, and that of its package. */
  readonly name: string;
  /** Where it runs: a folder that has the project's packages. */
  readonly cwd: string;
  readonly spec: KernelSpec;
  readonly cells: {
    /** Prints so many short lines. */
    print(lines: number): string;
    /** Shows so many characters of HTML. */
    show(length: number): string;
  };
  /** Cells to run before a task. */
  readonly setUp: Readonly<Record<string, string>>;
  start(): Promise<KernelClient>;
}

const typescript = {
  cells: {
    print: (lines: number) => `const { log } = console;\nfor (let i = 0; i < ${lines}; i++) log("line", i);`,
    show: (length: number) => `display.html("<b>x</b>\\n".repeat(${Math.ceil(length / 9)}));`,
  },
  setUp: {
    libraries: `import * as tf from "@tensorflow/tfjs";\nimport * as dfd from "danfojs-node";\nconst three = tf.tensor([1, 2, 3]);\nconst frame = new dfd.DataFrame([[1, 2], [3, 4]], { columns: ["one", "two"] });`,
    relata: `import * as tf from "@tensorflow/tfjs";\nimport * as dfd from "danfojs-node";\nimport * as lab from "relata";\nconst three = tf.tensor([1, 2, 3]);\nconst frame = new dfd.DataFrame([[1, 2], [3, 4]], { columns: ["one", "two"] });`,
  },
};

const python = {
  cells: {
    print: (lines: number) => `for i in range(${lines}): print("line", i)`,
    show: (length: number) =>
      `from IPython.display import HTML, display\ndisplay(HTML("<b>x</b>\\n" * ${Math.ceil(length / 9)}))`,
  },
  setUp: {},
};

/** The kernel that the options name. */
export function kernelNamed(options: BenchOptions): Kernel {
  const name = String(options["kernel"]);
  if (name === "relata") {
    const { argv, env } = kernelSpec();
    return kernel(name, { argv, env }, typescript);
  }
  if (name === "tslab") {
    const main = path.join(projectFolder, "node_modules", "tslab", "bin", "tslab");
    const argv = [process.execPath, main, "kernel", "--config-path", "{connection_file}"];
    const cells = {
      ...typescript.cells,
      show: (length: number) => `import { display } from "tslab";\n${typescript.cells.show(length)}`,
    };
    return kernel(name, { argv }, { ...typescript, cells });
  }
  if (name === "ipykernel") {
    const argv = [String(options["python"]), "-m", "ipykernel_launcher", "-f", "{connection_file}"];
    return kernel(name, { argv }, python);
  }
  throw new OptionError(`no kernel "${name}": known are relata, tslab, ipykernel`);
}

function kernel(
  name: string,
  { argv, env = {} }: { argv: readonly string[]; env?: Readonly<Record<string, string>> },
  work: Pick<Kernel, "cells" | "setUp">,
): Kernel {
  const spec = { name, argv, env, displayName: name, language: name, interruptMode: "signal" as const };
  const cwd = path.join(projectFolder, "notebooks");
  return { name, spec, cwd, cells: work.cells, setUp: work.setUp, start: () => started(spec, cwd) };
}

/** How often a kernel may fail to start: tslab does when it is asked before all its sockets are bound. */
const ATTEMPTS = 4;
const START_MILLISECONDS = 15_000;

async function started(spec: KernelSpec, cwd: string): Promise<KernelClient> {
  for (let attempt = 1; ; attempt++)
    try {
      return await startKernel({ spec, cwd, startTimeout: START_MILLISECONDS });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
}

/** The version of a kernel's package. */
export function findVersion({ name, spec }: Kernel): string {
  if (name === "ipykernel")
    return execFileSync(spec.argv[0]!, ["-c", "import ipykernel; print(ipykernel.__version__)"], {
      encoding: "utf8",
    }).trim();
  const folder = name === "relata" ? projectFolder : path.join(projectFolder, "node_modules", name);
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
