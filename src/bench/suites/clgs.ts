// `relata bench clgs`: brute-force nearest neighbours beside scikit-learn, the heavy part of paper 003.

import * as path from "node:path";
import type { Metric } from "../../classify";
import { writeRows } from "../cases/clgs";
import type { RowPlan, Suite } from "../plan";

const SIZE = { points: 100_000, queries: 1000, dim: 384 } as const;

function row(metric: Metric, k: number): RowPlan {
  return {
    name: `${k} nearest of 100,000, 1,000 queries, 384 numbers, ${metric}`,
    unit: "s",
    goal: 1,
    ours: { module: "clgs", make: "neighbourCase", needsEngine: true },
    peer: { name: "scikit-learn", package: "scikit-learn", script: "neighbours.py" },
    options: { ...SIZE, k, metric },
    prepare: (folder) => {
      const file = path.join(folder, "rows.f32");
      writeRows(file, SIZE.points + SIZE.queries, SIZE.dim);
      return Promise.resolve({ file });
    },
  };
}

/** Exact search by both metrics, few neighbours and many. */
export const clgsSuite: Suite = {
  name: "clgs",
  summary: "brute-force nearest neighbours, Euclidean and cosine, beside scikit-learn",
  rows: [row("euclidean", 5), row("euclidean", 20), row("cosine", 5), row("cosine", 20)],
};
