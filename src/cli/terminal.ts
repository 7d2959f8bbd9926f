// The terminal as an Output: lines on stdout, progress and errors on stderr, and stdout kept clean under `--json`.

import type { Progress } from "../core";
import type { Output } from "./command";

/** What a terminal is made of; a test gives its own. */
export interface Streams {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isTerminal: boolean;
  /** Milliseconds, for the time left. */
  now(): number;
}

const WIDTH = 24;
const REMIND = 10_000;

const duration = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const amount = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

/** One line of progress: `label  ████░░░░  12 of 40 steps, 8 s left`. `elapsed` is in milliseconds. */
export function progressLine({ label, done, total, unit }: Progress, elapsed: number): string {
  const suffix = unit === undefined ? "" : ` ${unit}`;
  if (total === undefined || total <= 0) return `${label}  ${amount(done)}${suffix}, ${duration(elapsed)}`;
  const share = Math.min(1, done / total);
  const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
  const left = done > 0 && share < 1 ? `, ${duration((elapsed * (1 - share)) / share)} left` : "";
  return `${label}  ${bar}  ${amount(done)} of ${amount(total)}${suffix}${left}`;
}

/** What tells one piece of work from the next: its label up to a colon, so that what follows may change as it goes on. */
const workOf = ({ label }: Progress): string => label.split(":")[0]!;

/** The Output of one command. `isJson` sends every line but the object to stderr. */
export function terminalOutput(streams: Streams, { isJson }: { isJson: boolean }): Output & { end(): void } {
  let current: { work: string; start: number; shown: number } | undefined;
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
      const work = workOf(event);
      const isNew = current?.work !== work;
      if (current === undefined || isNew) current = { work, start: now, shown: -Infinity };
      const isLast = event.total !== undefined && event.done >= event.total;
      if (!isNew && !isLast && now - current.shown < (streams.isTerminal ? 100 : REMIND)) return;
      current.shown = now;
      const line = progressLine(event, now - current.start);
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
