// A table as Markdown (GitHub's form), every cell on one line and escaped.

import { escapeMarkdown } from "../core";
import type { DrawnTable } from "./table";
import { visibleText } from "./visible-text";

const RULES = { left: ":---", right: "---:", center: ":---:" } as const;

/** Lines joined by line feeds; nothing in the data is read as Markdown or HTML. */
export function drawMarkdown(table: DrawnTable): string {
  const line = (text: string): string => escapeMarkdown(visibleText(text));
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    ...(table.title === undefined ? [] : [`**${line(table.title)}**`, ""]),
    row(table.columns.map((column) => line(column.label))),
    row(table.columns.map((column) => RULES[column.align])),
    ...table.rows.map((cells) =>
      row(cells.map((cell) => (cell.isBest ? `**${line(cell.text)}**` : line(cell.text)))),
    ),
    ...table.notes.flatMap((note) => ["", line(note)]),
  ].join("\n");
}
