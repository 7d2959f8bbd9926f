// What magics do on the main thread, as plain functions too: `magics.time(() => ...)` is `%time ...`.

const RUNS = 7;
const RUN_MILLISECONDS = 200;

/** Asks the worker for something; set by the kernel. */
type Ask = (name: string, text: string) => Promise<void>;

let ask: Ask = (name) => Promise.reject(new Error(`${name} works in a notebook only`));

/** Connects the functions with a kernel. */
export function connectMagics(next: Ask): void {
  ask = next;
}

/** `12.3 ms`, `1.20 s`, `450 µs`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1) return `${(milliseconds * 1000).toPrecision(3)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toPrecision(3)} ms`;
  return `${(milliseconds / 1000).toPrecision(3)} s`;
}

let started = 0;

/** The magics as functions. */
export const magics = {
  /** Runs `work` once, prints how long it took and gives its value. */
  async time<T>(work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const value = await work();
    console.log(`time: ${durationText(performance.now() - start)}`);
    return value;
  },
  /** Begins a measurement that `stopTime` prints. */
  startTime(): void {
    started = performance.now();
  },
  stopTime(): void {
    console.log(`time: ${durationText(performance.now() - started)}`);
  },
  /** Runs `work` many times; prints best and median. */
  async timeit(work: () => unknown): Promise<void> {
    let count = 1;
    const many = async (): Promise<number> => {
      const start = performance.now();
      for (let run = 0; run < count; run++) await work();
      return performance.now() - start;
    };
    for (let took = await many(); took < RUN_MILLISECONDS && count < 1e7; took = await many())
      count = Math.ceil(count * Math.min(10, (1.2 * RUN_MILLISECONDS) / Math.max(took, 0.001)));
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push((await many()) / count);
    times.sort((a, b) => a - b);
    const [best = 0, median = 0] = [times[0], times[RUNS >> 1]];
    console.log(`best ${durationText(best)}, median ${durationText(median)} of ${RUNS} x ${count} runs`);
  },
  /** Prints the names that cells have declared. */
  who: (): Promise<void> => ask("who", ""),
  /** Forgets all names. */
  reset: (): Promise<void> => ask("reset", ""),
  reload: (on: boolean): Promise<void> => ask("reload", on ? "on" : "off"),
  types: (mode: "strict" | "loose" | "off"): Promise<void> => ask("types", mode),
  strict: (on: boolean): Promise<void> => ask("strict", on ? "on" : "off"),
  engine: (name: "tensorflow" | "wasm" | "cpu"): Promise<void> => ask("engine", name),
  seed: (seed: number): Promise<void> => ask("seed", String(seed)),
  /** @example await magics.npm("install d3-array") */
  npm: (words: string): Promise<void> => ask("npm", words),
  /** Runs a notebook or a TypeScript file in this session: what it declares is there for later cells. */
  run: (file: string): Promise<void> => ask("run", file),
  help: (name = ""): Promise<void> => ask("help", name),
};
