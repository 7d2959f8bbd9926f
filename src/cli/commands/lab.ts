// `relata lab`: opens JupyterLab on the notebooks, with our kernel known to that JupyterLab alone.

import { spawn } from "node:child_process";
import * as path from "node:path";
import { installSpec } from "../../../kernel-ext/spec/kernelspec";
import { projectFolder, RelataError } from "../../core";
import type { Command } from "../command";
import { firstLine } from "../doctor/component";

const ownPrefix = path.join(projectFolder, ".relata", "jupyter");

/** The command that starts a JupyterLab: the clone's own environment first, then this machine's. Or undefined. */
async function findJupyterLab(): Promise<readonly [string, ...string[]] | undefined> {
  for (const jupyter of [path.join(ownPrefix, "bin", "jupyter"), "jupyter"])
    if ((await firstLine(jupyter, ["lab", "--version"])) !== undefined) return [jupyter, "lab"];
  for (const python of ["python3", "python"])
    if ((await firstLine(python, ["-m", "jupyterlab", "--version"])) !== undefined)
      return [python, "-m", "jupyterlab"];
  return undefined;
}

/** `relata lab [-- OPTIONS OF JUPYTERLAB]`. */
export const labCommand: Command = {
  name: "lab",
  summary: "open JupyterLab on the notebooks with our kernel",
  usage: [
    "relata lab [OPTIONS OF JUPYTERLAB]",
    "",
    "Starts the JupyterLab of this machine in notebooks/. Our kernel is made known to it alone: nothing is installed",
    "in the user's Jupyter folders (relata kernel install does that). Options such as --no-browser are passed on.",
  ].join("\n"),
  async run(args) {
    const command = await findJupyterLab();
    if (command === undefined)
      throw new RelataError(
        'JupyterLab is not on this machine: type "python3 -m pip install jupyterlab" (or run notebooks without it: relata run)',
      );
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
