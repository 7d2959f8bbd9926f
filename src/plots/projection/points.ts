// Vectors in the form projections work on: one flat row-major array of doubles.

import { OptionError, ShapeError, type Matrix } from "../../core";

/** `size` vectors of `dimensions` numbers, row-major `[size, dimensions]`. */
export interface Points {
  readonly size: number;
  readonly dimensions: number;
  readonly data: Float64Array;
}

/** Vectors as they come: a list of rows, a matrix, or one flat array with its shape. */
export type Vectors =
  | Matrix
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] }
  | Points;

/** Copies vectors into `Points`; every number must be finite and every row equally long. */
export function pointsOf(vectors: Vectors): Points {
  const points = "data" in vectors ? fromFlat(vectors) : fromRows(vectors);
  const bad = points.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new OptionError(
      `vector ${Math.floor(bad / points.dimensions)} holds ${points.data[bad]} at ${bad % points.dimensions}: ` +
        `expected finite numbers, check where the vectors come from`,
    );
  return points;
}

function shapeOf(vectors: Exclude<Vectors, readonly ArrayLike<number>[]>): readonly number[] {
  if ("shape" in vectors) return vectors.shape;
  return "rows" in vectors ? [vectors.rows, vectors.columns] : [vectors.size, vectors.dimensions];
}

function fromFlat(vectors: Exclude<Vectors, readonly ArrayLike<number>[]>): Points {
  const shape = shapeOf(vectors);
  const [size, dimensions] = shape;
  if (
    size === undefined ||
    dimensions === undefined ||
    shape.length !== 2 ||
    vectors.data.length !== size * dimensions
  )
    throw new ShapeError(`vectors with ${vectors.data.length} numbers`, shape, [null, null]);
  return { size, dimensions, data: Float64Array.from(vectors.data) };
}

function fromRows(rows: readonly ArrayLike<number>[]): Points {
  const dimensions = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * dimensions);
  rows.forEach((row, index) => {
    if (row.length !== dimensions) throw new ShapeError(`vector ${index}`, [row.length], [dimensions]);
    data.set(Array.from(row), index * dimensions);
  });
  return { size: rows.length, dimensions, data };
}

/** Points scaled to length 1 (rows of zeros stay), so that squared distance is `2 - 2 cosine`. */
export function normalised({ size, dimensions, data }: Points): Points {
  const scaled = Float64Array.from(data);
  for (let row = 0; row < size; row++) {
    const vector = scaled.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...vector);
    if (length > 0) for (let i = 0; i < dimensions; i++) vector[i]! /= length;
  }
  return { size, dimensions, data: scaled };
}

/** Squared Euclidean distances, `[size, size]`. */
export function squaredDistances({ size, dimensions, data }: Points): Float64Array {
  const distances = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      let sum = 0;
      for (let a = i * dimensions, b = j * dimensions, end = a + dimensions; a < end; a++, b++) {
        const difference = data[a]! - data[b]!;
        sum += difference * difference;
      }
      distances[i * size + j] = distances[j * size + i] = sum;
    }
  return distances;
}
