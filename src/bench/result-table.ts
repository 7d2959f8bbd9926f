// The result of a suite as a table for people.

import { Table, type Row } from "../report";
import type { BenchRow, SuiteResult } from "./plan";

/** Whether a row reaches its goal; `undefined` where that cannot be told. */
export function isReached({ ours, ratio, goal, peer }: BenchRow): boolean | undefined {
  if (goal === null) return undefined;
  if (peer === null || ratio === null) return ours.median <= goal;
  return ratio >= goal;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** One line a row: both medians and minima, the ratio (above 1: we are faster, or smaller), the goal, reached or not. */
export function resultTable({ suite, machine, versions, rows }: SuiteResult): Table {
  const cells = rows.map((row): Row => {
    const reached = isReached(row);
    return {
      row: row.name,
      unit: row.unit,
      ours: number(row.ours.median),
      "ours min": number(row.ours.min),
      peer: row.peer === null ? null : number(row.peer.median),
      "peer min": row.peer === null ? null : number(row.peer.min),
      ratio: row.ratio === null ? null : row.ratio.toFixed(2),
      goal:
        row.goal === null ? null : row.peer === null ? `≤ ${number(row.goal)}` : `≥ ${row.goal.toFixed(2)}`,
      reached: reached === undefined ? null : reached ? "yes" : "no",
    };
  });
  const right = ["ours", "ours min", "peer", "peer min", "ratio", "goal"];
  const names = ["row", "unit", ...right, "reached"];
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return Table.from(cells, {
    title: `bench ${suite}: ${machine.cpu}, ${machine.threads} of ${machine.cores} cores`,
    note: used.join(", "),
    columns: names.map((name) => ({ name, align: right.includes(name) ? "right" : "left" })),
  });
}
