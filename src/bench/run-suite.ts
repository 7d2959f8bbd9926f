// Runs a suite: row by row, both sides started, measured in turns and ended, whatever happens.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { messageOf, projectFolder, type OnProgress } from "../core";
import { ownVersions, thisMachine, threadEnvironment } from "./machine";
import { measureRow, PATIENT, QUICK, rowsOf } from "./measure-row";
import { peerPython } from "./peer-python";
import type { BenchOptions, BenchRow, RowPlan, Suite, SuiteResult } from "./plan";
import { startSide, type Side, type SideCommand } from "./side";

/** How a suite is run. */
export interface RunOptions {
  /** A first look: three rounds. */
  readonly isQuick?: boolean;
  /** Without peers: ours alone. */
  readonly withoutPeers?: boolean;
  /** Threads of each side; default all cores. */
  readonly threads?: number;
  /** Only rows whose name contains this. */
  readonly only?: string;
  readonly onProgress?: OnProgress;
  /** Told what is happening, and why something is left out. */
  readonly onNote?: (text: string) => void;
  /** Told each row as it is done. */
  readonly onRow?: (row: BenchRow) => void;
  /** Replaces the processes, for tests. */
  readonly start?: (command: SideCommand) => Promise<Side>;
}

/** Runs every row of a suite and resolves to the whole result. A row that fails ends the run with its error. */
export async function runSuite(suite: Suite, options: RunOptions = {}): Promise<SuiteResult> {
  const { isQuick = false, threads = os.availableParallelism(), only, onNote = () => undefined } = options;
  const plans = suite.rows.filter(
    ({ name }) => only === undefined || name.toLowerCase().includes(only.toLowerCase()),
  );
  const versions = ownVersions();
  const python = await findPython(plans, options, versions, onNote);
  const rows: BenchRow[] = [];
  const load = os.loadavg()[0] ?? 0;
  if (load > 0.5 * os.availableParallelism())
    onNote(`the machine is busy (load ${load.toFixed(1)}): times will mislead`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-bench-"));
  const tell = (done: number): void =>
    options.onProgress?.({
      label: `bench ${suite.name}`,
      done: Math.round(done * 10) / 10,
      total: plans.length,
      unit: "rows",
    });
  try {
    for (const [index, plan] of plans.entries()) {
      tell(index);
      const more = await plan.prepare?.(folder);
      if (typeof more === "string") {
        onNote(`${plan.name}: left out, ${more}`);
        continue;
      }
      const given = { ...plan.options, ...more };
      const environment = threadEnvironment(threads);
      const start = options.start ?? startSide;
      const sides: Side[] = [];
      try {
        const ours = await start(ourCommand(plan, given, threads, environment));
        sides.push(ours);
        const peer =
          plan.peer === undefined || python === undefined
            ? null
            : await start(peerCommand(plan, given, python, environment));
        if (peer !== null) sides.push(peer);
        Object.assign(versions, ours.versions, peer?.versions);
        const times = await measureRow(ours, peer, isQuick ? QUICK : PATIENT, (share) =>
          tell(index + share * 0.999),
        );
        const done = rowsOf(plan, times, peer?.versions[plan.peer?.package ?? ""] ?? "");
        rows.push(...done);
        const unsteady = unsteadyNote(done[0]!);
        if (unsteady !== undefined) onNote(unsteady);
        for (const row of done) options.onRow?.(row);
      } finally {
        for (const side of sides) side.kill();
      }
    }
    tell(plans.length);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return { suite: suite.name, machine: thisMachine(threads), versions, rows };
}

/** A median far above the minimum means that something else took the cores. */
function unsteadyNote({ name, ours, peer }: BenchRow): string | undefined {
  const worst = Math.max(ours.median / ours.min, peer === null ? 1 : peer.median / peer.min);
  if (worst < 1.3) return undefined;
  return `${name}: unsteady, a median is ${worst.toFixed(1)} times its minimum: something else runs on this machine`;
}

async function findPython(
  plans: readonly RowPlan[],
  { withoutPeers = false }: RunOptions,
  versions: Record<string, string>,
  onNote: (text: string) => void,
): Promise<string | undefined> {
  if (withoutPeers || plans.every(({ peer }) => peer === undefined)) return undefined;
  try {
    return await peerPython(onNote);
  } catch (error) {
    onNote(`ours alone, the peers cannot run: ${messageOf(error)}`);
    versions["peers"] = `absent: ${messageOf(error)}`;
    return undefined;
  }
}

function ourCommand(
  plan: RowPlan,
  options: BenchOptions,
  threads: number,
  environment: NodeJS.ProcessEnv,
): SideCommand {
  return {
    name: `our side of "${plan.name}"`,
    program: process.execPath,
    args: [
      "-r",
      require.resolve("ts-node/register/transpile-only"),
      path.join(__dirname, "worker.ts"),
      JSON.stringify({ ...plan.ours, options, threads }),
    ],
    environment: { ...environment, TS_NODE_PROJECT: path.join(projectFolder, "tsconfig.json") },
  };
}

function peerCommand(
  plan: RowPlan,
  options: BenchOptions,
  python: string,
  environment: NodeJS.ProcessEnv,
): SideCommand {
  return {
    name: `the ${plan.peer!.name} side of "${plan.name}"`,
    program: python,
    args: [path.join(__dirname, "peers", plan.peer!.script), JSON.stringify(options)],
    environment,
  };
}
