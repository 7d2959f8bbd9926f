// One row measured: both sides get warm, then take turns, so that whatever else the machine does hits both alike.

import type { BenchRow, RowPlan } from "./plan";
import type { Side } from "./side";
import { figures } from "./statistics";

/** How long a row is measured. */
export interface Patience {
  /** Runs of each side before anything counts. */
  readonly warmUp: number;
  readonly leastRounds: number;
  readonly mostRounds: number;
  /** Rounds go on until both sides together have worked this many seconds. */
  readonly seconds: number;
}

/** For numbers to report. */
export const PATIENT: Patience = { warmUp: 3, leastRounds: 7, mostRounds: 40, seconds: 40 };

/** For a first look (`--quick`). */
export const QUICK: Patience = { warmUp: 1, leastRounds: 3, mostRounds: 3, seconds: 0 };

/** Times of both sides, in seconds, and their peaks in bytes. */
export interface Times {
  readonly ours: readonly number[];
  readonly peer: readonly number[] | null;
  readonly peakMemory: { readonly ours: number | null; readonly peer: number | null };
}

/** Runs both sides in turns (the first alternates) and ends them. `onRound` gets the share that is done, 0 to 1. */
export async function measureRow(
  ours: Side,
  peer: Side | null,
  patience: Patience,
  onRound: (share: number) => void = () => undefined,
): Promise<Times> {
  const sides = peer === null ? [ours] : [ours, peer];
  const times = sides.map((): number[] => []);
  for (let round = 0; round < patience.warmUp; round++) for (const side of sides) await side.run();
  let spent = 0;
  for (let round = 0; round < patience.mostRounds; round++) {
    if (round >= patience.leastRounds && spent >= patience.seconds) break;
    // A B, B A, A B: neither side always follows the other.
    const order = round % 2 === 0 ? sides.keys() : [...sides.keys()].reverse();
    for (const index of order) {
      const seconds = await sides[index]!.run();
      times[index]!.push(seconds);
      spent += seconds;
    }
    const byTime = patience.seconds > 0 ? spent / patience.seconds : 1;
    onRound(
      Math.min(
        1,
        Math.max((round + 1) / patience.mostRounds, Math.min(byTime, (round + 1) / patience.leastRounds)),
      ),
    );
  }
  const peaks: (number | null)[] = [];
  for (const side of sides) peaks.push(await side.end());
  return {
    ours: times[0]!,
    peer: times[1] ?? null,
    peakMemory: { ours: peaks[0] ?? null, peer: peaks[1] ?? null },
  };
}

/** Rows of the result for a plan and its times: the times, and peak memory where the plan has a goal for it. */
export function rowsOf(plan: RowPlan, times: Times, peerVersion: string): BenchRow[] {
  const scale = plan.unit === "ms" ? 1000 : 1;
  const of = (values: readonly number[]) => figures(values.map((value) => value * scale));
  const named = plan.peer === undefined ? undefined : { name: plan.peer.name, version: peerVersion };
  const ours = of(times.ours);
  const peer = times.peer === null || named === undefined ? null : { ...named, ...of(times.peer) };
  const { peakMemory } = times;
  const missing = plan.peer !== undefined && peer === null;
  const rows: BenchRow[] = [
    {
      name: plan.name,
      unit: plan.unit,
      ours,
      peer,
      ratio: peer === null ? null : peer.median / ours.median,
      goal: missing ? null : (plan.goal ?? null),
      peakMemory,
    },
  ];
  if (plan.memoryGoal === undefined || peakMemory.ours === null) return rows;
  const megabytes = (bytes: number) => ({ median: bytes / 1e6, min: bytes / 1e6 });
  const { peer: peak } = peakMemory;
  rows.push({
    name: `${plan.name}, memory`,
    unit: "MB",
    ours: megabytes(peakMemory.ours),
    peer: peak === null || named === undefined ? null : { ...named, ...megabytes(peak) },
    ratio: peak === null ? null : peak / peakMemory.ours,
    goal: peak === null ? null : plan.memoryGoal,
    peakMemory,
  });
  return rows;
}
