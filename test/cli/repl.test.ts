// The REPL in a pseudo-terminal and through a pipe, on the real kernel.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { startKernel } from "../../kernel-ext/client";
import { History } from "../../src/cli/repl/history";
import { runRepl } from "../../src/cli/repl/repl";
import { ownKernel } from "../../src/runner";
import { KEYS, PseudoTerminal, ptyPython } from "../support/pseudo-terminal";
import { skipUnless } from "../support/skips";

const relata = path.resolve(__dirname, "..", "..", "src", "cli", "relata.cjs");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-repl-"));
const historyFile = path.join(folder, "repl-history");
const open: PseudoTerminal[] = [];
afterEach(() => open.splice(0).forEach((terminal) => terminal.close()));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The command `relata repl` on a screen, once it can be typed at. */
async function repl(options: { rows?: number; columns?: number } = {}): Promise<PseudoTerminal> {
  const env = { RELATA_CACHE: folder };
  const terminal = new PseudoTerminal([process.execPath, relata, "repl"], { env, cwd: folder, ...options });
  open.push(terminal);
  await terminal.shows("\n1>", 60_000);
  return terminal;
}

/** Runs the REPL over `text` as if piped; what it wrote is kept. */
async function piped(text: string): Promise<{ code: number; out: string; err: string }> {
  const streams = { input: new PassThrough(), output: new PassThrough(), errors: new PassThrough() };
  streams.input.end(text);
  const terminal = { ...streams, isTerminal: false, isColoured: false, history: new History() };
  const code = await runRepl(() => startKernel({ spec: ownKernel() }), terminal);
  return { code, out: String(streams.output.read() ?? ""), err: String(streams.errors.read() ?? "") };
}

describe("relata repl from a pipe", () => {
  it("shows values and printed text, joins the lines of one function, gives input() the next line", async () => {
    const code = [
      "6 * 7",
      "function twice(x: number) {",
      "",
      "  return 2 * x;",
      "}",
      "twice(21)",
      "console.log('printed')",
      "input('name? ')",
      "Ada",
      "1 + 2",
    ].join("\n");
    expect(await piped(code)).toEqual({ code: 0, out: "42\n42\nprinted\n'Ada'\n3\n", err: "" });
  });

  it("ends with 1 at the first error and runs nothing after it", async () => {
    const { code, out, err } = await piped("throw new Error('stop here')\nconsole.log('after')\n");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("Error: stop here\n");
    expect(err).toContain("cell[1].ts:1:7");
  });
});

