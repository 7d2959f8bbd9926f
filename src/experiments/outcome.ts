// The outcome of an experiment: the paper's numbers beside ours, and which claims held.

import { DISPLAY, type Displayable, type MimeBundle } from "../core";
import { spread, type Table } from "../report";
import { judge, type Status } from "./claims";
import type { Cell, Drawing, Experiment, Numbers, Values } from "./experiment";
import { keptBeside } from "./outcome-store";
import { claimTable, outcomeBundle, outcomeTable, outcomeText, type OutcomeTables } from "./outcome-tables";
import type { ProfileName } from "./profile";
import type { Predicate, Quoted, Reference } from "./reference";

/** One row: what the paper prints and what we measured, by column. */
export interface OutcomeRow {
  readonly method: string;
  readonly paper: Readonly<Record<string, Quoted>> | null;
  /** `null` for a quoted row, which we do not measure. */
  readonly ours: Readonly<
    Record<string, { readonly mean: number; readonly sd: number | null } | null>
  > | null;
}

/** One claim, judged. */
export interface OutcomeClaim {
  readonly id: string;
  readonly text: string;
  readonly status: Status;
  readonly evidence: string;
  /** On the negative control: whether the gain vanished there, as it must. */
  readonly control?: { readonly vanished: boolean; readonly evidence: string };
}

/** An outcome as scripts and files see it. */
export interface OutcomeRecord {
  readonly id: string;
  readonly title: string;
  readonly profile: ProfileName;
  readonly seeds: readonly number[];
  readonly engine: string;
  readonly hash: string;
  /** Latest time at which one of its runs was computed (ISO); whether all were found in the store. */
  readonly when: string;
  readonly isStored: boolean;
  readonly columns: readonly string[];
  readonly rows: readonly OutcomeRow[];
  readonly claims: readonly OutcomeClaim[];
}

/** The numbers of one row, one record a seed. */
export type Measured = ReadonlyMap<string, readonly Numbers[]>;

/** The cell function of one seed; a number that is missing is NaN, which leaves a claim undecided. */
export function cellsOf(measured: Measured, seed: number): Cell {
  return (method, column) => measured.get(method)?.[seed]?.[column] ?? NaN;
}

/** Judges every claim of an experiment from its numbers. */
export function judgeClaims(
  experiment: Experiment,
  reference: Reference,
  profile: ProfileName,
  measured: Measured,
  seeds: number,
): OutcomeClaim[] {
  const predicates: Predicate[] = reference.predicates.filter((one) => one.experiment === experiment.id);
  const own = Object.entries(experiment.ownClaims ?? {}).map(([id, claim]) => ({
    ...claim,
    id,
    experiment: experiment.id,
    profiles: [profile],
  }));
  return [...predicates, ...own].map(({ id, text, margin, unit, profiles }) => {
    const claim = experiment.claims?.[id];
    const isJudged = claim !== undefined && (profiles.includes(profile) || profile === "paper");
    const differences = isJudged
      ? Array.from({ length: seeds }, (_, seed) => claim(cellsOf(measured, seed)))
      : [];
    return { id, text, ...judge(differences, { margin, unit, isAtLeast: /\bat least\b/.test(text) }) };
  });
}

/** An experiment that was run. It shows the paper's number beside ours, the claims, and the charts. */
export class Outcome implements Displayable {
  constructor(
    readonly record: OutcomeRecord,
    readonly charts: readonly Displayable[],
    private readonly about: string | undefined,
    readonly drawing: Drawing,
    /** Committed numbers of other profiles, each shown as a column of its own. */
    readonly kept: readonly OutcomeRecord[] = keptBeside(record),
  ) {}

  /** The claims, judged. */
  get claims(): readonly OutcomeClaim[] {
    return this.record.claims;
  }

  /** The raw values of a row's runs, one for each seed. */
  values(method: string): readonly Values[] {
    return this.drawing.values(method);
  }

  /** The table: for each column the paper's number, ours, and those kept of other profiles. */
  table(): Table {
    return outcomeTable(this.record, this.about, this.kept);
  }

  /** The claims as a table. */
  claimTable(): Table {
    return claimTable(this.record, this.kept);
  }

  toString(): string {
    return outcomeText(this.record, this.tables);
  }

  toJSON(): OutcomeRecord {
    return this.record;
  }

  [DISPLAY](): MimeBundle {
    return outcomeBundle(this.record, this.tables);
  }

  private get tables(): OutcomeTables {
    return { numbers: this.table(), claims: this.claimTable() };
  }
}

/** Rows of an outcome: the paper's in its order, then ours that the paper has not. */
export function outcomeRows(
  experiment: Experiment,
  reference: Reference,
  columns: readonly string[],
  measured: Measured,
): OutcomeRow[] {
  const table = reference.tables.find(({ id }) => id === experiment.id);
  const quoted = (table?.rows ?? []).map(({ method, values }) => ({
    method,
    paper: Object.fromEntries((table?.columns ?? []).map((column, at) => [column, values[at] ?? null])),
    ours: measured.has(method) ? meansOf(measured.get(method)!, columns) : null,
  }));
  const names = new Set(quoted.map(({ method }) => method));
  const own = [...measured]
    .filter(([method]) => !names.has(method))
    .map(([method, numbers]) => ({ method, paper: null, ours: meansOf(numbers, columns) }));
  return [...quoted, ...own];
}

function meansOf(numbers: readonly Numbers[], columns: readonly string[]): NonNullable<OutcomeRow["ours"]> {
  const cell = (column: string): { mean: number; sd: number | null } | null => {
    const values = numbers.map((one) => one[column] ?? null);
    if (values.length === 0 || values.some((value) => value === null || !Number.isFinite(value))) return null;
    const { mean, sd } = spread(values as number[]);
    return { mean, sd: sd ?? null };
  };
  return Object.fromEntries(columns.map((column) => [column, cell(column)]));
}
