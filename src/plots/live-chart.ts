// A chart that grows while something runs: numbers go in, the shown picture follows, never faster than it may.

import { DISPLAY, OptionError, type MimeBundle } from "../core";
import type { Chart } from "./chart";
import { lineChart } from "./line-chart";
import { readyToDraw } from "./vega";

/** Where a live chart is shown: a notebook's display with an id that can be updated in place. */
export interface LiveSink {
  show(bundle: MimeBundle, id: string): void;
  update(bundle: MimeBundle, id: string): void;
}

/** How a live chart looks and how often it is drawn again. */
export interface LiveOptions {
  readonly title?: string;
  /** Name of the field that counts, and of the x axis; default `"step"`. */
  readonly x?: string;
  readonly yLabel?: string;
  readonly smoothing?: number;
  /** Least time between two drawings in milliseconds, default 500; a slow drawing waits twenty times its own time. */
  readonly every?: number;
  /** Where it is shown; default the sink given to `setLiveSink`, if any. */
  readonly sink?: LiveSink;
}

let defaultSink: LiveSink | undefined;
let charts = 0;

/** Sets where live charts are shown from now on (a kernel does this once); returns the one before. */
export function setLiveSink(sink: LiveSink | undefined): LiveSink | undefined {
  const before = defaultSink;
  defaultSink = sink;
  return before;
}

/**
 * A line chart that is updated in place while numbers arrive.
 *
 * @example const live = liveChart({ title: "loss" }); live.push({ step: 1, loss: 2.3 }); await live.end();
 */
export class LiveChart {
  readonly id: string = `relata-live-${process.pid}-${++charts}`;
  private readonly options: LiveOptions;
  private readonly rows: Record<string, number>[] = [];
  /** Points of each line. */
  private readonly counts = new Map<string, number>();
  private readonly listeners = new Set<(bundle: MimeBundle) => void>();
  private timer: NodeJS.Timeout | undefined;
  private drawing: Promise<void> | undefined;
  private lastDrawn = -Infinity;
  private lastCost = 0;
  private isShown = false;
  private isStale = false;

  constructor(options: LiveOptions = {}) {
    this.options = options;
  }

  /** Adds one point to the line `name`; `at` is its place on the x axis, default the next whole number. */
  line(name: string, value: number, at?: number): this {
    const x = this.options.x ?? "step";
    return this.push({ [x]: at ?? (this.counts.get(name) ?? 0) + 1, [name]: value });
  }

  /** Adds a row: the x field and any number of others, each a line of its own; other fields than numbers are left out. */
  push(row: Readonly<Record<string, unknown>>): this {
    const x = this.options.x ?? "step";
    const kept = Object.entries(row).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number",
    );
    const numbers = Object.fromEntries(kept);
    if (!(x in numbers))
      throw new OptionError(
        `a row of a live chart has no number "${x}": give it one, or name another field as x`,
      );
    for (const name of Object.keys(numbers))
      if (name !== x) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    this.rows.push(numbers);
    this.isStale = true;
    this.schedule();
    return this;
  }

  /** The chart of what has arrived so far. */
  get chart(): Chart {
    const { x = "step", title, smoothing, yLabel } = this.options;
    const y = [...this.counts.keys()];
    return lineChart(this.rows, {
      x,
      y: y.length === 0 ? x : y,
      ...(title === undefined ? {} : { title }),
      ...(smoothing === undefined ? {} : { smoothing }),
      ...(yLabel === undefined ? {} : { yLabel }),
    });
  }

  /** Calls `listener` with each new picture; returns a function that stops it. */
  onUpdate(listener: (bundle: MimeBundle) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Draws the last picture now and resolves when it is shown. */
  async end(): Promise<void> {
    await this.drawing;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isStale) await this.draw();
  }

  [DISPLAY](): Promise<MimeBundle> {
    return this.chart[DISPLAY]();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.drawing !== undefined) return;
    const wait = Math.max(this.options.every ?? 500, 20 * this.lastCost);
    const left = this.lastDrawn + wait - performance.now();
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        void this.draw();
      },
      Math.max(0, left),
    );
  }

  private draw(): Promise<void> {
    this.drawing = this.drawOnce().finally(() => {
      this.lastDrawn = performance.now();
      this.drawing = undefined;
      if (this.isStale) this.schedule();
    });
    return this.drawing;
  }

  private async drawOnce(): Promise<void> {
    await readyToDraw();
    // Loading is waited for, but costs only once: counted here, it would put off the next drawing for minutes.
    const start = performance.now();
    this.isStale = false;
    const bundle = await this.chart[DISPLAY]();
    this.lastCost = performance.now() - start;
    this.publish(bundle);
  }

  private publish(bundle: MimeBundle): void {
    const sink = this.options.sink ?? defaultSink;
    if (this.isShown) sink?.update(bundle, this.id);
    else sink?.show(bundle, this.id);
    this.isShown = true;
    for (const listener of this.listeners) listener(bundle);
  }
}

/** A new live chart. */
export function liveChart(options: LiveOptions = {}): LiveChart {
  return new LiveChart(options);
}
