// The table: rows of named values that know how to show themselves as text, HTML and Markdown.

import { DISPLAY, unknownName, type MimeBundle } from "../core";
import { cellNumber, cellText, columnDigits, type Align, type CellValue, type Column } from "./cell";
import { isSpread } from "./spread";
import { drawHtml } from "./table-html";
import { drawMarkdown } from "./table-markdown";
import { drawText } from "./table-text";

/** A row by column name. */
export type Row = Readonly<Record<string, CellValue>>;

/** How a table is made. */
export interface TableOptions {
  /** Columns in order, by name or with their format; default every field in order of first appearance. */
  readonly columns?: readonly (string | Column)[];
  /** Line above the table. */
  readonly title?: string;
  /** Line below the table. */
  readonly note?: string;
  /** Rows shown before the rest is only counted; default 100. The table itself keeps all of them. */
  readonly shown?: number;
}

/** A table ready to be drawn: every cell as plain text, nothing escaped yet. */
export interface DrawnTable {
  readonly title: string | undefined;
  readonly notes: readonly string[];
  readonly columns: readonly { readonly label: string; readonly align: Align }[];
  readonly rows: readonly (readonly { readonly text: string; readonly isBest: boolean }[])[];
}

/**
 * An immutable table. It shows itself in a notebook (HTML, Markdown) and in a terminal (`String(table)`).
 *
 * @example Table.from([{ method: "SupCon", f1: spread([75.1, 76.0]) }], { title: "micro-F1" });
 */
export class Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  private readonly options: TableOptions;

  private constructor(columns: readonly Column[], rows: readonly Row[], options: TableOptions) {
    this.columns = columns;
    this.rows = rows;
    this.options = options;
  }

  /** A table of `rows`; a column that no row has shows as empty. */
  static from(rows: readonly Row[], options: TableOptions = {}): Table {
    const found = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const columns = (options.columns ?? found).map((column) =>
      typeof column === "string" ? { name: column } : column,
    );
    return new Table(columns, [...rows], options);
  }

  /** The same table with a line above it. */
  title(title: string): Table {
    return new Table(this.columns, this.rows, { ...this.options, title });
  }

  /** The same table with a line below it. */
  note(note: string): Table {
    return new Table(this.columns, this.rows, { ...this.options, note });
  }

  /** Only the columns of these names, in this order. */
  select(...names: readonly string[]): Table {
    return new Table(
      names.map((name) => this.column(name)),
      this.rows,
      this.options,
    );
  }

  /** One column with another format: `table.format("f1", { digits: 2, best: "largest" })`. */
  format(name: string, format: Omit<Column, "name">): Table {
    const wanted = this.column(name);
    const columns = this.columns.map((column) => (column === wanted ? { ...column, ...format } : column));
    return new Table(columns, this.rows, this.options);
  }

  /** Rows in the order of a column (numbers by size, text by alphabet, empty cells last). */
  sortBy(name: string, order: "rising" | "falling" = "rising"): Table {
    this.column(name);
    const sign = order === "rising" ? 1 : -1;
    const rows = [...this.rows].sort((a, b) => compare(a[name], b[name], sign));
    return new Table(this.columns, rows, this.options);
  }

  /** The values of one column. */
  values(name: string): readonly CellValue[] {
    this.column(name);
    return this.rows.map((row) => row[name]);
  }

  /** The table as aligned text. */
  text(): string {
    return drawText(this.drawn());
  }

  /** The table as HTML; all text in it is escaped. */
  html(): string {
    return drawHtml(this.drawn());
  }

  /** The table as Markdown; all text in it is escaped. */
  markdown(): string {
    return drawMarkdown(this.drawn());
  }

  toString(): string {
    return this.text();
  }

  /** Columns (names) and rows as plain data. */
  toJSON(): { columns: string[]; rows: Row[] } {
    return { columns: this.columns.map((column) => column.name), rows: [...this.rows] };
  }

  [DISPLAY](): MimeBundle {
    const drawn = this.drawn();
    return {
      "text/plain": drawText(drawn),
      "text/html": drawHtml(drawn),
      "text/markdown": drawMarkdown(drawn),
    };
  }

  private column(name: string): Column {
    const found = this.columns.find((column) => column.name === name);
    if (found) return found;
    throw unknownName(
      "column",
      name,
      this.columns.map((column) => column.name),
    );
  }

  private drawn(): DrawnTable {
    const shown = this.rows.slice(0, this.options.shown ?? 100);
    const left = this.rows.length - shown.length;
    const texts = this.columns.map((column) => columnTexts(column, this.rows));
    const notes = [
      ...(left > 0 ? [`and ${left} more ${left === 1 ? "row" : "rows"}`] : []),
      ...(this.options.note === undefined ? [] : [this.options.note]),
    ];
    return {
      title: this.options.title,
      notes,
      columns: this.columns.map((column, index) => ({
        label: column.label ?? column.name,
        align: column.align ?? texts[index]!.align,
      })),
      rows: shown.map((_, row) => texts.map(({ cells }) => cells[row]!)),
    };
  }
}

function columnTexts(column: Column, rows: readonly Row[]) {
  const values = rows.map((row) => row[column.name]);
  const digits = column.digits ?? columnDigits(values);
  const numbers = values.map(cellNumber);
  const known = numbers.filter((n): n is number => n !== undefined && !Number.isNaN(n));
  const pick = (a: number, b: number): number =>
    column.best === "smallest" ? Math.min(a, b) : Math.max(a, b);
  const best = column.best === undefined || known.length < 2 ? undefined : known.reduce(pick);
  const present = values.filter((value) => value !== null && value !== undefined);
  const align: Align = present.length > 0 && known.length === present.length ? "right" : "left";
  const cells = values.map((value, index) => ({
    text: column.format === undefined ? cellText(value, digits) : column.format(value),
    isBest: best !== undefined && numbers[index] === best,
  }));
  return { cells, align };
}

function compare(a: CellValue, b: CellValue, sign: number): number {
  const isEmpty = (value: CellValue): boolean => value === null || value === undefined;
  if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b));
  const [left, right] = [cellNumber(a), cellNumber(b)];
  if (left !== undefined && right !== undefined) return sign * (left - right);
  const text = (value: CellValue): string => (isSpread(value) ? String(value.mean) : String(value));
  return sign * (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}
