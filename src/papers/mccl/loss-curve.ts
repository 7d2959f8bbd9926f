// The loss terms of every step of a run as a curve; kept in a file where the run is long, so that a killed one has it whole.

import * as fs from "node:fs";
import * as path from "node:path";

/** Mean of each term over twenty stretches of a run. */
export type Curve = Readonly<Record<string, readonly number[]>>;

type Terms = Readonly<Record<string, number>>;

const POINTS = 20;

/** Five decimals, which a curve needs no more of. */
export const round = (value: number): number => Math.round(value * 1e5) / 1e5;

/** Steps and terms of a file, one line a step; a line that a kill cut short is passed over. */
function stepsIn(file: string): [step: number, terms: Terms][] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line): [number, Terms][] => {
      try {
        const { step, terms } = JSON.parse(line) as { step: number; terms: Terms };
        return [[step, terms]];
      } catch {
        return [];
      }
    });
}

/** Collects terms step by step. With a file, steps of an earlier process count unless they are done again. */
export class LossCurve {
  private readonly terms: Map<number, Terms>;

  constructor(private readonly file?: string) {
    this.terms = new Map(file === undefined ? [] : stepsIn(file));
    if (file !== undefined) fs.mkdirSync(path.dirname(file), { recursive: true });
  }

  /** Notes a step, counted from 1. */
  add(step: number, terms: Terms): void {
    this.terms.set(step, terms);
    if (this.file !== undefined) fs.appendFileSync(this.file, `${JSON.stringify({ step, terms })}\n`);
  }

  /** The curve of a run of so many steps; a stretch without a step has no point. */
  curve(steps: number): Curve {
    const sums: Record<string, number[]> = {};
    const counts = new Array<number>(POINTS).fill(0);
    for (let step = 1; step <= steps; step++) {
      const terms = this.terms.get(step);
      if (terms === undefined) continue;
      const place = Math.min(POINTS - 1, Math.floor(((step - 1) * POINTS) / steps));
      counts[place]! += 1;
      for (const [name, value] of Object.entries(terms))
        (sums[name] ??= new Array<number>(POINTS).fill(0))[place]! += value;
    }
    return Object.fromEntries(
      Object.entries(sums).map(([name, list]) => [
        name,
        list.flatMap((sum, at) => (counts[at]! > 0 ? [round(sum / counts[at]!)] : [])),
      ]),
    );
  }
}
