// Which cell is running, which cell a piece of code belongs to, and how a cell is stopped.

import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { SHARED } from "../bridge/messages";
import { KeyboardInterrupt } from "./guard";

/** How long an awaited task may take to stop by its AbortSignal before the cell stops waiting for it. */
const GRACE_MILLISECONDS = 400;

/** One run of one cell. */
export class CellRun {
  readonly abort = new AbortController();
  private readonly waiting = new Set<() => void>();
  isInterrupted = false;
  /** Nothing that this cell still prints is shown any more. */
  isMuted = false;

  constructor(
    readonly cell: number,
    readonly label: string,
    readonly allowsInput: boolean,
    readonly isSilent: boolean,
  ) {}

  /** Promises of Node 20 carry their run, which must not fill the page. */
  [inspect.custom](): string {
    return "CellRun";
  }

  /** Stops the cell: its signal aborts, and what it awaits is given up after a short grace. */
  interrupt(): void {
    if (this.isInterrupted) return;
    this.isInterrupted = true;
    this.abort.abort(new KeyboardInterrupt());
    setTimeout(() => {
      for (const giveUp of this.waiting) giveUp();
      this.waiting.clear();
    }, GRACE_MILLISECONDS);
  }

  /** `value` as a promise that also ends when the cell is interrupted. `caller` is the function that cells call. */
  wait(value: unknown, caller?: Cells["wait"]): unknown {
    if (this.isInterrupted) throw new KeyboardInterrupt();
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return value;
    if (typeof (value as { then?: unknown }).then !== "function") return value;
    const place = caller === undefined ? undefined : placeOf(caller);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new KeyboardInterrupt());
      this.waiting.add(giveUp);
      Promise.resolve(value).then(
        (result) => {
          this.waiting.delete(giveUp);
          if (this.isInterrupted) giveUp();
          else resolve(result);
        },
        (error: unknown) => {
          this.waiting.delete(giveUp);
          if (this.isInterrupted) giveUp();
          else reject(place === undefined ? (error as Error) : withPlace(error, place));
        },
      );
    });
  }
}

/** The runs of a session. */
export class Cells {
  readonly context = new AsyncLocalStorage<CellRun>();
  running: CellRun | undefined;
  private readonly muted = new CellRun(0, "", false, false);

  constructor(readonly shared: Int32Array) {}

  /** The run that the code asking belongs to, also when it runs late; the running one for code of no cell. */
  get current(): CellRun {
    return this.context.getStore() ?? this.running ?? this.muted;
  }

  begin(run: CellRun): void {
    this.running = run;
    this.shared[SHARED.interrupt] = 0;
    this.shared[SHARED.deep] = 0;
    Atomics.store(this.shared, SHARED.running, run.cell);
  }

  end(run: CellRun): void {
    if (this.running === run) this.running = undefined;
    this.shared[SHARED.interrupt] = 0;
    this.shared[SHARED.deep] = 0;
    Atomics.store(this.shared, SHARED.running, 0);
    Atomics.notify(this.shared, SHARED.running);
  }

  /** Takes an interrupt: of the cell that runs, or (0) of what earlier cells left, which is over once we hear of it. */
  interrupt(cell: number): void {
    if (cell === 0 && this.running === undefined) this.shared[SHARED.interrupt] = 0;
    else if (this.running?.cell === cell) this.running.interrupt();
  }

  /** `$W_`: what an `await` of a cell waits for. */
  readonly wait = (value: unknown): unknown => {
    const run = this.context.getStore();
    return run === undefined ? value : run.wait(value, this.wait);
  };

  /** `$A_`: the check after an `await`. */
  readonly afterAwait = (value: unknown): unknown => {
    const run = this.context.getStore();
    if (run?.isInterrupted === true) throw new KeyboardInterrupt();
    return value;
  };

  /** `$I_`: what a `for await` of a cell iterates over. */
  readonly iterate = (source: AsyncIterable<unknown> & Iterable<unknown>): unknown => {
    const run = this.context.getStore();
    if (run === undefined || typeof source?.[Symbol.asyncIterator] !== "function") return source;
    return {
      [Symbol.asyncIterator]: () => {
        const iterator = source[Symbol.asyncIterator]();
        return {
          next: async () => {
            try {
              return await run.wait(iterator.next());
            } catch (error) {
              if (error instanceof KeyboardInterrupt) void closeQuietly(iterator);
              throw error;
            }
          },
          return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value },
        };
      },
    };
  };
}

/** Where a cell awaits: V8 loses it, because our promise stands between. Formatted only when it is asked for. */
function placeOf(caller: Cells["wait"]): { readonly stack?: string } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, caller);
  Error.stackTraceLimit = limit;
  return place;
}

/** The error with the awaiting line in its trace, as V8 writes it for plain promises. */
function withPlace(error: unknown, place: { readonly stack?: string }): Error {
  if (error instanceof Error && typeof error.stack === "string") {
    const frame = /^\s+at (.*)$/m.exec(place.stack ?? "")?.[1];
    if (frame !== undefined) error.stack += `\n    at async ${frame}`;
  }
  return error as Error;
}

async function closeQuietly(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // the iteration is being given up; its own error is of no use to the user
  }
}
