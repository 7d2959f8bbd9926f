// A progress bar that moves in place.

import type { Bundle } from "../bridge/messages";
import { display, type DisplayHandle } from "./display";
import { escapeHtml } from "./escape";
import { DISPLAY } from "./formatters";

const REDRAW_MILLISECONDS = 80;

/** How far a piece of work is. */
export class ProgressBar {
  private handle: DisplayHandle | undefined;
  private done = 0;
  private readonly start = performance.now();
  private drawn = -Infinity;

  constructor(
    readonly total: number,
    readonly label = "",
  ) {}

  /** Sets how much is done and redraws, at most a dozen times a second. */
  set(done: number): void {
    this.done = Math.min(done, this.total);
    const now = performance.now();
    if (now - this.drawn < REDRAW_MILLISECONDS && this.done < this.total) return;
    this.drawn = now;
    if (this.handle === undefined) this.handle = display(this);
    else this.handle.update(this);
  }

  /** One more is done. */
  step(count = 1): void {
    this.set(this.done + count);
  }

  [DISPLAY](): Bundle {
    const share = this.total === 0 ? 1 : this.done / this.total;
    const seconds = (performance.now() - this.start) / 1000;
    const left =
      share > 0 && share < 1
        ? `, ${Math.ceil((seconds / share) * (1 - share))} s left`
        : `, ${seconds.toFixed(1)} s`;
    const text = `${this.label === "" ? "" : `${this.label}: `}${this.done} of ${this.total}${left}`;
    const filled = Math.round(share * 24);
    return {
      "text/html": `<progress value="${this.done}" max="${this.total}" style="width: 20em"></progress> ${escapeHtml(text)}`,
      "text/plain": `${"█".repeat(filled)}${"░".repeat(24 - filled)} ${text}`,
    };
  }
}

/**
 * Goes through `items` and shows how far it is.
 *
 * @example for (const batch of progress(batches, "training")) train(batch);
 */
export function* progress<T>(items: readonly T[], label = ""): Generator<T, void, undefined> {
  const bar = new ProgressBar(items.length, label);
  bar.set(0);
  for (const item of items) {
    yield item;
    bar.step();
  }
}
