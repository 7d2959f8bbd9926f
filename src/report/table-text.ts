// A table as text for terminals: columns aligned, control characters removed.

import type { DrawnTable } from "./table";
import { cutText, padText, textWidth, visibleText } from "./visible-text";

/** Columns wider than this are cut in text (HTML and Markdown keep everything). */
const WIDEST = 72;

/** Lines joined by line feeds, without one at the end; the best value of a column carries a star. */
export function drawText(table: DrawnTable): string {
  const line = (text: string): string => cutText(visibleText(text), WIDEST);
  const labels = table.columns.map((column) => line(column.label));
  const rows = table.rows.map((row) => row.map((cell) => line(cell.text) + (cell.isBest ? " *" : "")));
  // Values without a star keep their digits under those with one.
  const starred = table.columns.map(
    (column, index) => column.align === "right" && table.rows.some((row) => row[index]!.isBest),
  );
  const cells = rows.map((row, r) =>
    row.map((text, c) => (starred[c] && !table.rows[r]![c]!.isBest ? `${text}  ` : text)),
  );
  const heads = labels.map((label, c) => (starred[c] ? `${label}  ` : label));
  const widths = heads.map((head, c) => Math.max(textWidth(head), ...cells.map((row) => textWidth(row[c]!))));
  const join = (texts: readonly string[]): string =>
    texts
      .map((text, c) => padText(text, widths[c]!, table.columns[c]!.align))
      .join("  ")
      .trimEnd();
  return [
    ...(table.title === undefined ? [] : [visibleText(table.title)]),
    ...(table.columns.length === 0
      ? ["(no columns)"]
      : [join(heads), widths.map((w) => "─".repeat(w)).join("  ")]),
    ...cells.map(join),
    ...(table.rows.length === 0 && table.columns.length > 0 ? ["(no rows)"] : []),
    ...table.notes.map(visibleText),
  ].join("\n");
}
