// How an outcome is shown: the paper's numbers, ours, and the kept ones of other profiles in columns of their own.

import { escapeHtml, escapeMarkdown, type MimeBundle } from "../core";
import { Table, type CellValue } from "../report";
import { isOwnClaim, type Status } from "./claims";
import type { OutcomeClaim, OutcomeRecord, OutcomeRow } from "./outcome";

/** What an outcome shows: its numbers and its claims. */
export interface OutcomeTables {
  readonly numbers: Table;
  readonly claims: Table;
}

const wordsOf = (status: Status): string =>
  ({ held: "held", "not-held": "NOT held", undecided: "undecided" })[status];

const seedsOf = ({ seeds }: OutcomeRecord): string =>
  `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}`;

/** Whether a column has counts, the same for every seed: whole numbers, shown without a deviation of 0. */
function hasCounts({ rows }: OutcomeRecord, column: string): boolean {
  const cells = rows.flatMap(({ ours }) => ours?.[column] ?? []);
  return cells.length > 0 && cells.every(({ mean, sd }) => Number.isInteger(mean) && (sd ?? 0) === 0);
}

/** A measured cell; empty where the record has no such column. */
function cellOf(row: OutcomeRow | undefined, column: string, record: OutcomeRecord): CellValue {
  const found = row?.ours?.[column] ?? null;
  if (found === null) return null;
  if (hasCounts(record, column)) return found.mean;
  return { mean: found.mean, sd: found.sd ?? undefined, count: record.seeds.length };
}

/**
 * The numbers: for each column the paper's, where it has one, then ours, then those of each kept record under the name
 * of its profile. Rows are those of `record`; kept rows and columns that it has not are left out.
 */
export function outcomeTable(
  record: OutcomeRecord,
  about: string | undefined,
  kept: readonly OutcomeRecord[],
): Table {
  const rows = record.rows.map((row) => {
    const { method, paper, ours } = row;
    const cells: Record<string, CellValue> = { method: ours === null ? `${method} (quoted)` : method };
    for (const column of record.columns) {
      cells[`${column} paper`] = paper?.[column] ?? null;
      cells[`${column} ours`] = cellOf(row, column, record);
      for (const other of kept) {
        const same = other.rows.find((one) => one.method === method);
        cells[`${column} ${other.profile}`] = cellOf(same, column, other);
      }
    }
    return cells;
  });
  const isFilled = (column: string): boolean => rows.some((row) => (row[column] ?? null) !== null);
  const columns = record.columns.flatMap((column) => [
    ...[`${column} paper`].filter(isFilled),
    `${column} ours`,
    ...kept.map(({ profile }) => `${column} ${profile}`).filter(isFilled),
  ]);
  const stored = record.isStored ? `found in the store, computed ${record.when}` : `computed ${record.when}`;
  const ours = `ours: profile ${record.profile}, mean ± sample standard deviation over ${seedsOf(record)}; ${stored}`;
  const others = kept.map(
    (other) => `${other.profile}: kept numbers, ${seedsOf(other)}, computed ${other.when.slice(0, 10)}`,
  );
  return Table.from(rows, {
    columns: ["method", ...columns],
    title: `${record.id}: ${record.title}`,
    note: [ours, ...others, ...(about === undefined ? [] : [about])].join(". "),
  });
}

/** The claims with status and evidence, and how they stand in kept records that judge them. */
export function claimTable({ claims }: Pick<OutcomeRecord, "claims">, kept: readonly OutcomeRecord[]): Table {
  const rows = claims.map(({ id, text, status, evidence, control }) => ({
    claim: id,
    statement: text,
    status: wordsOf(status),
    evidence,
    ...Object.fromEntries(
      kept.flatMap((other) => {
        const same = other.claims.find((one) => one.id === id);
        return same === undefined ? [] : [[other.profile, `${wordsOf(same.status)}: ${same.evidence}`]];
      }),
    ),
    ...(control === undefined ? {} : { "negative control": onControl(control) }),
  }));
  return Table.from(rows, { title: "claims" });
}

/**
 * Claims of many experiments as one table, the paper's in their order, then ours: what each says, of which experiment,
 * its status, the mean difference with its standard error, and what the negative control showed where there is one.
 */
export function claimsOverview(
  claims: readonly (OutcomeClaim & { readonly experiment: string })[],
  title: string,
): Table {
  const rows = claims.map(({ id, experiment, text, status, evidence, control }) => ({
    claim: id,
    of: experiment,
    statement: text,
    status: wordsOf(status),
    difference: briefly(evidence),
    "negative control":
      control === undefined ? null : onControl({ ...control, evidence: briefly(control.evidence) }),
  }));
  const placeOf = (id: string): number => Number(/^p(\d+)$/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);
  rows.sort((a, b) => placeOf(a.claim) - placeOf(b.claim));
  const isOwn = ({ claim }: { claim: string }): boolean => isOwnClaim(claim);
  const own = rows.filter(isOwn);
  const counted = [
    ...(own.length < rows.length ? [`of the paper: ${countsOf(rows.filter((row) => !isOwn(row)))}`] : []),
    ...(own.length > 0 ? [`of ours: ${countsOf(own)}`] : []),
  ];
  const hasControl = rows.some((row) => row["negative control"] !== null);
  return Table.from(rows, {
    columns: [
      "claim",
      "of",
      "statement",
      "status",
      "difference",
      ...(hasControl ? ["negative control"] : []),
    ],
    title,
    note: `${counted.join("; ")}. difference: mean over seeds ± standard error`,
  });
}

const countsOf = (rows: readonly { readonly status: string }[]): string =>
  (["held", "not-held", "undecided"] as const)
    .map((status) => [rows.filter((row) => row.status === wordsOf(status)).length, wordsOf(status)] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
    .join(", ");

/** Evidence without what each seed gave. */
const briefly = (evidence: string): string => evidence.replace(/^mean /, "").replace(/ \(.*/, "");

function onControl({ vanished, evidence }: NonNullable<OutcomeClaim["control"]>): string {
  return `${vanished ? "gain vanishes" : "gain does NOT vanish"}: ${evidence}`;
}

/** An outcome as text. */
export function outcomeText({ rows, title }: OutcomeRecord, { numbers, claims }: OutcomeTables): string {
  const parts = [rows.length > 0 ? numbers.text() : title];
  if (claims.rows.length > 0) parts.push(claims.text());
  return parts.join("\n\n");
}

/** An outcome as a notebook shows it. */
export function outcomeBundle(record: OutcomeRecord, all: OutcomeTables): MimeBundle {
  const tables = [
    ...(record.rows.length > 0 ? [all.numbers] : []),
    ...(all.claims.rows.length > 0 ? [all.claims] : []),
  ];
  const { id, title } = record;
  const html = tables.map((table) => table.html()).join("\n");
  const markdown = tables.map((table) => table.markdown()).join("\n\n");
  return {
    "text/plain": outcomeText(record, all),
    "text/html": html || `<p>${escapeHtml(`${id}: ${title}`)}</p>`,
    "text/markdown": markdown || escapeMarkdown(`${id}: ${title}`),
  };
}