describe("relata repl in a terminal", () => {
  const atTerminal = skipUnless(ptyPython !== undefined, "there is no Python to make a pseudo-terminal");

  atTerminal(
    "edits several lines with their indents, and says where an error is",
    async () => {
      const terminal = await repl();
      terminal.type("function f(n: number) {", KEYS.enter);
      await terminal.shows(/ …\s*$/);
      terminal.type("if (n > 1)", KEYS.enter, "throw new Error('big')", KEYS.enter);
      await terminal.shows(/ … {3,}\s*$|big'\)\n …\s*$/);
      terminal.type(KEYS.up, KEYS.up, KEYS.home, "// two", KEYS.enter, KEYS.down, KEYS.down, KEYS.down);
      terminal.type(KEYS.backspace, "return n }", KEYS.enter);
      await terminal.shows("\n2>");
      terminal.type("f(1) + 41", KEYS.enter);
      await terminal.shows("\n3>");
      expect(terminal.screen.text).toMatch(/2> f\(1\) \+ 41\n42\n3>/);
      terminal.type("f(2)", KEYS.enter);
      await terminal.shows("\n4>");
      expect(terminal.screen.text).toMatch(
        /Error: big\n[^]*> 4 \|\s+throw new Error\('big'\)[^]*at f \(cell\[1\]\.ts:4:/,
      );
    },
    90_000,
  );

  atTerminal(
    "completes with Tab, explains with Shift-Tab, takes pasted lines as one",
    async () => {
      const terminal = await repl();
      terminal.type("\u001b[200~const words = [\r'a',\r'b']\u001b[201~", KEYS.enter);
      await terminal.shows("\n2>");
      terminal.type("words.joi", KEYS.tab);
      await terminal.shows("words.join");
      terminal.type("('-')", KEYS.enter);
      await terminal.shows("'a-b'");
      terminal.type("words.f", KEYS.tab);
      await terminal.shows(/findLastIndex|flatMap/);
      terminal.type(KEYS.ctrlC, "Math.abs", KEYS.backTab);
      await terminal.shows("absolute value of a number");
      terminal.type(KEYS.ctrlC, "%tim", KEYS.tab);
      await terminal.shows(/%time\b[^]*%timeit/);
    },
    90_000,
  );

  atTerminal(
    "stops what runs with Ctrl-C and keeps the names",
    async () => {
      const terminal = await repl();
      terminal.type("let n = 1; console.log('start' + 'ed'); while (true) n++", KEYS.enter);
      await terminal.shows("started");
      await new Promise((resolve) => setTimeout(resolve, 300));
      terminal.type(KEYS.ctrlC);
      await terminal.shows("\n2>");
      expect(terminal.screen.text).toContain("KeyboardInterrupt");
      terminal.type("console.log('wait' + 'ing'); await new Promise(() => {})", KEYS.enter);
      await terminal.shows("waiting");
      terminal.type(KEYS.ctrlC);
      await terminal.shows("\n3>");
      terminal.type("n > 1000", KEYS.enter);
      await terminal.shows("3> n > 1000\ntrue");
    },
    90_000,
  );

  atTerminal(
    "asks for input, hides a password, draws a chart with a link to its page, updates progress",
    async () => {
      const terminal = await repl();
      terminal.type("[input('who? '), password().length]", KEYS.enter);
      await terminal.shows("who?");
      terminal.type("me", KEYS.enter);
      await terminal.shows("Password:");
      terminal.type("hidden", KEYS.enter);
      await terminal.shows("[ 'me', 6 ]");
      expect(terminal.screen.all).not.toContain("hidden");
      const spec = `{ $schema: 'https://vega.github.io/schema/vega-lite/v5.json', data: { values: [{ a: 'x', b: 3 }, { a: 'y', b: 6 }] }, mark: 'bar', encoding: { x: { field: 'a' }, y: { field: 'b' } } }`;
      terminal.type(`(${spec})`, KEYS.enter);
      await terminal.shows("\n3>");
      const bars = /x (█+) 3\ny (█+) 6\n(file:\S+)\n/.exec(terminal.screen.text)!;
      expect(bars[2]!.length).toBe(2 * bars[1]!.length);
      expect(fs.readFileSync(fileURLToPath(bars[3]!), "utf8")).toContain('<div class="chart">');
      terminal.type(
        "for (const x of progress([1, 2, 3], 'training')) { if (x == 2) console.log('two'); await null }",
        KEYS.enter,
      );
      await terminal.shows("\n4>");
      expect(terminal.screen.text.match(/training: \d of 3/g)).toEqual(["training: 3 of 3"]);
      expect(terminal.screen.text).toMatch(/3 of 3[^\n]*\ntwo\n/);
    },
    90_000,
  );

  atTerminal(
    "remembers entries, not secrets, in the next session, and finds them with Ctrl-R",
    async () => {
      const first = await repl();
      first.type("const remembered = 123", KEYS.enter);
      await first.shows("\n2>");
      first.type("const token = 'abcdefgh12345678'", KEYS.enter);
      await first.shows("\n3>");
      first.type(KEYS.ctrlD);
      expect(await first.ended).toBe(0);
      expect(fs.readFileSync(historyFile, "utf8")).not.toContain("token");
      expect(fs.statSync(historyFile).mode & 0o77).toBe(0);
      const second = await repl();
      second.type(KEYS.up);
      await second.shows("1> const remembered = 123");
      second.type(KEYS.ctrlC, KEYS.ctrlR, "remem");
      await second.shows("history: remem");
      second.type(KEYS.enter);
      await second.shows("\n2>");
    },
    120_000,
  );

  atTerminal(
    "starts a new kernel when the old one is gone, and leaves no process",
    async () => {
      const terminal = await repl();
      terminal.type("process.pid", KEYS.enter);
      await terminal.shows("\n2>");
      terminal.type("console.log('start' + 'ed'); while (true) {}", KEYS.enter);
      await terminal.shows("started");
      terminal.type(KEYS.ctrlBackslash);
      await terminal.shows(/names are gone[^]*\n1>/);
      terminal.type("process.pid + 0.5", KEYS.enter);
      await terminal.shows(/\n\d+\.5\n/);
      const pids = [...terminal.screen.text.matchAll(/^(\d+)(?:\.5)?$/gm)].map(([, pid]) => Number(pid));
      expect(new Set(pids).size).toBe(2);
      await terminal.shows(/\.5\n2>/);
      terminal.type(KEYS.ctrlC, KEYS.ctrlC);
      expect(await terminal.ended).toBe(0);
      for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
    },
    120_000,
  );
});

it("relata repl in a closed pipe ends by itself", async () => {
  const child = spawn(process.execPath, [relata, "repl"], { stdio: ["ignore", "pipe", "pipe"] });
  expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
});
