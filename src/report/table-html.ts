// A table as HTML that reads well in light and dark notebooks: it takes colours and fonts from the page.

import { escapeHtml } from "../core";
import type { DrawnTable } from "./table";

// Styles stand in attributes: notebooks remove style elements from outputs they do not trust.
const RULE = "1px solid rgba(128,128,128,0.45)";
const FAINT_RULE = "1px solid rgba(128,128,128,0.18)";
const CELL = "padding:4px 12px;background:transparent;color:inherit;font-variant-numeric:tabular-nums;";

/** Texts up to this length stay on one line: a name broken at its hyphen reads badly. */
const ONE_LINE = 30;
/** Titles up to this length may be wider than their table. */
const ONE_LINE_TITLE = 70;

/** One `table` element, with caption and footer where the table has them; all text is escaped. */
export function drawHtml(table: DrawnTable): string {
  const heads = table.columns.map(
    (column) =>
      `<th scope="col" style="${CELL}text-align:${column.align};border-bottom:${RULE};font-weight:600">` +
      `${escapeHtml(column.label)}</th>`,
  );
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, c) => {
      const text = escapeHtml(cell.text);
      const style = `${CELL}text-align:${table.columns[c]!.align};border-bottom:${FAINT_RULE};white-space:${cell.text.length > ONE_LINE ? "pre-wrap" : "pre"}`;
      return `<td style="${style}">${cell.isBest ? `<strong>${text}</strong>` : text}</td>`;
    });
    return `<tr style="background:transparent">${cells.join("")}</tr>`;
  });
  const empty =
    table.rows.length === 0
      ? `<tr><td colspan="${table.columns.length}" style="${CELL}opacity:0.7">no rows</td></tr>`
      : "";
  const caption =
    table.title === undefined
      ? ""
      : `<caption style="caption-side:top;text-align:left;padding:4px 12px;color:inherit;font-weight:600;white-space:${table.title.length > ONE_LINE_TITLE ? "normal" : "nowrap"}">${escapeHtml(table.title)}</caption>`;
  const notes = table.notes.map(
    (note) => `<div style="padding:4px 12px;opacity:0.75;font-size:90%">${escapeHtml(note)}</div>`,
  );
  return (
    `<div style="overflow-x:auto;color:inherit">` +
    `<table style="border-collapse:collapse;border:none;margin:6px 0;color:inherit;font-size:inherit">${caption}` +
    `<thead><tr style="background:transparent">${heads.join("")}</tr></thead>` +
    `<tbody>${rows.join("")}${empty}</tbody></table>${notes.join("")}</div>`
  );
}
