// Maps of a space (figures 6-8): sampled pairs or words in the plane, and how pure their neighbourhoods are.

import { nearestNeighbours } from "../../classify";
import { fromRows, row, type Matrix, type Random } from "../../core";
import { corruptedPairs } from "../../contrast";
import { tsne } from "../../plots";
import { properPairs, TAGS } from "./corpus";
import type { Space } from "./probes";

/** Points of a map, and the purity of the space that they were taken from. */
export interface SpaceMap {
  /** Class of each point. */
  readonly labels: readonly string[];
  /** Places in the plane, to three digits. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Share of each point's nearest neighbours, in the space itself, that are of its class; mean over classes. */
  readonly purity: number;
}

/** Neighbours that count for the purity. */
const NEIGHBOURS = 10;

/** Classes of pairs in figure 6. */
export const RELATION = "relation";
export const NO_RELATION = "no relation";

/** Sampled relations and, for each, one hard negative, a pair with one right word [R7]; `[drug ; effect]`. */
export function samplePairs({ part, vectors }: Space, points: number, random: Random) {
  const all = part.sentences.flatMap((sentence, at) => properPairs(sentence).map((pair) => ({ at, pair })));
  const rows: Float32Array[] = [];
  const labels: string[] = [];
  const add = (at: number, [a, b]: readonly [number, number], label: string): void => {
    const joined = new Float32Array(2 * vectors.columns);
    joined.set(row(vectors, part.offsets[at]! + a));
    joined.set(row(vectors, part.offsets[at]! + b), vectors.columns);
    rows.push(joined);
    labels.push(label);
  };
  for (const { at, pair } of random.fork("pairs").sample(all, points)) {
    const sentence = part.sentences[at]!;
    add(at, pair, RELATION);
    const own = random.fork(`negative ${rows.length}`);
    const wrong = corruptedPairs(pair, { words: sentence.words.length, pairs: sentence.pairs }, 8, own);
    if (wrong.length > 0) add(at, own.choice(wrong), NO_RELATION);
  }
  return { vectors: fromRows(rows), labels };
}

/** As many words of each tag as there are, up to `points`. */
export function sampleWords({ part, vectors }: Space, points: number, random: Random) {
  const tags = part.sentences.flatMap((sentence) => sentence.tags);
  const chosen = TAGS.flatMap((tag) => {
    const own = Array.from(tags.keys()).filter((word) => tags[word] === tag);
    return random.fork(tag).sample(own, points);
  });
  return {
    vectors: fromRows(chosen.map((word) => row(vectors, word))),
    labels: chosen.map((word) => tags[word]!),
  };
}

/** Mean over classes of the share of neighbours of the same class; a point is no neighbour of its own. */
export function purity(vectors: Matrix, labels: readonly string[]): number {
  const k = Math.min(NEIGHBOURS, vectors.rows - 1);
  if (k < 1) return 0;
  const found = nearestNeighbours(vectors, vectors, k + 1, "euclidean");
  const byClass = new Map<string, { sum: number; count: number }>();
  labels.forEach((label, at) => {
    const near = Array.from(found.indices.subarray(at * (k + 1), (at + 1) * (k + 1))).filter(
      (other) => other !== at,
    );
    const same = near.slice(0, k).filter((other) => labels[other] === label).length / k;
    const own = byClass.get(label) ?? { sum: 0, count: 0 };
    byClass.set(label, { sum: own.sum + same, count: own.count + 1 });
  });
  const means = [...byClass.values()].map(({ sum, count }) => sum / count);
  return means.reduce((total, mean) => total + mean, 0) / means.length;
}

/** The map of sampled points by t-SNE. */
export async function mapOf(
  { vectors, labels }: { readonly vectors: Matrix; readonly labels: readonly string[] },
  seed: number,
): Promise<SpaceMap> {
  const places = await tsne(vectors, { seed, iterations: 400 });
  const coordinate = (axis: 0 | 1): number[] =>
    labels.map((_, at) => Number(places[2 * at + axis]!.toFixed(3)));
  return { labels, x: coordinate(0), y: coordinate(1), purity: purity(vectors, labels) };
}
