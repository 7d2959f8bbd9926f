// What the kernel offers to library code, found without importing it: the running cell's signal and its display.

import type { MimeBundle } from "../core";
import { setLiveSink } from "../plots";

/** The part of a notebook session that the library uses. Absent in scripts and tests. */
export interface Session {
  /** Aborts when the running cell is interrupted. */
  signal?(): AbortSignal | undefined;
  /** Shows a bundle under the running cell, or replaces the one shown under `id`. */
  display?(bundle: MimeBundle, options?: { id?: string; update?: boolean }): void;
}

/** The session this code runs in, if any. */
export function currentSession(): Session | undefined {
  return (globalThis as Record<symbol, unknown>)[Symbol.for("relata.session")] as Session | undefined;
}

/**
 * Live charts made from now on show themselves through the session; without one they stay silent. Done once when the
 * library is loaded.
 */
export function bindLiveCharts(): void {
  setLiveSink({
    show: (bundle, id) => currentSession()?.display?.(bundle, { id }),
    update: (bundle, id) => currentSession()?.display?.(bundle, { id, update: true }),
  });
}

bindLiveCharts();
