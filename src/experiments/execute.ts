// Executes runs: what is stored is found, the rest is done side by side in processes, what others need first.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  messageOf,
  OptionError,
  RelataError,
  withLock,
  writeFileAtomic,
  type OnProgress,
  type Rate,
} from "../core";
import { startEngine } from "../engine";
import { dropSteps } from "../train";
import { worksFile, type Finished, type Run, type WorkContext } from "./run";
import { folderOf, RunPlan, type Planned } from "./run-plan";
import { findResult, isFreshWanted, keepResult } from "./store";
import { perform, type Order } from "./worker";
import { WorkerProcess } from "./worker-process";

/** How runs are executed. */
export interface ExecuteOptions {
  /** Processes side by side; default by cores and memory. 0 does every run in this process. */
  readonly workers?: number;
  /** Threads of each process (default 1, which also keeps sums in one order). */
  readonly threads?: number;
  /** Computes again what is stored (default `RELATA_FRESH=1`). */
  readonly fresh?: boolean;
  /** Does only runs that take seconds (`Run.isBrief`) and whose needs are stored; others that are not stored stay out. */
  readonly storedOnly?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly clock?: () => Date;
  /** Where works are found; for tests. */
  readonly worksFile?: (paper: string) => string;
}

/** Finished runs, found by the run itself. */
export interface Results {
  (run: Run): Finished;
  /** False for a run that was left out because only stored results were wanted. */
  has(run: Run): boolean;
}

/**
 * Executes `runs` and what they need. The same run asked for twice is done once. When some fail, the others are still
 * done and stored, then one error tells of the first failure.
 */
export async function execute(runs: readonly Run[], options: ExecuteOptions = {}): Promise<Results> {
  await startEngine();
  const { fresh = isFreshWanted() } = options;
  const plan = new RunPlan(options.worksFile ?? worksFile);
  for (const run of runs) plan.add(run);
  const done = new Map<string, Finished>();
  if (!fresh)
    for (const { hash } of plan.inOrder) {
      const found = findResult(hash);
      if (found !== undefined) done.set(hash, { ...found, folder: folderOf(hash) });
    }
  const missing = plan.missing(done);
  const wanted = options.storedOnly === true ? missing.filter((run) => isBrief(run, done)) : missing;
  if (wanted.length > 0) await new Execution(wanted, done, { ...options, fresh }).finish();
  const finishedOf = (run: Run): Finished => {
    const finished = done.get(plan.add(run).hash);
    if (finished === undefined)
      throw new RelataError(`the run "${run.label}" was not executed: plan it first`);
    return finished;
  };
  return Object.assign(finishedOf, { has: (run: Run) => done.has(plan.add(run).hash) });
}

/** Whether a run takes seconds and what it needs is done. */
const isBrief = ({ run, needs }: Planned, done: ReadonlyMap<string, Finished>): boolean =>
  run.isBrief === true && Object.values(needs).every(({ hash }) => done.has(hash));

/** A run as a plan shows it. */
export interface RunState {
  readonly label: string;
  readonly isStored: boolean;
}

/** All runs that `runs` ask for, each once and after what it needs, and whether its result is stored; does nothing. */
export async function statesOf(
  runs: readonly Run[],
  options: Pick<ExecuteOptions, "worksFile"> = {},
): Promise<readonly RunState[]> {
  await startEngine();
  const plan = new RunPlan(options.worksFile ?? worksFile);
  for (const run of runs) plan.add(run);
  return plan.inOrder.map(({ run, hash }) => ({
    label: run.label,
    isStored: findResult(hash) !== undefined,
  }));
}

/** GB for all runs side by side: three quarters of the memory. */
const roomFor = (): number => (0.75 * os.totalmem()) / 2 ** 30;

const memoryOf = ({ run }: Planned): number => run.memory ?? 1;

/** Processes for the cores; how many of them work at a time is for the memory to say. */
function workersFor(runs: readonly Planned[]): number {
  const fitting = Math.floor(roomFor() / Math.min(...runs.map(memoryOf)));
  return Math.max(1, Math.min(os.availableParallelism(), fitting, runs.length));
}

/** How fast runs side by side go together; undefined where none tells, or they count different things. */
function togetherOf([first, ...others]: readonly Rate[]): Rate | undefined {
  if (first === undefined || others.some(({ unit }) => unit !== first.unit)) return undefined;
  return { ...first, perSecond: others.reduce((sum, { perSecond }) => sum + perSecond, first.perSecond) };
}

class Execution {
  private readonly waiting: Planned[];
  private readonly workers: WorkerProcess[] = [];
  private readonly failures: { readonly label: string; readonly message: string }[] = [];
  private readonly failed = new Set<string>();
  /** What runs in progress have told, by hash. */
  private readonly told = new Map<string, { readonly share: number; readonly rate: Rate | undefined }>();
  private readonly total: number;
  /** GB that runs in progress may hold together; without limit where the number of processes was given. */
  private readonly room: number;
  private readonly inProgress = new Set<Planned>();
  private finished = 0;

