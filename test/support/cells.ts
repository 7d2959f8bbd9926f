// Cells of a table for claims to read.

import type { Cell } from "../../src/experiments";

/** Numbers by method and column. */
export type Cells = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The cells as a claim asks for them. */
export const cellOf =
  (cells: Cells): Cell =>
  (method, column) =>
    cells[method]![column]!;
