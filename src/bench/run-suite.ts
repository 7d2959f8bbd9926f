// Runs a suite row by row, and says what is left out and what makes its numbers doubtful.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { messageOf, type OnProgress } from "../core";
import { ownVersions, thisMachine } from "./machine";
import { PATIENT, QUICK } from "./measure-row";
import { peerPython } from "./peer-python";
import type { BenchRow, PythonPackages, RowPlan, Suite, SuiteResult } from "./plan";
import { runRow } from "./run-row";
import type { Side, SideCommand } from "./side";

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
  const pythons = await findPythons(plans, options, versions, onNote);
  for (const note of suite.notes ?? []) onNote(note);
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
      const done = await runRow(plan, {
        options: { ...plan.options, ...more },
        threads,
        patience: isQuick ? QUICK : PATIENT,
        ...peerOf(plan, options, pythons),
        onShare: (share) => tell(index + share * 0.999),
        ...(options.start === undefined ? {} : { start: options.start }),
      });
      Object.assign(versions, done.versions);
      rows.push(...done.rows);
      for (const row of done.rows) options.onRow?.(row);
      const unsteady = unsteadyNote(done.rows[0]!);
      if (unsteady !== undefined) onNote(unsteady);
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

type Pythons = ReadonlyMap<PythonPackages, string>;

/** The packages that a row's peer needs of Python, if any. */
function packagesOf({ peer }: RowPlan): PythonPackages | undefined {
  return peer?.python ?? (peer?.script === undefined ? undefined : "torch");
}

function peerOf(
  plan: RowPlan,
  { withoutPeers = false }: RunOptions,
  pythons: Pythons,
): { hasPeer: boolean; python: string | undefined } {
  const packages = packagesOf(plan);
  const python = packages === undefined ? undefined : pythons.get(packages);
  return { hasPeer: !withoutPeers && (packages === undefined || python !== undefined), python };
}

async function findPythons(
  plans: readonly RowPlan[],
  { withoutPeers = false }: RunOptions,
  versions: Record<string, string>,
  onNote: (text: string) => void,
): Promise<Pythons> {
  const found = new Map<PythonPackages, string>();
  if (withoutPeers) return found;
  for (const packages of new Set(plans.map(packagesOf))) {
    if (packages === undefined) continue;
    try {
      found.set(packages, await peerPython(packages, onNote));
    } catch (error) {
      onNote(`ours alone, the peers that need ${packages} cannot run: ${messageOf(error)}`);
      versions["peers"] = `absent: ${messageOf(error)}`;
    }
  }
  return found;
}
