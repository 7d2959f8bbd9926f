// The REPL: a line editor in front of the kernel, so that session, completion and display are the notebook's own.

import * as readline from "node:readline";
import type { KernelClient } from "../../../kernel-ext/client";
import { shown } from "./show";

/** The terminal of a REPL. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
  readonly isTerminal: boolean;
  /** Earlier lines, newest first. */
  readonly history: readonly string[];
}

const PROMPT = "> ";
const MORE = "… ";

/** Completion of the last line of `before + line` by the kernel, in the form that readline wants. */
async function complete(client: KernelClient, before: string, line: string): Promise<[string[], string]> {
  const { matches, cursor_start } = await client.complete(before + line);
  const typed = [...(before + line)].slice(cursor_start).join("");
  return [[...matches], typed];
}

/** Runs code and writes what it shows. Resolves to whether it ended well. */
async function execute(client: KernelClient, code: string, terminal: Terminal): Promise<boolean> {
  const { status } = await client.execute(code, {
    onOutput(message) {
      const said = shown(message);
      if (said !== undefined) (said.isError ? terminal.errors : terminal.output).write(said.text);
    },
  });
  return status === "ok";
}

/**
 * Reads lines until the input ends (Ctrl-D) and runs each complete piece of code. Ctrl-C stops what runs, else drops
 * what was typed, and twice in a row ends. Where the input is no terminal, the first failure ends it. Resolves to the
 * exit code and the lines that were typed.
 */
export async function runRepl(
  client: KernelClient,
  terminal: Terminal,
): Promise<{ code: number; lines: string[] }> {
  const { input, output, isTerminal } = terminal;
  let code = "";
  let isRunning = false;
  let isLeaving = false;
  const lines: string[] = [];
  const editor = readline.createInterface({
    input,
    ...(isTerminal ? { output } : {}),
    terminal: isTerminal,
    history: [...terminal.history],
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      complete(client, code, line).then(
        (result) => done(null, result),
        () => done(null, [[], line]),
      );
    },
  });
  const prompt = (): void => {
    editor.setPrompt(code === "" ? PROMPT : MORE);
    if (isTerminal) editor.prompt();
  };
  editor.on("SIGINT", () => {
    if (isRunning) return void client.interrupt();
    if (isLeaving) return editor.close();
    isLeaving = true;
    code = "";
    output.write("\n(once more, or Ctrl-D, to leave)\n");
    prompt();
  });
  const run = async (): Promise<boolean> => {
    isRunning = true;
    const isGood = await execute(client, code, terminal);
    isRunning = false;
    code = "";
    return isGood;
  };
  prompt();
  for await (const line of editor) {
    isLeaving = false;
    lines.push(line);
    code += code === "" ? line : `\n${line}`;
    const isWhole = line === "" || (await client.isComplete(code)).status !== "incomplete";
    if (code.trim() === "") code = "";
    else if (isWhole && !(await run()) && !isTerminal) return { code: 1, lines };
    prompt();
  }
  const isGood = code.trim() === "" || (await run());
  return { code: isGood || isTerminal ? 0 : 1, lines };
}
