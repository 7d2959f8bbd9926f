// The outcome of an experiment: the paper's numbers beside ours, and which claims held.

import { DISPLAY, escapeHtml, escapeMarkdown, type Displayable, type MimeBundle } from "../core";
import { spread, Table, type CellValue } from "../report";
import { judge, type Status } from "./claims";
import type { Cell, Drawing, Experiment, Numbers, Values } from "./experiment";
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

const wordsOf = (status: Status): string =>
  ({ held: "held", "not-held": "NOT held", undecided: "undecided" })[status];

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
  ) {}

  /** The claims, judged. */
  get claims(): readonly OutcomeClaim[] {
    return this.record.claims;
  }

  /** The raw values of a row's runs, one for each seed. */
  values(method: string): readonly Values[] {
    return this.drawing.values(method);
  }

  /** The table: each column twice, the paper's number and ours. */
  table(): Table {
    const { record } = this;
    const rows = record.rows.map(({ method, paper, ours }) => {
      const cells: Record<string, CellValue> = { method: ours === null ? `${method} (quoted)` : method };
      for (const column of record.columns) {
        cells[`${column} paper`] = paper?.[column] ?? null;
        const mine = ours?.[column] ?? null;
        cells[`${column} ours`] =
          mine === null ? null : { mean: mine.mean, sd: mine.sd ?? undefined, count: record.seeds.length };
      }
      return cells;
    });
    const hasPaper = (column: string): boolean =>
      record.rows.some(({ paper }) => (paper?.[column] ?? null) !== null);
    const columns = [
      "method",
      ...record.columns.flatMap((column) => [
        ...(hasPaper(column) ? [`${column} paper`] : []),
        `${column} ours`,
      ]),
    ];
    const kept = record.isStored ? `found in the store, computed ${record.when}` : `computed ${record.when}`;
    const seeds = `${record.seeds.length} ${record.seeds.length === 1 ? "seed" : "seeds"}`;
    return Table.from(rows, {
      columns,
      title: `${record.id}: ${record.title}`,
      note: `ours: profile ${record.profile}, mean ± sample standard deviation over ${seeds}; ${kept}${this.about === undefined ? "" : `. ${this.about}`}`,
    });
  }

  /** The claims as a table. */
  claimTable(): Table {
    const rows = this.claims.map(({ id, text, status, evidence, control }) => ({
      claim: id,
      statement: text,
      status: wordsOf(status),
      evidence,
      ...(control === undefined
        ? {}
        : {
            "negative control": `${control.vanished ? "gain vanishes" : "gain does NOT vanish"}: ${control.evidence}`,
          }),
    }));
    return Table.from(rows, { title: "claims" });
  }

  toString(): string {
    const parts = [this.record.rows.length > 0 ? this.table().text() : this.record.title];
    if (this.claims.length > 0) parts.push(this.claimTable().text());
    return parts.join("\n\n");
  }

  toJSON(): OutcomeRecord {
    return this.record;
  }

  [DISPLAY](): MimeBundle {
    const tables = [
      ...(this.record.rows.length > 0 ? [this.table()] : []),
      ...(this.claims.length > 0 ? [this.claimTable()] : []),
    ];
    const { id, title } = this.record;
    const html = tables.map((table) => table.html()).join("\n");
    const markdown = tables.map((table) => table.markdown()).join("\n\n");
    return {
      "text/plain": this.toString(),
      "text/html": html || `<p>${escapeHtml(`${id}: ${title}`)}</p>`,
      "text/markdown": markdown || escapeMarkdown(`${id}: ${title}`),
    };
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
