// Output of user code: stdout and stderr of the process, batched, each piece under the cell that wrote it.

import type { ToWorker } from "../bridge/messages";
import { withoutMarks, withTruePlaces } from "../display/tidy";
import type { Cells } from "./cells";

const WINDOW_MILLISECONDS = 50;
const DIRECT_WRITES = 32;
const FLUSH_LENGTH = 1 << 16;

type StreamName = "stdout" | "stderr";

/**
 * Collects what is written. The first writes of each 50 ms go out at once, so that a line before a long calculation is
 * seen; a flood is put together into large pieces.
 */
export class Output {
  private pending: { cell: number; name: StreamName; parts: string[]; length: number } | undefined;
  private windowStart = 0;
  private writes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly cells: Cells,
    private readonly post: (message: ToWorker) => void,
  ) {}

  /** Takes text as written by the current cell. */
  write(name: StreamName, written: string): void {
    const run = this.cells.current;
    if (run.isMuted || written === "") return;
    const text = withoutMarks(written);
    if (this.pending !== undefined && (this.pending.cell !== run.cell || this.pending.name !== name))
      this.flush();
    this.pending ??= { cell: run.cell, name, parts: [], length: 0 };
    this.pending.parts.push(text);
    this.pending.length += text.length;
    const now = performance.now();
    if (now - this.windowStart > WINDOW_MILLISECONDS) {
      this.windowStart = now;
      this.writes = 0;
      this.flush();
    } else if (++this.writes <= DIRECT_WRITES || this.pending.length > FLUSH_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WINDOW_MILLISECONDS);
  }

  /** Sends what was collected; called before anything else that must come after it. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending === undefined) return;
    const { cell, name, parts } = this.pending;
    this.pending = undefined;
    this.post({ kind: "stream", cell, name, text: parts.join("") });
  }

  /** Puts this in place of the process's own streams. Writes call back, also to promises that wait for it. */
  capture(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new TextDecoder();
      const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
        const isEncoded =
          typeof chunk === "string" && typeof encoding === "string" && !/^utf-?8$/i.test(encoding);
        const bytes = isEncoded ? Buffer.from(chunk, encoding as BufferEncoding) : chunk;
        const text = typeof bytes === "string" ? bytes : decoder.decode(bytes, { stream: true });
        this.write(name, withTruePlaces(text));
        const done = typeof encoding === "function" ? encoding : callback;
        if (typeof done === "function") process.nextTick(done as () => void);
        return true;
      };
      process[name].write = write as typeof process.stdout.write;
    }
    console.clear = () => {
      this.flush();
      const run = this.cells.current;
      if (!run.isMuted) this.post({ kind: "clear", cell: run.cell, wait: false });
    };
  }
}
