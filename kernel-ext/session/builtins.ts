// The names every cell has without import, apart from those of the preload module.

import { display } from "../display/display";
import { addFormatter } from "../display/formatters";
import { progress, ProgressBar } from "../display/progress";
import { sink } from "../display/sink";
import { html, md, svg } from "../display/tags";
import type { Comm, CommMessage, Comms } from "./comms";
import { KeyboardInterrupt } from "./guard";
import { magics } from "./magics";

export { addFormatter, display, html, magics, md, progress, ProgressBar, svg };

/** Empties the output of the cell; `wait: true` leaves it until something new is shown. */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  sink().clear(options.wait === true);
}

/**
 * Asks the user for a line of text; the cell waits. Where nobody can answer, as when a notebook runs headless, the answer
 * is `otherwise`, or an error without one.
 */
export function input(prompt = "", otherwise?: string): string {
  try {
    return sink().ask(prompt, false);
  } catch (error) {
    if (otherwise === undefined || error instanceof KeyboardInterrupt) throw error;
    process.stdout.write(`${prompt}${otherwise}\n`);
    return otherwise;
  }
}

/** Asks for a line that is not shown while it is typed and not kept in any history. */
export function password(prompt = "Password: "): string {
  return sink().ask(prompt, true);
}

interface CurrentSession {
  readonly signal?: () => AbortSignal;
  readonly comms?: Comms;
}

function session(): CurrentSession | undefined {
  const { [Symbol.for("relata.session")]: found } = globalThis as { [key: symbol]: unknown };
  return found as CurrentSession | undefined;
}

/** Two-way messages with widgets in the client. @example comms.onOpen("echo", (comm) => { comm.onMessage = ({ data }) => comm.send(data) }) */
export const comms = {
  /** Says what to do when the client opens a comm to `target`. */
  onOpen(target: string, handler: (comm: Comm, message: CommMessage) => void): void {
    session()?.comms?.onOpen(target, handler);
  },
  /** Opens a comm to the client. */
  create(target: string, data: unknown = {}): Comm {
    const open = session()?.comms;
    if (open === undefined) throw new Error("comms are open in a notebook only: there is no client here");
    return open.create(target, data);
  },
};

/** The running cell: `cell.signal` aborts when it is interrupted. @example await fetch(url, { signal: cell.signal }) */
export const cell = {
  get signal(): AbortSignal {
    return session()?.signal?.() ?? new AbortController().signal;
  },
};
