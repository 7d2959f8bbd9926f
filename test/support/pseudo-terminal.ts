// A program in a pseudo-terminal: keys go in, and what stands on its screen can be read.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import { VirtualScreen } from "./virtual-screen";

/** The Python that can make a pseudo-terminal, or undefined. */
export const ptyPython = ["python3", "python"].find(
  (name) => spawnSync(name, ["-c", "import pty, fcntl, termios, os; os.waitstatus_to_exitcode"]).status === 0,
);

const driver = path.join(__dirname, "pseudo_terminal.py");

/** Keys by name. */
export const KEYS = {
  enter: "\r",
  tab: "\t",
  backTab: "\u001b[Z",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
  ctrlR: "\u0012",
  ctrlBackslash: "\u001c",
  backspace: "\u007f",
} as const;

/** A running program on a screen of its own. */
export class PseudoTerminal {
  readonly screen: VirtualScreen;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(
    command: readonly string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string; rows?: number; columns?: number } = {},
  ) {
    const { rows = 30, columns = 100, env, cwd } = options;
    this.screen = new VirtualScreen(rows, columns);
    this.child = spawn(ptyPython!, [driver, String(rows), String(columns), ...command], {
      env: { ...process.env, TERM: "xterm-256color", ...env },
      cwd,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.child.stdout!.setEncoding("utf8");
    this.child.stdout!.on("data", (text: string) => {
      this.screen.write(text);
      // programs ask where the cursor is, and wait for the answer
      if (text.includes("\u001b[6n")) this.type(`\u001b[${this.screen.row + 1};${this.screen.column + 1}R`);
    });
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** Sends keys. */
  type(...keys: readonly string[]): void {
    this.child.stdin!.write(keys.join(""));
  }

  /** Waits until the screen shows `wanted`; says what it shows when it does not within `timeout` ms. */
  async shows(wanted: string | RegExp, timeout = 30_000): Promise<void> {
    const isShown = (): boolean =>
      typeof wanted === "string" ? this.screen.text.includes(wanted) : wanted.test(this.screen.text);
    for (const end = Date.now() + timeout; !isShown(); await new Promise((done) => setTimeout(done, 20)))
      if (Date.now() > end)
        throw new Error(`the terminal does not show ${String(wanted)} but:\n${this.screen.text}`);
  }

  /** Hangs up. */
  close(): void {
    this.child.kill("SIGTERM");
  }
}
