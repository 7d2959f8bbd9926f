// Starts both sides of a row, has them measured, and ends them, whatever happens.

import { KERNEL_ENVIRONMENT } from "../../kernel-ext/spec/kernelspec";
import * as path from "node:path";
import { projectFolder } from "../core";
import { threadEnvironment } from "./machine";
import { measureRow, rowsOf, type Patience } from "./measure-row";
import type { BenchOptions, BenchRow, OurSide, PeerSide, RowPlan } from "./plan";
import { startSide, type Side, type SideCommand } from "./side";

/** What a row is run with. */
export interface RowRun {
  /** Options of both sides. */
  readonly options: BenchOptions;
  readonly threads: number;
  readonly patience: Patience;
  /** The Python of the peer, if it needs one. */
  readonly python: string | undefined;
  /** Without it ours runs alone. */
  readonly hasPeer: boolean;
  /** Share of the row that is done, 0 to 1. */
  readonly onShare: (share: number) => void;
  /** Replaces the processes, for tests. */
  readonly start?: (command: SideCommand) => Promise<Side>;
}

/** Runs one row; the rows of its result and the versions that both sides told. */
export async function runRow(
  plan: RowPlan,
  run: RowRun,
): Promise<{ rows: BenchRow[]; versions: Record<string, string> }> {
  const { start = startSide } = run;
  const sides: Side[] = [];
  try {
    sides.push(await start(ourCommand(plan, run)));
    if (plan.peer !== undefined && run.hasPeer) sides.push(await start(peerCommand(plan, plan.peer, run)));
    const [ours, peer] = sides;
    const times = await measureRow(ours!, peer ?? null, patienceFor(plan, run.patience), run.onShare);
    const versions = { ...ours!.versions, ...peer?.versions };
    return { rows: rowsOf(plan, times, versions[plan.peer?.package ?? ""] ?? ""), versions };
  } finally {
    for (const side of sides) side.kill();
  }
}

function patienceFor({ rounds }: RowPlan, patience: Patience): Patience {
  if (rounds === undefined) return patience;
  const count = patience.seconds === 0 ? Math.min(rounds, patience.leastRounds) : rounds;
  return { warmUp: rounds <= 3 ? 0 : 1, leastRounds: count, mostRounds: count, seconds: 0 };
}

function ourCommand(plan: RowPlan, { options, threads }: RowRun): SideCommand {
  return workerCommand(`our side of "${plan.name}"`, plan.ours, options, threads);
}

function workerCommand(name: string, work: OurSide, options: BenchOptions, threads: number): SideCommand {
  return {
    name,
    program: process.execPath,
    args: [
      "-r",
      require.resolve("ts-node/register/transpile-only"),
      path.join(__dirname, "worker.ts"),
      JSON.stringify({ ...work, options, threads }),
    ],
    environment: {
      ...threadEnvironment(threads),
      ...KERNEL_ENVIRONMENT,
      TS_NODE_PROJECT: path.join(projectFolder, "tsconfig.json"),
    },
  };
}

function peerCommand(plan: RowPlan, peer: PeerSide, run: RowRun): SideCommand {
  const name = `the ${peer.name} side of "${plan.name}"`;
  const python = run.python ?? "";
  const options = { ...run.options, ...peer.options };
  if (peer.script === undefined) return workerCommand(name, plan.ours, { ...options, python }, run.threads);
  return {
    name,
    program: python,
    args: [path.join(__dirname, "peers", peer.script), JSON.stringify(options)],
    environment: threadEnvironment(run.threads),
  };
}
