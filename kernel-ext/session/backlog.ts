// Keeps user code from printing faster than the worker can send: it waits, so that memory and interrupts stay in hand.

import { SHARED } from "../bridge/messages";

/** How far the worker may be behind, in characters. */
const LIMIT = 4 << 20;

/** A worker that takes nothing for so long is not waited for. */
const PATIENCE_MILLISECONDS = 10_000;

const LOOK_MILLISECONDS = 50;

/** Counts output of some `weight` that was sent, and waits while the worker is too far behind and no interrupt came. */
export function holdBack(shared: Int32Array, weight: number): void {
  Atomics.add(shared, SHARED.sent, weight);
  for (let waited = 0; waited < PATIENCE_MILLISECONDS; waited += LOOK_MILLISECONDS) {
    const taken = Atomics.load(shared, SHARED.taken);
    // the counters are 32 bits wide and begin again: only their difference counts
    const behind = (Atomics.load(shared, SHARED.sent) - taken) | 0;
    if (behind < LIMIT || behind === weight || Atomics.load(shared, SHARED.interrupt) !== 0) return;
    if (Atomics.wait(shared, SHARED.taken, taken, LOOK_MILLISECONDS) === "ok") waited = 0;
  }
}
