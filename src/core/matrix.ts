// A matrix of float32 numbers in plain memory: what vectors are outside the engine.

import { ShapeError } from "./errors";

/** Row-major float32 numbers, `data.length === rows * columns`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * A matrix over `data` (not copied).
 *
 * @example const points = matrix(new Float32Array([0, 0, 1, 1]), 2, 2);
 * @throws ShapeError when `data` does not hold `rows * columns` numbers
 */
export function matrix(data: Float32Array, rows: number, columns: number): Matrix {
  if (data.length !== rows * columns)
    throw new ShapeError("the data of a matrix", [data.length], [rows * columns]);
  return { data, rows, columns };
}

/** A matrix from a list of equally long rows; an empty list gives 0 x 0. */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((values, index) => {
    if (values.length !== columns)
      throw new ShapeError(`row ${index} of a matrix`, [values.length], [columns]);
    data.set(values, index * columns);
  });
  return { data, rows: rows.length, columns };
}

/** Row `index` as a view, not a copy. */
export function row(of: Matrix, index: number): Float32Array {
  return of.data.subarray(index * of.columns, (index + 1) * of.columns);
}

/** A new matrix of the given rows, in the given order. */
export function selectRows(of: Matrix, indices: ArrayLike<number>): Matrix {
  const data = new Float32Array(indices.length * of.columns);
  for (let i = 0; i < indices.length; i++) data.set(row(of, indices[i]!), i * of.columns);
  return { data, rows: indices.length, columns: of.columns };
}
