// A training run as an object: await it, iterate it, or watch it with a bar and a curve that grow in place.

import { DISPLAY, escapeHtml, type Displayable, type MimeBundle } from "../core";
import type { StepEvent, TrainingResult } from "../train";
import { currentSession } from "./session";

const REDRAW_MS = 250;
let shown = 0;

/** `1:05` for 65 seconds. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** A progress bar of a run, as text and HTML. */
export function progressBundle(title: string, event: StepEvent | undefined, done: boolean): MimeBundle {
  const share = event === undefined ? 0 : event.step / event.steps;
  const left = done || event === undefined ? "" : `, ${clockText(event.secondsLeft)} left`;
  const where =
    event === undefined
      ? "starting"
      : `step ${event.step} of ${event.steps}, loss ${event.loss.toFixed(4)}${left}`;
  const bar = "█".repeat(Math.round(share * 24)).padEnd(24, "░");
  return {
    "text/plain": `${title} ${bar} ${where}`,
    "text/html":
      `<div style="font-family:system-ui,sans-serif;font-size:13px"><b>${escapeHtml(title)}</b> ` +
      `<progress value="${share}" max="1" style="width:16em;vertical-align:middle"></progress> ${escapeHtml(where)}</div>`,
  };
}

/**
 * A run that has not started. `for await` gives its steps; `await` runs it to the end and gives the result;
 * `.watch()` first shows a progress bar where there is a notebook. A run can be used once.
 */
export class Training implements AsyncIterable<StepEvent>, PromiseLike<TrainingResult>, Displayable {
  readonly title: string;
  private readonly start: () => AsyncGenerator<StepEvent, TrainingResult>;
  private readonly isWatched: boolean;
  private readonly events: StepEvent[] = [];
  private finished: TrainingResult | undefined;
  private running: Promise<TrainingResult> | undefined;

  constructor(title: string, start: () => AsyncGenerator<StepEvent, TrainingResult>, isWatched = false) {
    this.title = title;
    this.start = start;
    this.isWatched = isWatched;
  }

  /** The same run, with a progress bar under the cell. */
  watch(): Training {
    return new Training(this.title, this.start, true);
  }

  /** Every step so far. */
  get history(): readonly StepEvent[] {
    return this.events;
  }

  /** How the run ended, once it has. */
  get result(): TrainingResult | undefined {
    return this.finished;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StepEvent, TrainingResult> {
    const session = this.isWatched ? currentSession() : undefined;
    const id = `relata-training-${++shown}`;
    session?.display?.(progressBundle(this.title, undefined, false), { id });
    let drawn = 0;
    const steps = this.start();
    try {
      for (let next = await steps.next(); ; next = await steps.next()) {
        if (next.done === true) return (this.finished = next.value);
        this.events.push(next.value);
        const now = performance.now();
        if (now - drawn >= REDRAW_MS || next.value.step === next.value.steps) {
          drawn = now;
          session?.display?.(progressBundle(this.title, next.value, next.value.secondsLeft === 0), {
            id,
            update: true,
          });
        }
        yield next.value;
      }
    } finally {
      await steps.return(
        this.finished ?? {
          steps: this.events.at(-1)?.step ?? 0,
          ended: "aborted",
          loss: this.events.at(-1)?.loss ?? NaN,
        },
      );
    }
  }

  private async toEnd(): Promise<TrainingResult> {
    const steps = this[Symbol.asyncIterator]();
    for (let next = await steps.next(); ; next = await steps.next())
      if (next.done === true) return next.value;
  }

  then<A = TrainingResult, B = never>(
    onDone?: ((result: TrainingResult) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.running ??= this.toEnd();
    return this.running.then(onDone, onError);
  }

  [DISPLAY](): MimeBundle {
    return progressBundle(this.title, this.events.at(-1), this.finished !== undefined);
  }
}
