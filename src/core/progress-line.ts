// Progress in words, the same in a terminal and in a notebook.

import type { Progress, Rate } from "./progress";

const WIDTH = 24;

const duration = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};

const amount = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));

const speed = ({ perSecond, unit }: Rate): string =>
  `${perSecond < 1000 ? Number(perSecond.toPrecision(3)) : `${(perSecond / 1000).toFixed(1)}k`} ${unit}/s`;

/**
 * One line of progress: `label  ████░░░░  12 of 40 steps, 8 s left, 5.2k tokens/s`. `elapsed`, the milliseconds since the
 * work began, tells the time left.
 */
export function progressLine({ label, done, total, unit, rate }: Progress, elapsed: number): string {
  const suffix = unit === undefined ? "" : ` ${unit}`;
  const fast = rate === undefined ? "" : `, ${speed(rate)}`;
  if (total === undefined || total <= 0)
    return `${label}  ${amount(done)}${suffix}, ${duration(elapsed)}${fast}`;
  const share = Math.min(1, done / total);
  const bar = "█".repeat(Math.round(share * WIDTH)).padEnd(WIDTH, "░");
  const left = done > 0 && share < 1 ? `, ${duration((elapsed * (1 - share)) / share)} left` : "";
  return `${label}  ${bar}  ${amount(done)} of ${amount(total)}${suffix}${left}${fast}`;
}

/**
 * Tells one piece of work from the next: another begins where the label changes up to its colon (what follows may change
 * as work goes on), or where less is done than before.
 */
export class WorkClock {
  private current: { readonly work: string; readonly start: number; done: number } | undefined;

  /** The milliseconds since the work of this event began, 0 for its first event. */
  elapsed({ label, done }: Progress, now: number): number {
    const work = label.split(":")[0]!;
    if (this.current?.work !== work || done < this.current.done) this.current = { work, start: now, done };
    this.current.done = done;
    return now - this.current.start;
  }
}
