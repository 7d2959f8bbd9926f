// Data frames and series (danfojs, or whatever looks like one) as HTML table, data resource and text.

import type { Bundle } from "../bridge/messages";
import { escapeHtml } from "./escape";

const ROWS = 20;
const COLUMNS = 20;

interface FrameLike {
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
  readonly index: readonly (string | number)[];
  readonly shape: readonly number[];
  readonly dtypes?: readonly string[];
}

function isFrame(value: unknown): value is FrameLike {
  if (value === null || typeof value !== "object") return false;
  const frame = value as Partial<FrameLike>;
  if (!("$data" in value || "$dataIncolumnFormat" in value)) return false;
  return (
    Array.isArray(frame.columns) &&
    Array.isArray(frame.values) &&
    Array.isArray(frame.index) &&
    Array.isArray(frame.shape)
  );
}

function cellText(value: unknown): string {
  if (typeof value === "number")
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  return value === null || value === undefined
    ? ""
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

/** A frame: its first rows, and how large it is. */
export function frameFormatter(value: unknown): Bundle | undefined {
  if (!isFrame(value)) return undefined;
  const columns = value.columns.slice(0, COLUMNS).map(String);
  const all = value.values.map((row) => (Array.isArray(row) ? (row as unknown[]) : [row]));
  const rows = all.slice(0, ROWS);
  const [height = 0, width = 1] = value.shape;
  const size = `${height} rows × ${width} columns`;
  const cells = rows.map((row, at) => [
    String(value.index[at]),
    ...columns.map((_, column) => cellText(row[column])),
  ]);
  return {
    "text/html": htmlTable(columns, cells, size),
    "application/vnd.dataresource+json": {
      schema: { fields: columns.map((name, at) => ({ name, type: fieldType(value.dtypes?.[at]) })) },
      data: rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null]))),
    },
    "text/plain": `${textTable(["", ...columns], cells)}\n${size}`,
  };
}

function fieldType(dtype: string | undefined): string {
  return dtype?.startsWith("int")
    ? "integer"
    : dtype?.startsWith("float")
      ? "number"
      : dtype === "boolean"
        ? "boolean"
        : "string";
}

function htmlTable(columns: readonly string[], rows: readonly (readonly string[])[], size: string): string {
  const head = ["", ...columns].map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = rows.map(
    ([index = "", ...cells]) =>
      `<tr><th>${escapeHtml(index)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table><p>${size}</p>`;
}

function textTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((name, at) =>
    Math.min(40, Math.max(name.length, ...rows.map((row) => row[at]!.length))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (cell.length > 40 ? `${cell.slice(0, 39)}…` : cell).padEnd(widths[at]!))
      .join("  ")
      .trimEnd();
  return [columns, ...rows].map(line).join("\n");
}
