// Reproducing: plans the runs of all experiments at once, executes them side by side, and judges the claims.

import { createHash } from "node:crypto";
import { OptionError } from "../core";
import { currentEngine } from "../engine";
import { judge } from "./claims";
import { execute, statesOf, type ExecuteOptions, type Results, type RunState } from "./execute";
import type { Drawing, Experiment, Numbers, Setting, Values } from "./experiment";
import { cellsOf, judgeClaims, Outcome, outcomeRows, type Measured, type OutcomeClaim } from "./outcome";
import { keepLatest } from "./outcome-store";
import type { Paper } from "./paper";
import type { ProfileName } from "./profile";

/** An experiment of a paper. */
export interface Target {
  readonly paper: Paper;
  readonly experiment: Experiment;
}

/** How experiments are reproduced. */
export interface ReproduceOptions extends ExecuteOptions {
  readonly profile: ProfileName;
  /** Number of seeds, 0, 1, ...; default 3, or 1 with `RELATA_FAST=1`. */
  readonly seeds?: number;
  /** Seeds for experiments with an undecided claim; default 5, and none more when `seeds` was given. */
  readonly seedsIfUndecided?: number;
  /** Whether claims are also measured on the negative control (default: in `quick`, where there is one). */
  readonly control?: boolean;
}

const DEFAULT_SEEDS = 3;

/** Reproduces experiments; outcomes in the order of the targets, each kept as the latest of its experiment. */
export async function reproduce(
  targets: readonly Target[],
  options: ReproduceOptions,
): Promise<readonly Outcome[]> {
  const outcomes = await attempt(targets, options);
  for (const { record } of outcomes) keepLatest(record);
  return outcomes;
}

/** The runs that `reproduce` would ask for with its first seeds, and which of them are stored. */
export async function plannedRuns(
  targets: readonly Target[],
  options: ReproduceOptions,
): Promise<readonly RunState[]> {
  return statesOf(
    attemptsOf(targets, options).flatMap((one) => one.runs()),
    options,
  );
}

function seedsOf({ seeds }: ReproduceOptions): number {
  const count = seeds ?? (process.env["RELATA_FAST"] === "1" ? 1 : DEFAULT_SEEDS);
  if (!(Number.isInteger(count) && count >= 1))
    throw new OptionError(`seeds is ${count}: expected a whole number of at least 1`);
  return count;
}

const hasControl = (options: ReproduceOptions): boolean =>
  (options.control ?? options.profile === "quick") && seedsOf(options) > 1;

const attemptsOf = (targets: readonly Target[], options: ReproduceOptions): Attempt[] =>
  targets.map((target) => new Attempt(target, options.profile, seedsOf(options), hasControl(options)));

async function attempt(targets: readonly Target[], options: ReproduceOptions): Promise<readonly Outcome[]> {
  const isFast = process.env["RELATA_FAST"] === "1";
  const seeds = seedsOf(options);
  const more = options.seedsIfUndecided ?? (options.seeds === undefined && !isFast ? 5 : seeds);
  const first = attemptsOf(targets, options);
  const results = await execute(
    first.flatMap((attempt) => attempt.runs()),
    options,
  );
  const judged = await Promise.all(first.map((attempt) => attempt.outcome(results)));
  if (more <= seeds || options.storedOnly === true) return judged;
  const again = first.map((attempt, at) =>
    judged[at]!.claims.some(({ status }) => status === "undecided") && attempt.hasOpenClaims()
      ? new Attempt(targets[at]!, options.profile, more, hasControl(options))
      : undefined,
  );
  const open = again.flatMap((attempt) => attempt?.runs() ?? []);
  if (open.length === 0) return judged;
  const { fresh: _fresh, ...rest } = options;
  const second = await execute(open, { ...rest, fresh: false });
  return Promise.all(again.map((attempt, at) => attempt?.outcome(second) ?? judged[at]!));
}

/** One experiment with a number of seeds. */
class Attempt {
  private readonly usual: readonly (readonly Planned[])[];
  private readonly control: readonly (readonly Planned[])[];

  constructor(
    private readonly target: Target,
    private readonly profile: ProfileName,
    private readonly seeds: number,
    withControl: boolean,
  ) {
    this.usual = this.plan("usual", () => true);
    const needed = withControl ? this.methodsOf(target.experiment.controls ?? []) : new Set<string>();
    this.control = this.plan("control", (method) => needed.has(method));
  }

  runs(): ReturnType<Planned["list"]> {
    return [...this.usual, ...this.control].flat().flatMap((row) => row.list());
  }

  /** Whether a claim of this experiment is judged in this profile. */
  hasOpenClaims(): boolean {
    const { paper, experiment } = this.target;
    return paper.reference.predicates.some(
      ({ id, experiment: of, profiles }) =>
        of === experiment.id && profiles.includes(this.profile) && experiment.claims?.[id] !== undefined,
    );
  }

