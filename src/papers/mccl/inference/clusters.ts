// How many clusters a relation has in a space of vectors: silhouettes with one and with several centres (figure 3).

import { kMeans } from "../../../cluster";
import { matrix, row, selectRows, type Matrix, type Random } from "../../../core";
import { silhouette } from "../../../metrics";
import { tsne } from "../../../plots/projection";
import type { EmbeddedPairs } from "./predictions";
import { round } from "../loss-curve";

/** Points to draw, and how clustered they are. */
export interface PointCloud {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly relation: readonly string[];
  /** Mean silhouette (cosine) with each relation as one cluster. */
  readonly one: number;
  /** Mean silhouette with each relation cut into clusters of its own, by k-means. */
  readonly several: number;
}

const POINTS_PER_RELATION = 100;
const RELATIONS = 4;
const CENTRES = 3;

function unitRows(vectors: Matrix): Matrix {
  const data = vectors.data.slice();
  for (let at = 0; at < vectors.rows; at++) {
    const own = data.subarray(at * vectors.columns, (at + 1) * vectors.columns);
    const length = Math.hypot(...own) || 1;
    own.forEach((value, i) => (own[i] = value / length));
  }
  return matrix(data, vectors.rows, vectors.columns);
}

/** Rows of the most frequent relations (NA left out), at most a hundred each. */
function chosenRows(
  { pairs, isVisible }: EmbeddedPairs,
  random: Random,
): { row: number; relation: number }[] {
  const byRelation = new Map<number, number[]>();
  pairs.forEach(({ labels }, at) => {
    const [relation] = labels;
    if (relation === undefined || !isVisible[at]) return;
    byRelation.set(relation, [...(byRelation.get(relation) ?? []), at]);
  });
  const frequent = [...byRelation]
    .sort((a, b) => b[1].length - a[1].length || a[0] - b[0])
    .slice(0, RELATIONS);
  return frequent.flatMap(([relation, rows]) =>
    random.sample(rows, POINTS_PER_RELATION).map((at) => ({ row: at, relation })),
  );
}

/**
 * The silhouette with one cluster a relation and with three of its own (fewer where a relation has few points). Where
 * relations lie in several clusters, the second gains on the first.
 */
export async function silhouettesOf(
  vectors: Matrix,
  relations: readonly number[],
): Promise<{ readonly one: number; readonly several: number }> {
  const points = unitRows(vectors);
  const names = [...new Set(relations)];
  const finer = new Array<number>(relations.length).fill(0);
  for (const [place, name] of names.entries()) {
    const own = relations.flatMap((relation, at) => (relation === name ? [at] : []));
    const clusters = Math.min(CENTRES, Math.floor(own.length / 2));
    if (clusters < 2) {
      for (const at of own) finer[at] = place * CENTRES;
      continue;
    }
    const { labels } = await kMeans({ clusters, starts: 4 }).fit(selectRows(points, own));
    own.forEach((at, index) => (finer[at] = place * CENTRES + labels[index]!));
  }
  return {
    one: silhouette(points, relations, "cosine"),
    several: silhouette(points, finer, "cosine"),
  };
}

/** The most frequent relations in two dimensions by t-SNE, and their silhouettes. */
export async function pointCloud(
  queries: EmbeddedPairs,
  relations: readonly string[],
  random: Random,
): Promise<PointCloud> {
  const chosen = chosenRows(queries, random.fork("points"));
  const vectors = selectRows(
    queries.vectors,
    chosen.map(({ row: at }) => at),
  );
  const list = Array.from({ length: vectors.rows }, (_, at) => row(vectors, at));
  const map = await tsne(list, { metric: "cosine", iterations: 500 });
  const scores = await silhouettesOf(
    vectors,
    chosen.map(({ relation }) => relation),
  );
  return {
    x: chosen.map((_, at) => round(map[2 * at]!)),
    y: chosen.map((_, at) => round(map[2 * at + 1]!)),
    relation: chosen.map(({ relation }) => relations[relation]!),
    one: round(scores.one),
    several: round(scores.several),
  };
}
