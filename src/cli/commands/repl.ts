// `relata repl`: the kernel's session in a terminal.

import * as fs from "node:fs";
import * as path from "node:path";
import { startKernel } from "../../../kernel-ext/client";
import { projectFolder, writeFileAtomic } from "../../core";
import { ownKernel } from "../../runner";
import type { Command } from "../command";
import { readOptions } from "../options";
import { runRepl } from "../repl/repl";

const KEPT = 1000;
const historyFile = path.join(projectFolder, ".relata", "repl-history");

function readHistory(): string[] {
  return fs.existsSync(historyFile) ? fs.readFileSync(historyFile, "utf8").split("\n").filter(Boolean) : [];
}

/** `relata repl`. */
export const replCommand: Command = {
  name: "repl",
  summary: "type TypeScript at our kernel, with its completion, in the terminal",
  usage: [
    "relata repl",
    "",
    "Starts our kernel and reads TypeScript line by line; what works in a notebook works here. Tab completes, Ctrl-C",
    "stops what runs, Ctrl-D ends. From a pipe it runs the lines and ends with 1 at the first error.",
  ].join("\n"),
  async run(args, out) {
    readOptions(args, {});
    const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    if (isTerminal) out.text("relata: TypeScript with the library's names; Tab completes, Ctrl-D ends");
    const client = await startKernel({ spec: ownKernel(), cwd: process.cwd() });
    const before = readHistory();
    try {
      const { stdin: input, stdout: output, stderr: errors } = process;
      const { code, lines } = await runRepl(client, {
        input,
        output,
        errors,
        isTerminal,
        history: [...before].reverse(),
      });
      if (isTerminal)
        writeFileAtomic(historyFile, [...before, ...lines].filter(Boolean).slice(-KEPT).join("\n"));
      return code;
    } finally {
      await client.shutdown({ grace: 3000 });
    }
  },
};
