// What `relata bench cluster` measures: clusterings of noisy unit vectors, and scores of a million points.

import * as fs from "node:fs";
import { affinityPropagation, agglomerative, kMeans } from "../../cluster";
import { matrix, Random, type Matrix } from "../../core";
import { scoreClusters } from "../../metrics";
import { peakMemoryOf } from "./peak-memory";

/** Which algorithm, and the points: float32 rows in a file. */
export interface ClusterOptions {
  readonly algorithm: "affinity propagation" | "k-means" | "ward";
  readonly file: string;
  readonly points: number;
  readonly dim: number;
}

const GROUPS = 40;
const CLUSTERS = 16;
/** Both sides do as many: which of two stops first is chance. */
const ITERATIONS = 60;

/** Writes `points` unit vectors around 40 centres, so noisy that the groups overlap. */
export function writePoints(file: string, points: number, dim: number): void {
  const random = new Random("bench cluster");
  const centres = Array.from({ length: GROUPS }, () => Array.from({ length: dim }, () => random.normal()));
  const data = new Float32Array(points * dim);
  for (let i = 0; i < points; i++) {
    const row = centres[i % GROUPS]!.map((value) => value + 0.9 * random.normal());
    const length = Math.hypot(...row);
    row.forEach((value, j) => (data[i * dim + j] = value / length));
  }
  fs.writeFileSync(file, new Uint8Array(data.buffer));
}

function pointsIn({ file, points, dim }: ClusterOptions): Matrix {
  const bytes = fs.readFileSync(file);
  return matrix(
    new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
    points,
    dim,
  );
}

/** Clusters the points once a run. */
export function clusterCase(options: ClusterOptions): { run(): Promise<void>; dispose(): void } {
  const points = pointsIn(options);
  const recipes = {
    "affinity propagation": () =>
      affinityPropagation({ iterations: ITERATIONS, patience: ITERATIONS, raiseDampingAfter: Infinity }),
    "k-means": () => kMeans({ clusters: CLUSTERS, starts: 3, seed: 1 }),
    ward: () => agglomerative({ clusters: CLUSTERS }),
  };
  const recipe = recipes[options.algorithm]();
  return {
    run: async () => {
      const { count } = await recipe.fit(points);
      if (count < 1) throw new Error("no clusters were found");
    },
    dispose() {},
  };
}

/** Clusters the points once in the life of the process; the figure is the most memory it held, in MB. */
export function clusterMemoryCase(options: ClusterOptions): { run(): Promise<number>; dispose(): void } {
  return peakMemoryOf(clusterCase(options));
}

/** B3, V and ARI of points in 200 classes and 300 clusters that agree in part. */
export function scoreCase({ points }: { readonly points: number }): { run(): void; dispose(): void } {
  const random = new Random("bench scores");
  const gold = Int32Array.from({ length: points }, () => random.integer(200));
  const found = gold.map((label) => (random.uniform() < 0.7 ? label : random.integer(300)));
  return {
    run() {
      const { b3, vMeasure, ari } = scoreClusters(gold, found);
      if (!(b3.f1 > 0.2 && vMeasure > 0.2 && ari > 0.2)) throw new Error("the scores are wrong");
    },
    dispose() {},
  };
}
