// `relata lab`: opens JupyterLab on the notebooks, with our kernel known to that JupyterLab alone.

import { spawn } from "node:child_process";
import * as path from "node:path";
import { installSpec } from "../../../kernel-ext/spec/kernelspec";
import { projectFolder, RelataError } from "../../core";
import type { Command, Output } from "../command";
import { firstLine } from "../doctor/component";

/** What is installed where there is none; tested with this release. */
const JUPYTERLAB = "jupyterlab==4.6.6";
const ownPrefix = path.join(projectFolder, ".relata", "jupyter");

const windows = process.platform === "win32";
const binary = (name: string): string =>
  windows ? path.join(ownPrefix, "Scripts", `${name}.exe`) : path.join(ownPrefix, "bin", name);

/** The command that starts a JupyterLab: the clone's own environment first, then this machine's. Or undefined. */
async function findJupyterLab(): Promise<readonly [string, ...string[]] | undefined> {
  for (const jupyter of [binary("jupyter"), "jupyter"])
    if ((await firstLine(jupyter, ["lab", "--version"])) !== undefined) return [jupyter, "lab"];
  for (const python of ["python3", "python"])
    if ((await firstLine(python, ["-m", "jupyterlab", "--version"])) !== undefined)
      return [python, "-m", "jupyterlab"];
  return undefined;
}

/** Puts JupyterLab into a virtual environment of the clone, with the words of pip on stderr. */
async function setUpJupyterLab(out: Output): Promise<readonly [string, ...string[]]> {
  const remedy =
    'type "python3 -m pip install jupyterlab" where that works (or run notebooks without it: relata run)';
  const python = await firstPython();
  if (python === undefined)
    throw new RelataError(`JupyterLab is not on this machine, nor a Python that could install it: ${remedy}`);
  if (process.env.RELATA_OFFLINE === "1")
    throw new RelataError(
      `JupyterLab is not on this machine, and RELATA_OFFLINE=1 forbids to fetch it: ${remedy}`,
    );
  out.text(`JupyterLab is not on this machine: it is put into ${ownPrefix} (once, about 50 MB)`);
  const steps: readonly [string, readonly string[]][] = [
    [python, ["-m", "venv", ownPrefix]],
    [binary("python"), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", JUPYTERLAB]],
  ];
  for (const [program, words] of steps)
    if ((await runQuietly(program, words)) !== 0)
      throw new RelataError(
        `JupyterLab cannot be installed ("${path.basename(program)} ${words.join(" ")}" failed): ${remedy}`,
      );
  return [binary("jupyter"), "lab"];
}

async function firstPython(): Promise<string | undefined> {
  for (const python of ["python3", "python"])
    if ((await firstLine(python, ["-c", "import venv, ensurepip; print(1)"])) !== undefined) return python;
  return undefined;
}

/** Runs a program with all its words on stderr; its exit code. */
function runQuietly(program: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ["ignore", process.stderr, process.stderr] });
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** `relata lab [-- OPTIONS OF JUPYTERLAB]`. */
export const labCommand: Command = {
  name: "lab",
  summary: "open JupyterLab on the notebooks with our kernel",
  usage: [
    "relata lab [OPTIONS OF JUPYTERLAB]",
    "",
    "Starts the JupyterLab of this machine in notebooks/, or one that it puts into the clone (.relata/jupyter) where there",
    "is none. Our kernel is made known to it alone: nothing is installed in the user's Jupyter folders (relata kernel",
    "install does that). Without a browser it prints the address. Options such as --no-browser are passed on.",
  ].join("\n"),
  async run(args, out) {
    const command = (await findJupyterLab()) ?? (await setUpJupyterLab(out));
    installSpec({ prefix: ownPrefix });
    const given = process.env.JUPYTER_PATH;
    const here = path.join(ownPrefix, "share", "jupyter");
    const env = { ...process.env, JUPYTER_PATH: given ? `${here}${path.delimiter}${given}` : here };
    const [program, ...before] = command;
    const passed = args.filter((argument) => argument !== "--");
    const child = spawn(program, [...before, ...passed], {
      cwd: path.join(projectFolder, "notebooks"),
      env,
      stdio: "inherit",
    });
    // Ctrl-C reaches JupyterLab itself, which asks whether to stop: we wait for its answer.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    return new Promise((resolve, reject) => {
      child.on("error", (error) => reject(new RelataError(`JupyterLab cannot be started: ${error.message}`)));
      child.on("close", (code) => resolve(code ?? 1));
    });
  },
};
