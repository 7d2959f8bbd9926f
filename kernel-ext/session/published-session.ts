// The running cell for code that must not import the kernel: `globalThis[Symbol.for("relata.session")]`.

import { randomUUID } from "node:crypto";
import type { Bundle } from "../bridge/messages";
import { sink } from "../display/sink";
import type { Cells } from "./cells";
import type { Comms } from "./comms";

/** What library code may ask of the session it runs in. */
export interface PublishedSession {
  /** Aborts when the current cell is interrupted. */
  signal(): AbortSignal;
  /** Shows a bundle; returns its display id. With `update` it replaces what `id` shows. */
  display(data: Bundle, options?: { readonly id?: string; readonly update?: boolean }): string;
  clear(wait?: boolean): void;
  /** Two-way messages with widgets in the client. */
  readonly comms: Comms;
  /** The profile the notebook runs under, from RELATA_PROFILE. */
  readonly profile: string | undefined;
}

/** Makes the session known under `Symbol.for("relata.session")` and, for its signal alone, `relata.cell`. */
export function publishSession(cells: Cells, comms: Comms): void {
  const session: PublishedSession = {
    signal: () => cells.current.abort.signal,
    display: (data, { id = randomUUID(), update = false } = {}) => {
      sink().show(data, { id, update });
      return id;
    },
    comms,
    clear: (wait = false) => sink().clear(wait),
    get profile() {
      return process.env.RELATA_PROFILE;
    },
  };
  Reflect.set(globalThis, Symbol.for("relata.session"), session);
  Reflect.set(globalThis, Symbol.for("relata.cell"), {
    get signal() {
      return session.signal();
    },
  });
}
