// What a command of `relata` is, and where it puts its words.

import type { Progress } from "../core";

/** Where a command writes. Under `--json` stdout carries exactly the one object given to `json`. */
export interface Output {
  /** A line for people: on stdout, or on stderr under `--json`. */
  text(line: string): void;
  /** The one object of `--json`, for scripts; call it once. */
  json(value: unknown): void;
  /** Progress of long work: a bar with the time left, on stderr. */
  progress(event: Progress): void;
  /** One clear sentence about a failure, on stderr. */
  error(line: string): void;
}

/** One command, `relata NAME ...`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `relata NAME --help` shows: the usage line, then the options. */
  readonly usage: string;
  /** Does the work; resolves to the exit code. Throws an error with one clear sentence where it fails. */
  run(args: readonly string[], out: Output): Promise<number>;
}
