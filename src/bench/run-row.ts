// Starts both sides of a row, has them measured, and ends them, whatever happens.

import { KERNEL_ENVIRONMENT } from "../../kernel-ext/spec/kernelspec";
import * as path from "node:path";
import { projectFolder } from "../core";
import { threadEnvironment } from "./machine";
import { measureRow, rowsOf, type Patience } from "./measure-row";
import type { BenchOptions, BenchRow, RowPlan } from "./plan";
import { startSide, type Side, type SideCommand } from "./side";

/** What a row is run with. */
export interface RowRun {
  /** Options of both sides. */
  readonly options: BenchOptions;
  readonly threads: number;
  readonly patience: Patience;
  /** The Python of the peers; without it ours runs alone. */
  readonly python: string | undefined;
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
  const { start = startSide, python } = run;
  const sides: Side[] = [];
  try {
    sides.push(await start(ourCommand(plan, run)));
    if (plan.peer !== undefined && python !== undefined)
      sides.push(await start(peerCommand(plan, run, python)));
    const [ours, peer] = sides;
    const times = await measureRow(ours!, peer ?? null, run.patience, run.onShare);
    const versions = { ...ours!.versions, ...peer?.versions };
    return { rows: rowsOf(plan, times, versions[plan.peer?.package ?? ""] ?? ""), versions };
  } finally {
    for (const side of sides) side.kill();
  }
}

function ourCommand(plan: RowPlan, { options, threads }: RowRun): SideCommand {
  return {
    name: `our side of "${plan.name}"`,
    program: process.execPath,
    args: [
      "-r",
      require.resolve("ts-node/register/transpile-only"),
      path.join(__dirname, "worker.ts"),
      JSON.stringify({ ...plan.ours, options, threads }),
    ],
    environment: {
      ...threadEnvironment(threads),
      ...KERNEL_ENVIRONMENT,
      TS_NODE_PROJECT: path.join(projectFolder, "tsconfig.json"),
    },
  };
}

function peerCommand(plan: RowPlan, { options, threads }: RowRun, python: string): SideCommand {
  return {
    name: `the ${plan.peer!.name} side of "${plan.name}"`,
    program: python,
    args: [path.join(__dirname, "peers", plan.peer!.script), JSON.stringify(options)],
    environment: threadEnvironment(threads),
  };
}
