// The terminal as an Output: lines on stdout, progress and errors on stderr, and stdout kept clean under `--json`.

import { progressLine, WorkClock } from "../core";
import type { Output } from "./command";

/** What a terminal is made of; a test gives its own. */
export interface Streams {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isTerminal: boolean;
  /** Milliseconds, for the time left. */
  now(): number;
}

const REMIND = 10_000;

/** The Output of one command. `isJson` sends every line but the object to stderr. */
export function terminalOutput(streams: Streams, { isJson }: { isJson: boolean }): Output & { end(): void } {
  const clock = new WorkClock();
  let shown = -Infinity;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) streams.stderr("\r\x1b[2K");
    isDrawn = false;
  };
  return {
    text(line) {
      clear();
      if (isJson) streams.stderr(`${line}\n`);
      else streams.stdout(`${line}\n`);
    },
    json(value) {
      clear();
      streams.stdout(`${JSON.stringify(value, null, 2)}\n`);
    },
    error(line) {
      clear();
      streams.stderr(`relata: ${line}\n`);
    },
    progress(event) {
      const now = streams.now();
      const elapsed = clock.elapsed(event, now);
      const isFirst = elapsed === 0;
      const isLast = event.total !== undefined && event.done >= event.total;
      if (!isFirst && !isLast && now - shown < (streams.isTerminal ? 100 : REMIND)) return;
      shown = now;
      const line = progressLine(event, elapsed);
      if (!streams.isTerminal) return streams.stderr(`${line}\n`);
      streams.stderr(`\r\x1b[2K${line}`);
      isDrawn = true;
      if (!isLast) return;
      streams.stderr("\n");
      isDrawn = false;
    },
    end: clear,
  };
}
