// The kernel's process: started in a group of its own, watched, signalled, and never left behind.

import { spawn, type ChildProcess } from "node:child_process";
import { removeConnectionFile } from "./connection";
import { KernelError } from "./errors";
import type { KernelSpec } from "./kernelspec";
import { within } from "./within";

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

const living = new Set<KernelProcess>();
process.on("exit", () => {
  for (const kernel of living) kernel.abandon();
});

const LAST_WORDS = 4000;

/** A running kernel process; it owns its connection file (of `writeConnectionFile`). */
export class KernelProcess {
  /** Resolved when the process has ended. */
  readonly ended: Promise<ProcessEnd>;
  /** How it ended; `undefined` while it runs. */
  end: ProcessEnd | undefined;
  private readonly child: ChildProcess;
  private readonly connectionFile: string;
  private tail = "";

  constructor(
    spec: KernelSpec,
    connectionFile: string,
    options: { cwd?: string; env?: Readonly<Record<string, string>>; onOutput?: (text: string) => void },
  ) {
    this.connectionFile = connectionFile;
    const fill = (word: string): string =>
      word
        .replaceAll("{connection_file}", connectionFile)
        .replaceAll("{resource_dir}", spec.folder ?? "")
        .replaceAll("{prefix}", "");
    const [command, ...args] = spec.argv.map(fill);
    this.child = spawn(command!, args, {
      cwd: options.cwd,
      // Kernels that know JPY_PARENT_PID end themselves when we are killed without a chance to clean up.
      env: { ...process.env, ...spec.env, JPY_PARENT_PID: String(process.pid), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    living.add(this);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.tail = (this.tail + text).slice(-LAST_WORDS);
        options.onOutput?.(text);
      });
    }
    this.ended = new Promise((resolve) => {
      const finish = (end: ProcessEnd): void => {
        if (this.end !== undefined) return;
        this.end = end;
        // What the kernel started may have outlived it.
        this.abandon();
        living.delete(this);
        resolve(end);
      };
      this.child.once("error", (error) => {
        this.tail += `cannot start "${command}": ${error.message}`;
        finish({ code: 127, signal: null });
      });
      this.child.once("exit", (code, signal) => finish({ code, signal }));
    });
  }

  /** The process id, while there is one. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** All that it lately wrote to stdout and stderr. */
  get output(): string {
    return this.tail;
  }

  /** The last line it wrote that says something, for error messages. */
  get lastWords(): string {
    return this.tail.trimEnd().split(/\r?\n/).at(-1)?.trim() ?? "";
  }

  /** Sends `signal` to the kernel and every process it started; does nothing when all are gone. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: nobody of the group lives any more. EPERM: only zombies do (macOS).
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ESRCH" && code !== "EPERM") {
        throw new KernelError(`cannot send ${signal} to the kernel (process ${pid})`, { cause: error });
      }
    }
  }

  /** Kills whatever is left of it and removes its connection file, without waiting. */
  abandon(): void {
    this.signal("SIGKILL");
    removeConnectionFile(this.connectionFile);
  }

  /** Waits up to `timeout` milliseconds for the end; true when it came. */
  async endsWithin(timeout: number): Promise<boolean> {
    return (await within(this.ended, timeout)) !== undefined;
  }

  /** Ends it by force: SIGTERM, then SIGKILL after `grace` milliseconds. */
  async stop(grace = 1000): Promise<void> {
    if (this.end !== undefined) return;
    this.signal("SIGTERM");
    if (await this.endsWithin(grace)) return;
    this.signal("SIGKILL");
    await this.ended;
  }
}
