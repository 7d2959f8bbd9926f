// What `relata bench clgs` measures: brute-force nearest neighbours of points in a file.

import * as fs from "node:fs";
import { nearestNeighbours, type Metric } from "../../classify";
import { matrix, Random, type Matrix } from "../../core";
import type { BenchCase } from "./engine";

/** Points and queries: float32 rows of one file, the points first. */
export interface NeighbourOptions {
  readonly file: string;
  readonly points: number;
  readonly queries: number;
  readonly dim: number;
  readonly k: number;
  readonly metric: Metric;
}

/** Writes `rows` random rows: normal numbers around 200 centres, so that some points are much nearer than others. */
export function writeRows(file: string, rows: number, dim: number): void {
  const random = new Random("bench neighbours");
  const centres = Array.from({ length: 200 }, () =>
    Float32Array.from({ length: dim }, () => random.normal()),
  );
  const data = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    const centre = random.choice(centres);
    for (let at = 0; at < dim; at++) data[row * dim + at] = centre[at]! + 3 * random.uniform() - 1.5;
  }
  fs.writeFileSync(file, new Uint8Array(data.buffer));
}

/** Looks for the neighbours of all queries once a run; fitting is part of it on both sides. */
export function neighbourCase(options: NeighbourOptions): BenchCase {
  const { file, points, queries, dim, k, metric } = options;
  const bytes = fs.readFileSync(file);
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const known: Matrix = matrix(data.subarray(0, points * dim), points, dim);
  const asked: Matrix = matrix(data.subarray(points * dim, (points + queries) * dim), queries, dim);
  return {
    run() {
      const { indices } = nearestNeighbours(known, asked, k, metric);
      if (indices.length !== queries * k) throw new Error("neighbours are missing");
    },
    dispose() {},
  };
}
