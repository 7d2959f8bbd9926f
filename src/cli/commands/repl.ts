// `relata repl`: the kernel's session in a terminal.

import * as path from "node:path";
import { startKernel } from "../../../kernel-ext/client";
import { cacheFolder } from "../../core";
import { ownKernel } from "../../runner";
import type { Command } from "../command";
import { readOptions } from "../options";
import { History } from "../repl/history";
import { Pages } from "../repl/pages";
import { runRepl } from "../repl/repl";

/** `relata repl`. */
export const replCommand: Command = {
  name: "repl",
  summary: "type TypeScript at our kernel, with its completion, in the terminal",
  usage: [
    "relata repl",
    "",
    "Starts our kernel in this folder and reads TypeScript; what works in a notebook works here, %help lists the magics.",
    "",
    "  Tab           completes; Shift-Tab says what the name at the cursor is",
    "  Enter         runs what is complete, else begins a new line; Alt-Enter always begins one",
    "  Up, Down      lines of what is typed, then earlier entries; Ctrl-R searches them",
    "  Ctrl-C        stops what runs and keeps all names; Ctrl-\\ ends a kernel that does not stop",
    "  Ctrl-D        leaves",
    "",
    "Charts are drawn in characters, with the address of a page that shows them. From a pipe it runs the lines and ends",
    "with 1 at the first error.",
  ].join("\n"),
  async run(args, out) {
    readOptions(args, {});
    const { stdin: input, stdout: output, stderr: errors } = process;
    const isTerminal = input.isTTY === true && output.isTTY === true;
    if (isTerminal)
      out.text("relata: TypeScript with the library's names; Tab completes, Ctrl-D leaves, %help");
    const pages = new Pages();
    const ours = isTerminal ? { page: pages.add.bind(pages), writePages: () => pages.write() } : {};
    return runRepl(() => startKernel({ spec: ownKernel(), cwd: process.cwd() }), {
      input,
      output,
      errors,
      isTerminal,
      isColoured: isTerminal && output.hasColors(),
      history: new History(isTerminal ? path.join(cacheFolder(), "repl-history") : undefined),
      ...ours,
    });
  },
};
