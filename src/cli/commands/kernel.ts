// `relata kernel`: makes the kernel known to Jupyter, takes it away, and checks it. Needs no Python.

import { KERNEL_NAME, installSpec, removeSpec, examineSpec } from "../../../kernel-ext/spec/kernelspec";
import { measureStart } from "../../../kernel-ext/spec/measure-start";
import { OptionError, unknownName } from "../../core";
import type { Command, Output } from "../command";
import { readOptions } from "../options";

const USAGE = `relata kernel install [--user | --prefix DIR]   make the kernel "relata" known to Jupyter
relata kernel remove [--user | --prefix DIR]    take it away again
relata kernel doctor [--user | --prefix DIR] [--json]   check what is installed, and start it once

--user, the default, is the Jupyter folder of the user; --prefix DIR is a Python environment, such as .venv.
Another kernel's files are never replaced or removed. VS Code and JupyterLab list the kernel as "relata (TypeScript)".`;

const ACTIONS = ["install", "remove", "doctor"];

/** The command `relata kernel`. */
export const kernelCommand: Command = {
  name: "kernel",
  summary: "install, remove or check the Jupyter kernel",
  usage: USAGE,
  async run(args: readonly string[], out: Output): Promise<number> {
    const { flags, values, rest } = readOptions(args, { flags: ["--user", "--json"], values: ["--prefix"] });
    const [action, ...extra] = rest;
    if (extra.length > 0) throw new OptionError(`relata kernel takes one action, not "${rest.join(" ")}"`);
    const prefix = values.get("--prefix");
    if (flags.has("--user") && prefix !== undefined)
      throw new OptionError("choose --user or --prefix, not both");
    const target = { prefix };
    switch (action) {
      case "install":
        out.text(`kernel "${KERNEL_NAME}" installed in ${installSpec(target)}`);
        return 0;
      case "remove": {
        const folder = removeSpec(target);
        out.text(folder === undefined ? "there was no kernel to remove" : `kernel removed from ${folder}`);
        return 0;
      }
      case "doctor":
        return doctor(target, flags.has("--json"), out);
      default:
        if (action !== undefined) throw unknownName("action of relata kernel", action, ACTIONS);
        out.text(USAGE);
        return 1;
    }
  },
};

async function doctor(target: { prefix: string | undefined }, isJson: boolean, out: Output): Promise<number> {
  const findings = [...examineSpec(target), await measureStart()];
  const ok = findings.every(({ isGood }) => isGood);
  for (const { isGood, text, remedy } of findings)
    out.text(`${isGood ? "ok     " : "faulty "} ${text}${remedy === undefined ? "" : `: ${remedy}`}`);
  if (isJson) out.json({ ok, findings });
  return ok ? 0 : 1;
}
