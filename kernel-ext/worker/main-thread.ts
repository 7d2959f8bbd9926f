// The worker's side of the bridge to the main thread: runs cells there, stops them, answers their questions.

import type { MessagePort } from "node:worker_threads";
import type { Slot } from "../compiler/names";
import { SHARED, weightOf, type Answer, type ToMain, type ToWorker } from "../bridge/messages";

type Run = Extract<ToMain, { kind: "run" }>;
/** How a cell ended. */
export type Done = Extract<ToWorker, { kind: "done" }>;

/** How often a cell that does not stop at a loop is told again, and how often in all. */
const FORCE_MILLISECONDS = 150;
const FORCE_TIMES = 20;

/** How often before functions stop too; until then those that clean up after an interrupt may run. */
const CLEAN_UP_TIMES = 3;

/** How long completion waits for the main thread. */
const KEYS_MILLISECONDS = 300;

/** How soon to look again whether a cell has begun. */
const BEGIN_MILLISECONDS = 20;

/** Talks to the main thread. */
export class MainThread {
  private readonly waiting = new Map<number, (done: Done) => void>();
  private isAsking = false;
  private readonly asked = new Map<number, (names: readonly string[]) => void>();
  private requests = 0;

  constructor(
    private readonly port: MessagePort,
    private readonly shared: Int32Array,
    private readonly answers: MessagePort,
    onMessage: (message: ToWorker) => void,
  ) {
    port.on("message", (message: ToWorker) => {
      const weight = weightOf(message);
      if (weight > 0) {
        Atomics.add(shared, SHARED.taken, weight);
        Atomics.notify(shared, SHARED.taken);
      }
      if (message.kind === "done") {
        this.waiting.get(message.cell)?.(message);
        this.waiting.delete(message.cell);
      } else if (message.kind === "keys") {
        this.asked.get(message.request)?.(message.names);
        this.asked.delete(message.request);
      } else {
        if (message.kind === "input") this.isAsking = true;
        onMessage(message);
      }
    });
  }

  post(message: ToMain): void {
    this.port.postMessage(message);
  }

  /** Runs a cell; resolves when it has ended, however it did. */
  run(message: Run): Promise<Done> {
    return new Promise((resolve) => {
      this.waiting.set(message.cell, resolve);
      this.post(message);
    });
  }

  /** Properties of a value by name; none when the main thread is busy. */
  keys(root: Slot | string, path: readonly string[]): Promise<readonly string[]> {
    if (this.runningCell !== 0) return Promise.resolve([]);
    const request = ++this.requests;
    return new Promise((resolve) => {
      this.asked.set(request, resolve);
      setTimeout(() => resolve([]), KEYS_MILLISECONDS);
      this.post({ kind: "keys", request, root, path });
    });
  }

  get runningCell(): number {
    return Atomics.load(this.shared, SHARED.running);
  }

  /** Stops the running cell. Returns whether there was one. */
  interrupt(): boolean {
    const cell = this.runningCell;
    if (cell === 0) {
      this.interruptLeftovers();
      return this.interruptSoon();
    }
    Atomics.store(this.shared, SHARED.interrupt, 1);
    this.post({ kind: "interrupt", cell });
    if (this.isAsking) this.answer(undefined);
    setTimeout(() => this.force(cell, 1), FORCE_MILLISECONDS);
    return true;
  }

  /** Between cells a timer or the handler of a comm may be in an endless loop: its guards throw, until the thread hears us. */
  private interruptLeftovers(): void {
    Atomics.store(this.shared, SHARED.interrupt, 1);
    this.post({ kind: "interrupt", cell: 0 });
  }

  /** A cell that was sent but has not begun yet is stopped when it does. */
  private interruptSoon(): boolean {
    const [sent] = this.waiting.keys();
    if (sent === undefined) return false;
    setTimeout(() => {
      if (this.waiting.has(sent)) this.interrupt();
    }, BEGIN_MILLISECONDS);
    return true;
  }

  /** Functions are stopped next, then SIGINT stops code that has no guards. */
  private force(cell: number, times: number): void {
    if (times > FORCE_TIMES || this.runningCell !== cell) return;
    const isSynchronous = Atomics.load(this.shared, SHARED.synchronous) === 1;
    if (isSynchronous || times >= CLEAN_UP_TIMES) Atomics.store(this.shared, SHARED.deep, 1);
    if (isSynchronous && times > 1 && process.platform !== "win32") process.kill(process.pid, "SIGINT");
    setTimeout(() => this.force(cell, times + 1), FORCE_MILLISECONDS);
  }

  /** Gives the answer to `input()`. */
  answer(value: string | undefined): void {
    if (!this.isAsking) return;
    this.isAsking = false;
    const message: Answer = { value };
    this.answers.postMessage(message);
    Atomics.store(this.shared, SHARED.input, 1);
    Atomics.notify(this.shared, SHARED.input);
  }
}
