// Small tables for sets that show themselves: one as HTML, one as aligned text, cells always escaped.

import { escapeHtml } from "../../core";

/** Column heads and rows; numbers are set to the right, lists of rows are shown whole. */
export interface TableView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A number as people write it: `8,000`. */
export function groupDigits(value: number): string {
  return Number.isInteger(value) ? String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",") : String(value);
}

/** A number with its noun: `1 sentence`, `8,000 sentences`. */
export function quantity(count: number, plural: string): string {
  return `${groupDigits(count)} ${count === 1 ? plural.replace(/ies$/, "y").replace(/s$/, "") : plural}`;
}

const cellText = (cell: string | number): string => (typeof cell === "number" ? groupDigits(cell) : cell);

const CELL_STYLE = "vertical-align:top;padding:2px 10px 2px 0";
const BAR_LENGTH = 160;
/** Rows of a table with bars that are not folded away. */
const UNFOLDED = 25;

/** A bar as HTML, `share` (0 to 1) of the full length. */
export function barHtml(share: number): string {
  const length = (BAR_LENGTH * Math.min(1, Math.max(0, share))).toFixed(1);
  return `<div style="background:#4c78a8;height:10px;margin-top:4px;width:${length}px"></div>`;
}

/** The table as HTML. Cells that hold HTML of our own are passed in `rawColumns` by their position. */
export function tableHtml({ columns, rows }: TableView, rawColumns: ReadonlySet<number> = new Set()): string {
  const isNumeric = (column: number): boolean => rows.some((row) => typeof row[column] === "number");
  const head = columns
    .map((name, column) => {
      const align = isNumeric(column) ? "right" : "left";
      return `<th style="text-align:${align};${CELL_STYLE}">${escapeHtml(name)}</th>`;
    })
    .join("");
  const body = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const align = typeof cell === "number" ? "right" : "left";
      const inside = rawColumns.has(column) ? cellText(cell) : escapeHtml(cellText(cell));
      return `<td style="text-align:${align};${CELL_STYLE}">${inside}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table style="border-collapse:collapse;font-size:13px"><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** The table as HTML with a column of bars more, as long as the numbers of `column`; many rows are folded away. */
export function withBars(table: TableView, column: number): string {
  const { columns, rows } = table;
  const most = rows.reduce((most, row) => Math.max(most, Number(row[column])), 1);
  const barred = rows.map((row) => [...row, barHtml(Number(row[column]) / most)]);
  const htmlOf = (part: TableView["rows"]): string =>
    tableHtml({ columns: [...columns, ""], rows: part }, new Set([columns.length]));
  if (rows.length <= UNFOLDED + 5) return htmlOf(barred);
  const rest = barred.slice(UNFOLDED);
  return `${htmlOf(barred.slice(0, UNFOLDED))}<details><summary>${groupDigits(rest.length)} more</summary>${htmlOf(rest)}</details>`;
}

/** The table as text with aligned columns. */
export function tableText({ columns, rows }: TableView): string {
  const lines = [columns, ...rows].map((row) => row.map(cellText));
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const format = (line: readonly string[], row: number): string =>
    line
      .map((cell, column) => {
        const isNumber = row >= 0 && typeof rows[row]![column] === "number";
        return isNumber ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [format(lines[0]!, -1), rule, ...lines.slice(1).map((line, row) => format(line, row))].join("\n");
}
