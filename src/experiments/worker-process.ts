// A worker seen from its parent: started once, given one order at a time, killed when it is not wanted.

import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import * as readline from "node:readline";
import { projectFolder, RelataError } from "../core";
import type { WorkContext } from "./run";
import type { Json } from "./store";
import { MARK, type Order, type Reply } from "./worker";

interface Waiting {
  readonly resolve: (value: Json) => void;
  readonly reject: (error: Error) => void;
  readonly onShare: WorkContext["onShare"];
}

/** One worker process with an engine of its own, on `threads` threads. */
export class WorkerProcess {
  private readonly child: ChildProcess;
  private waiting: Waiting | undefined;
  private said = "";
  private hasEnded = false;

  constructor(threads = 1) {
    this.child = spawn(
      process.execPath,
      ["-r", require.resolve("ts-node/register/transpile-only"), path.join(__dirname, "worker.ts")],
      {
        cwd: projectFolder,
        stdio: ["pipe", "pipe", "pipe"],
        env: {
          ...process.env,
          TS_NODE_PROJECT: path.join(projectFolder, "tsconfig.json"),
          TF_NUM_INTRAOP_THREADS: String(threads),
          TF_NUM_INTEROP_THREADS: "1",
          OMP_NUM_THREADS: String(threads),
          // Freed memory goes back at once: many workers share one machine.
          MALLOC_TRIM_THRESHOLD_: "65536",
          TF_CPP_MIN_LOG_LEVEL: process.env["TF_CPP_MIN_LOG_LEVEL"] ?? "2",
        },
      },
    );
    this.child.stdin!.on("error", () => undefined);
    this.child.stderr!.on(
      "data",
      (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4000)),
    );
    readline.createInterface({ input: this.child.stdout! }).on("line", (line) => this.hear(line));
    this.child.on("error", (error) => this.end(error.message));
    this.child.on("close", (code, signal) => this.end(`ended with ${signal ?? `code ${code}`}`));
  }

  /** Whether it can take an order. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /** Does one order; one at a time. */
  perform(order: Order, onShare: WorkContext["onShare"]): Promise<Json> {
    return new Promise((resolve, reject) => {
      if (this.hasEnded) return reject(new RelataError("the worker process has ended"));
      this.waiting = { resolve, reject, onShare };
      this.child.stdin!.write(`${JSON.stringify(order)}\n`);
    });
  }

  /** Ends it at once; what it was doing is lost but for its checkpoints. */
  kill(): void {
    this.child.kill("SIGKILL");
  }

  private hear(line: string): void {
    if (!line.startsWith(MARK)) return;
    const reply = JSON.parse(line.slice(MARK.length)) as Reply;
    if ("share" in reply) return this.waiting?.onShare(reply.share, reply.rate);
    const waiting = this.waiting;
    this.waiting = undefined;
    if ("error" in reply) waiting?.reject(new RelataError(reply.error));
    else waiting?.resolve(reply.value);
  }

  private end(reason: string): void {
    this.hasEnded = true;
    const last = this.said.trim().split("\n").at(-1)?.trim() ?? "";
    this.waiting?.reject(new RelataError(`the worker process ${reason}${last === "" ? "" : `: ${last}`}`));
    this.waiting = undefined;
  }
}
