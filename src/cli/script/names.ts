// What a script has without import, as a cell has it: display, input, progress, magics, open and relata, for a terminal.

import * as fs from "node:fs";
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { useSink } from "../../../kernel-ext/display/sink";
import * as builtins from "../../../kernel-ext/session/builtins";
import { connectMagics } from "../../../kernel-ext/session/magics";
import { projectFolder } from "../../core";
import { CellOutput } from "../repl/cell-output";
import { Pages } from "../repl/pages";
import { bundleText, type Bundle } from "../repl/show";

const SETTINGS: readonly string[] = ["engine", "seed"];

/** Displays that are still being made; the script's end waits for them. */
const pending: Promise<unknown>[] = [];

/** Gives the names to the whole process; what a script declares or imports itself shadows them. */
export function giveNames(): void {
  const { stdout, stderr } = process;
  const isTerminal = stdout.isTTY === true;
  const pages = new Pages();
  const output = new CellOutput({
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    size: () => undefined,
  });
  const show = (
    data: Bundle,
    { id = randomUUID(), update = false }: { id?: string | undefined; update?: boolean | undefined } = {},
  ): string => {
    const columns = stdout.columns ?? 100;
    const page = isTerminal ? pages.add.bind(pages) : undefined;
    const text = bundleText(
      data,
      { columns, isColoured: isTerminal && stdout.hasColors(), ...(page && { page }) },
      id,
    );
    if (update) output.update(text, id);
    else if (text !== "") output.show(text, id);
    return id;
  };
  useSink({
    show,
    pending: (work) => {
      work.catch(() => {});
      pending.push(work);
    },
    clear: () => {},
    ask: askHere,
  });
  connectMagics((name, text) => {
    if (!SETTINGS.includes(name)) return Promise.reject(new Error(`magics.${name} works in a notebook only`));
    process.env[`RELATA_${name.toUpperCase()}`] = text;
    return Promise.resolve();
  });
  Reflect.set(globalThis, Symbol.for("relata.session"), { display: show });
  const library = (): typeof import("../../lab/preload") =>
    require("../../lab/preload") as typeof import("../../lab/preload");
  for (const [name, value] of Object.entries(builtins)) define(name, () => value);
  define("open", () => library().open);
  define("relata", () => library().relata);
  process.on("beforeExit", finish);

  async function finish(): Promise<void> {
    process.off("beforeExit", finish);
    while (pending.length > 0) await pending.shift();
    output.end();
    await pages.write();
  }
}

function define(name: string, get: () => unknown): void {
  const set = (value: unknown): void =>
    void Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  Object.defineProperty(globalThis, name, { get, set, configurable: true });
}

/** A line from the terminal or the pipe; the script waits. */
function askHere(prompt: string, isPassword: boolean): string {
  fs.writeSync(2, prompt);
  const hides = isPassword && process.stdin.isTTY === true;
  if (hides) spawnSync("stty", ["-echo"], { stdio: "inherit", cwd: projectFolder });
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  try {
    while (fs.readSync(0, byte, 0, 1, null) === 1 && byte[0] !== 10) bytes.push(byte[0]!);
  } finally {
    if (hides) {
      spawnSync("stty", ["echo"], { stdio: "inherit", cwd: projectFolder });
      fs.writeSync(2, "\n");
    }
  }
  return Buffer.from(bytes).toString("utf8").replace(/\r$/, "");
}
