// `relata bench cluster`: affinity propagation, k-means and Ward's clusters beside scikit-learn, and scores.

import * as path from "node:path";
import { writePoints, type ClusterOptions } from "../cases/cluster";
import type { RowPlan, Suite } from "../plan";

const DIM = 64;
/** What affinity propagation of 4,000 points may hold, in MB. */
const MEMORY = 3072;

const scikit = { name: "scikit-learn", package: "scikit-learn", script: "cluster.py" };

function prepared(points: number): (folder: string) => Promise<{ file: string }> {
  return (folder) => {
    const file = path.join(folder, `points-${points}.f32`);
    writePoints(file, points, DIM);
    return Promise.resolve({ file });
  };
}

function row(
  algorithm: ClusterOptions["algorithm"],
  points: number,
  more: Partial<Pick<RowPlan, "goal" | "rounds">> = {},
): RowPlan {
  return {
    name: `${algorithm}, ${points} points`,
    unit: "s",
    ours: { module: "cluster", make: "clusterCase", needsEngine: true },
    peer: scikit,
    options: { algorithm, points, dim: DIM },
    prepare: prepared(points),
    ...more,
  };
}

/** Clusterings of unit vectors of 64 numbers in overlapping groups, float32 on both sides. */
export const clusterSuite: Suite = {
  name: "cluster",
  summary:
    "affinity propagation, k-means and agglomerative clustering beside scikit-learn, scores of a million points",
  rows: [
    row("affinity propagation", 1000),
    row("affinity propagation", 2000),
    row("affinity propagation", 4000, { goal: 3, rounds: 3 }),
    {
      name: "affinity propagation, 4000 points, memory",
      unit: "MB",
      goal: MEMORY,
      rounds: 1,
      ours: { module: "cluster", make: "clusterMemoryCase", needsEngine: true },
      options: { algorithm: "affinity propagation", points: 4000, dim: DIM },
      prepare: prepared(4000),
    },
    row("k-means", 4000),
    row("ward", 2000),
    {
      name: "B3, V and ARI of 1000000 points",
      unit: "s",
      goal: 1,
      ours: { module: "cluster", make: "scoreCase" },
      options: { points: 1_000_000 },
    },
  ],
};
