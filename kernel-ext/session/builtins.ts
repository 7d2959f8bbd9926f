// The names every cell has without import, apart from those of the preload module.

import { display } from "../display/display";
import { addFormatter } from "../display/formatters";
import { progress, ProgressBar } from "../display/progress";
import { sink } from "../display/sink";
import { html, md, svg } from "../display/tags";
import { magics } from "./magics";

export { addFormatter, display, html, magics, md, progress, ProgressBar, svg };

/** Empties the output of the cell; `wait: true` leaves it until something new is shown. */
export function clearOutput(options: { readonly wait?: boolean } = {}): void {
  sink().clear(options.wait === true);
}

/** Asks the user for a line of text; the cell waits. */
export function input(prompt = ""): string {
  return sink().ask(prompt, false);
}

/** Asks for a line that is not shown while it is typed and not kept in any history. */
export function password(prompt = "Password: "): string {
  return sink().ask(prompt, true);
}

interface CurrentSession {
  signal(): AbortSignal;
}

/** The running cell: `cell.signal` aborts when it is interrupted. @example await fetch(url, { signal: cell.signal }) */
export const cell = {
  get signal(): AbortSignal {
    const session = (globalThis as { [key: symbol]: unknown })[Symbol.for("relata.session")] as
      CurrentSession | undefined;
    return session?.signal() ?? new AbortController().signal;
  },
};