  constructor(
    runs: readonly Planned[],
    private readonly done: Map<string, Finished>,
    private readonly options: ExecuteOptions,
  ) {
    const { workers } = options;
    if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0))
      throw new OptionError(`workers is ${workers}: expected a whole number, 0 for this process alone`);
    // what others wait for goes first, then what takes long: neither must begin last
    const needed = new Set(runs.flatMap(({ needs }) => Object.values(needs).map(({ hash }) => hash)));
    const isNeeded = ({ hash }: Planned): boolean => needed.has(hash);
    const longestFirst = [...runs].sort((a, b) => (b.run.effort ?? 1) - (a.run.effort ?? 1));
    this.waiting = [...longestFirst.filter(isNeeded), ...longestFirst.filter((run) => !isNeeded(run))];
    this.total = runs.length;
    this.room = workers === undefined ? roomFor() : Infinity;
  }

  async finish(): Promise<void> {
    const { workers = workersFor(this.waiting), signal } = this.options;
    const onAbort = (): void => this.workers.forEach((worker) => worker.kill());
    signal?.addEventListener("abort", onAbort, { once: true });
    this.tell();
    try {
      await Promise.all(Array.from({ length: Math.max(1, workers) }, () => this.lane(workers === 0)));
    } finally {
      signal?.removeEventListener("abort", onAbort);
      for (const worker of this.workers) worker.kill();
    }
    if (signal?.aborted)
      throw new RelataError(
        `stopped: ${this.finished} of ${this.total} runs are done and stored; the same command goes on from there`,
      );
    const [first] = this.failures;
    if (first !== undefined) {
      const others = this.failures.length > 1 ? ` (and ${this.failures.length - 1} more runs failed)` : "";
      throw new RelataError(`the run "${first.label}" failed: ${first.message}${others}`);
    }
  }

  /** One place to work: takes runs whose needs are done until none is left. */
  private async lane(isHere: boolean): Promise<void> {
    let worker: WorkerProcess | undefined;
    for (;;) {
      const next = await this.take();
      if (next === undefined) break;
      const { run, hash } = next;
      const onShare: WorkContext["onShare"] = (share, rate) => {
        this.told.set(hash, { share, rate });
        this.tell();
      };
      const compute = async (): Promise<void> => {
        const value = await (isHere
          ? perform(this.order(next), this.options.signal ?? new AbortController().signal, onShare)
          : (worker = this.ready(worker)).perform(this.order(next), onShare));
        const now = (this.options.clock ?? (() => new Date()))();
        this.done.set(hash, { ...keepResult(next.origin, value, now), folder: folderOf(hash) });
        dropSteps(path.join(folderOf(hash), "checkpoints"));
      };
      try {
        await this.alone(next, compute);
      } catch (error) {
        this.failed.add(hash);
        this.failures.push({ label: run.label, message: messageOf(error) });
        if (worker?.isAlive === false) worker = undefined;
      }
      this.told.delete(hash);
      this.inProgress.delete(next);
      this.finished++;
      this.tell(run.label);
      this.wake();
    }
    worker?.kill();
  }

  /** Computes while no other process does the same run; what such a process has stored meanwhile is taken instead. */
  private async alone({ run, hash }: Planned, compute: () => Promise<void>): Promise<void> {
    const folder = folderOf(hash);
    let hasWaited = false;
    const onWait = (): void => {
      hasWaited = true;
      this.tell(`${run.label}: waiting for another process that does it`);
    };
    const takeOrCompute = async (): Promise<void> => {
      const isWanted = (this.options.fresh !== true && fs.existsSync(folder)) || hasWaited;
      const found = isWanted ? findResult(hash) : undefined;
      if (found === undefined) await compute();
      else this.done.set(hash, { ...found, folder });
    };
    await withLock(`${folder}.lock`, onWait, takeOrCompute, this.options.signal);
  }

  private wakers: (() => void)[] = [];

  private wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }

  /** The next run that can start; waits while all that is left needs runs in progress, or their memory. */
  private async take(): Promise<Planned | undefined> {
    for (;;) {
      if (this.options.signal?.aborted) return undefined;
      this.dropHopeless();
      const at = this.waiting.findIndex(
        (one) => Object.values(one.needs).every(({ hash }) => this.done.has(hash)) && this.fits(one),
      );
      if (at >= 0) {
        const [next] = this.waiting.splice(at, 1);
        this.inProgress.add(next!);
        return next;
      }
      if (this.waiting.length === 0) return undefined;
      await new Promise<void>((resolve) => this.wakers.push(resolve));
    }
  }

  /** Whether a run fits beside those in progress; one alone always does. */
  private fits(run: Planned): boolean {
    const held = [...this.inProgress].reduce((sum, one) => sum + memoryOf(one), 0);
    return this.inProgress.size === 0 || held + memoryOf(run) <= this.room;
  }

  private dropHopeless(): void {
    for (let at = this.waiting.length - 1; at >= 0; at--) {
      const { needs, hash } = this.waiting[at]!;
      if (!Object.values(needs).some((need) => this.failed.has(need.hash))) continue;
      this.waiting.splice(at, 1);
      this.failed.add(hash);
      this.finished++;
    }
  }

  private ready(worker: WorkerProcess | undefined): WorkerProcess {
    if (worker?.isAlive) return worker;
    const started = new WorkerProcess(this.options.threads);
    this.workers.push(started);
    return started;
  }

  private order({ run, hash, needs }: Planned): Order {
    const folder = folderOf(hash);
    fs.mkdirSync(folder, { recursive: true });
    writeFileAtomic(path.join(folder, "run.json"), JSON.stringify({ ...run, needs: undefined }, null, 1));
    return {
      run,
      folder,
      file: (this.options.worksFile ?? worksFile)(run.paper),
      needs: Object.fromEntries(
        Object.entries(needs).map(([name, need]) => {
          const { value, folder: place } = this.done.get(need.hash)!;
          return [name, { value, folder: place }];
        }),
      ),
    };
  }

  private tell(label?: string): void {
    const told = [...this.told.values()];
    const partly = told.reduce((sum, { share }) => sum + share, 0);
    const rate = togetherOf(told.flatMap((one) => one.rate ?? []));
    this.options.onProgress?.({
      label: label === undefined ? "runs" : `runs: ${label}`,
      done: this.finished + partly,
      total: this.total,
      unit: "runs",
      ...(rate === undefined ? {} : { rate }),
    });
  }
}
