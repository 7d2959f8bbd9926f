// `jupyter console` in a pseudo-terminal on our kernel: results, errors, completion, interrupt, prompts, and the way out.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { installSpec } from "../../kernel-ext/spec/kernelspec";
import { KEYS, PseudoTerminal, ptyPython } from "../support/pseudo-terminal";
import { pythonWith } from "../support/python";
import { skipUnless } from "../support/skips";

const python = pythonWith("jupyter_console");
const prefix = fs.mkdtempSync(path.join(os.tmpdir(), "relata-console-"));
/** The console waits one second for an answer by default, which a busy machine may not keep. */
const PATIENT = "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=20";
let terminal: PseudoTerminal | undefined;

beforeAll(() => void installSpec({ prefix }));
afterEach(() => terminal?.close());
afterAll(() => fs.rmSync(prefix, { recursive: true, force: true }));

/** Whether there is a process with this id; one that has ended but was not fetched by its parent counts as none. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  return !fs.existsSync(status) || !/\) Z /.test(fs.readFileSync(status, "utf8"));
}

describe("jupyter console", () => {
  skipUnless(python !== undefined && ptyPython !== undefined, "jupyter_console is not installed for Python")(
    "runs cells, shows errors, completes, stops, asks, and leaves no process",
    async () => {
      const env = {
        JUPYTER_PATH: path.join(prefix, "share", "jupyter"),
        JUPYTER_CONFIG_DIR: path.join(prefix, "config"),
        IPYTHONDIR: path.join(prefix, "ipython"),
      };
      const words = [python!, "-m", "jupyter_console", "--kernel", "relata", PATIENT];
      terminal = new PseudoTerminal(words, { env, cwd: prefix, rows: 60 });
      const { screen } = terminal;
      await terminal.shows("In [1]:", 60_000);
      expect(screen.text).toContain("relata: TypeScript");

      terminal.type("6 * 7", KEYS.enter);
      await terminal.shows(/Out\[1\]: 42[^]*In \[2\]:/);

      terminal.type("function twice(x: number) {", KEYS.enter);
      await terminal.shows(/\n\s+\.\.\.:/);
      terminal.type("return 2 * x }", KEYS.enter);
      await terminal.shows("In [3]:");
      terminal.type("const words = [`${twice(4)}`]; process.pid", KEYS.enter);
      await terminal.shows(/Out\[3\]: \d+[^]*In \[4\]:/);
      const pid = Number(/Out\[3\]: (\d+)/.exec(screen.text)?.[1]);
      expect(isRunning(pid)).toBe(true);

      terminal.type("words.joi", KEYS.tab);
      await terminal.shows("words.join");
      terminal.type("('-')", KEYS.enter);
      await terminal.shows(/Out\[4\]: '8'[^]*In \[5\]:/);

      terminal.type("throw new Error('boom')", KEYS.enter);
      await terminal.shows(/Error: boom\n[^]*cell\[5\]\.ts:1:7[^]*In \[6\]:/);

      terminal.type("console.log('start' + 'ed'); await null; while (true) {}", KEYS.enter);
      await terminal.shows("started");
      terminal.type(KEYS.ctrlC);
      await terminal.shows(/KeyboardInterrupt[^]*In \[7\]:/);

      terminal.type("`hello ${input('who? ')}, ${password().length}`", KEYS.enter);
      await terminal.shows(/^who\?/m); // the question itself, not the cell that asks it
      terminal.type("you", KEYS.enter);
      await terminal.shows("Password:");
      terminal.type("hidden", KEYS.enter);
      await terminal.shows(/Out\[7\]: 'hello you, 6'[^]*In \[8\]:/);
      expect(screen.all).not.toContain("hidden");

      terminal.type(KEYS.ctrlD);
      await terminal.shows("exit");
      terminal.type("y", KEYS.enter);
      expect(await terminal.ended).toBe(0);
      // the console does not wait for the kernel, which has been told to end
      await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
    },
    180_000,
  );
});