  async outcome(results: Results): Promise<Outcome> {
    const { paper, experiment } = this.target;
    const { reference } = paper;
    const measured = this.measure(this.usual, results);
    const table = reference.tables.find(({ id }) => id === experiment.id);
    const columns = experiment.columns ?? table?.columns ?? columnsOf(measured);
    const claims = judgeClaims(experiment, reference, this.profile, measured, this.seeds);
    const finished = this.runs().filter(results.has).map(results);
    const { name, version, device } = currentEngine();
    const drawing = this.drawing(results);
    const isWhole = this.usual.every((seeds) => seeds.every((row) => row.isWhole(results)));
    const charts = isWhole ? ((await experiment.charts?.(drawing)) ?? []) : [];
    const hash = createHash("sha256")
      .update(finished.map((one) => one.hash).join())
      .digest("hex")
      .slice(0, 16);
    return new Outcome(
      {
        id: `${paper.short}/${experiment.id}`,
        title: paper.titleOf(experiment.id),
        profile: this.profile,
        seeds: Array.from({ length: this.seeds }, (_, seed) => seed),
        engine: `${name} ${version}, ${device}`,
        hash,
        when:
          finished
            .map((one) => one.when)
            .sort()
            .at(-1) ?? "without runs",
        isStored: finished.every((one) => !one.isFresh),
        columns,
        rows: outcomeRows(experiment, reference, columns, measured),
        claims: this.withControl(claims, results),
      },
      charts,
      experiment.about,
      drawing,
    );
  }

  private plan(
    data: Setting["data"],
    isWanted: (method: string) => boolean,
  ): readonly (readonly Planned[])[] {
    const rows = this.target.experiment.rows.filter(({ method }) => isWanted(method));
    return rows.map((row) =>
      Array.from({ length: this.seeds }, (_, seed) => {
        const runs = row.runs({ profile: this.profile, seed, data });
        return new Planned(row.method, runs, (values) => row.read(values), row.readsAny);
      }),
    );
  }

  private measure(rows: readonly (readonly Planned[])[], results: Results): Measured {
    return new Map(rows.map((seeds) => [seeds[0]!.method, seeds.map((row) => row.numbers(results))]));
  }

  private drawing(results: Results): Drawing {
    const rows = new Map(this.usual.map((seeds) => [seeds[0]!.method, seeds]));
    return {
      profile: this.profile,
      seeds: Array.from({ length: this.seeds }, (_, seed) => seed),
      values: (method) => (rows.get(method) ?? []).map((row) => row.values(results)),
    };
  }

  /** The methods that these claims compare: found by asking the claims which cells they read. */
  private methodsOf(claims: readonly string[]): Set<string> {
    const methods = new Set<string>();
    for (const id of claims)
      this.target.experiment.claims?.[id]?.((method) => {
        methods.add(method);
        return 0;
      });
    return methods;
  }

  private withControl(claims: readonly OutcomeClaim[], results: Results): OutcomeClaim[] {
    if (this.control.length === 0) return [...claims];
    const { paper, experiment } = this.target;
    const measured = this.measure(this.control, results);
    return claims.map((claim) => {
      const predicate = paper.reference.predicates.find(
        ({ id, experiment: of }) => id === claim.id && of === experiment.id,
      );
      const rule = predicate ?? experiment.ownClaims?.[claim.id];
      const difference = experiment.claims?.[claim.id];
      if (rule === undefined || difference === undefined || !experiment.controls?.includes(claim.id))
        return claim;
      const gains = Array.from({ length: this.seeds }, (_, seed) => difference(cellsOf(measured, seed)));
      const { status, evidence } = judge(gains, rule);
      return { ...claim, control: { vanished: status !== "held", evidence } };
    });
  }
}

/** A row with one seed: its runs, and how numbers are read from them. */
class Planned {
  constructor(
    readonly method: string,
    private readonly byName: ReturnType<Experiment["rows"][number]["runs"]>,
    private readonly read: (values: Values) => Numbers,
    private readonly readsAny = false,
  ) {}

  list() {
    return Object.values(this.byName);
  }

  /** Whether every run is done. */
  isWhole(results: Results): boolean {
    return this.list().every(results.has);
  }

  /** Values of the runs that are done. */
  values(results: Results): Values {
    const done = Object.entries(this.byName).filter(([, run]) => results.has(run));
    return Object.fromEntries(done.map(([name, run]) => [name, results(run).value]));
  }

  /** No numbers where a run is missing that the row cannot do without. */
  numbers(results: Results): Numbers {
    const values = this.values(results);
    const isEnough = this.readsAny ? Object.keys(values).length > 0 : this.isWhole(results);
    return isEnough ? this.read(values) : {};
  }
}

function columnsOf(measured: Measured): string[] {
  const all = [...measured.values()].flatMap((seeds) => seeds.flatMap((numbers) => Object.keys(numbers)));
  return [...new Set(all)];
}
