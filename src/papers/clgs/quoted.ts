// The paper's own numbers, as claims about equality need them.

import { readReference } from "../../experiments";

/** Cells of a table of the paper: row, column, number. */
export function quotedCells(id: string): (readonly [method: string, column: string, value: number])[] {
  const table = readReference("clgs").tables.find((one) => one.id === id);
  return (table?.rows ?? []).flatMap(({ method, values }) =>
    values.flatMap((value, at) =>
      typeof value === "number" ? [[method, table!.columns[at]!, value] as const] : [],
    ),
  );
}
