// Where displays go: the kernel, the REPL or a test puts itself here.

import type { Bundle } from "../bridge/messages";

/** How one display is sent. */
export interface ShowOptions {
  /** Name of the display, by which it can be updated. */
  readonly id?: string | undefined;
  /** Replace what the id shows now. */
  readonly update?: boolean | undefined;
  readonly metadata?: { readonly [mime: string]: unknown } | undefined;
}

/** Receives displays and questions. */
export interface Sink {
  show(data: Bundle, options: ShowOptions): void;
  /** Keeps the cell open until `work` is done, and shows its error there. */
  pending(work: Promise<unknown>): void;
  clear(wait: boolean): void;
  /** Asks the user and blocks until there is an answer. */
  ask(prompt: string, isPassword: boolean): string;
}

const nowhere: Sink = {
  show: () => {},
  pending: () => {},
  clear: () => {},
  ask: () => {
    throw new Error("input is not available here: run the code in a notebook or in the REPL");
  },
};

let current = nowhere;

/** The sink in use. */
export function sink(): Sink {
  return current;
}

/** Puts `next` in use. */
export function useSink(next: Sink): void {
  current = next;
}
