// Nearest neighbours of pairs of words, exactly and without ever forming the pairs' vectors.
//
// The vector of a pair is [x_a ; x_b], so |[x_i ; x_j] - [x_a ; x_b]|^2 = D(i, a) + D(j, b) with D between words: a
// matrix of words by words in place of one of pairs by pairs. In a group (a sentence) no pair of (i, j) is nearer than
// min_a D(i, a) + min_b D(j, b), so a group whose bound is not below the k-th distance found is passed over whole.

import * as tf from "@tensorflow/tfjs";
import { row, ShapeError, type OnProgress } from "../core";
import { scoped } from "../engine/scoped";
import type { NeighbourList } from "./nearest";
import { leastByGroup, NearestFound, pairIndex, searchGroup, type PairIndex } from "./pair-index";
import { checkPairs, type PairList } from "./pair-list";
import { rowsTensor } from "./vectors";

/** How the search reports. */
export interface PairSearchOptions {
  readonly onProgress?: OnProgress;
}

/** Distances between words are computed in blocks of at most this many (64 MB). */
const BLOCK = 1 << 24;
/** Pairs kept beyond k before the exact ranking, so that float32 rounding cannot lose a neighbour. */
const SLACK = 8;

/** Squared distances of some query words to all known words, `[asked, known]`, both taken from a common centre. */
function wordDistances(known: tf.Tensor2D, norms: tf.Tensor1D, asked: tf.Tensor2D): Float32Array {
  return scoped(() => {
    const own = tf.sum(tf.square(asked), 1, true);
    const product = tf.matMul(asked, known, false, true);
    return tf.relu(tf.sub(tf.add(own, norms), tf.mul(product, 2))).dataSync<"float32">() as Float32Array;
  });
}

/**
 * The `k` nearest of the known pairs for each query by Euclidean distance of `[first ; second]`; equal distances: the
 * lower index first. Exact (ranked in float64). Memory: words by words of one block (64 MB) and a copy of the words.
 */
export function nearestPairs(
  known: PairList,
  queries: PairList,
  k: number,
  { onProgress }: PairSearchOptions = {},
): NeighbourList {
  checkPairs("the known pairs", known);
  checkPairs("the queries", queries);
  if (queries.words.columns !== known.words.columns)
    throw new ShapeError(
      "the words of the queries",
      [queries.words.rows, queries.words.columns],
      [null, known.words.columns],
    );
  const count = queries.first.length;
  const kept = Math.min(k, known.first.length);
  const best = new NearestFound(Math.min(known.first.length, k + SLACK));
  const index = pairIndex(known);
  const result = {
    k: kept,
    indices: new Int32Array(count * kept),
    distances: new Float64Array(count * kept),
  };
  if (kept === 0 || count === 0) return result;
  tf.tidy(() => {
    const raw = rowsTensor(known.words, 0, known.words.rows);
    const centre = tf.mean(raw, 0) as tf.Tensor1D;
    const centred = tf.sub(raw, centre) as tf.Tensor2D;
    const norms = tf.sum(tf.square(centred), 1) as tf.Tensor1D;
    for (const block of blocksOf(queries, known.words.rows)) {
      const near = scoped(() => {
        const asked = tf.gather(
          rowsTensor(queries.words, 0, queries.words.rows),
          tf.tensor1d([...block.places.keys()], "int32"),
        );
        return wordDistances(centred, norms, tf.sub(asked, centre) as tf.Tensor2D);
      });
      const bounds = new Bounds(index, near, known.words.rows, block.places);
      for (let pair = block.from; pair < block.to; pair++) {
        search(index, bounds, queries.first[pair]!, queries.second[pair]!, best);
        rank(known, queries, pair, best, result);
      }
      onProgress?.({ label: "nearest pairs", done: block.to, total: count, unit: "pairs" });
    }
  });
  return result;
}

/** Queries of some groups, and the words that they use, each with its row in the block's distances. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly places: ReadonlyMap<number, number>;
}

/** Groups of queries together as long as their words by `known` words fit a block. */
function* blocksOf({ first, second, groups }: PairList, known: number): Iterable<Block> {
  for (let group = 0; group + 1 < groups.length;) {
    const from = groups[group]!;
    const places = new Map<number, number>();
    const add = (word: number): void => {
      if (!places.has(word)) places.set(word, places.size);
    };
    do {
      for (let pair = groups[group]!; pair < groups[group + 1]!; pair++) {
        add(first[pair]!);
        add(second[pair]!);
      }
      group++;
    } while (group + 1 < groups.length && places.size * known < BLOCK / 2);
    if (places.size > 0) yield { from, to: groups[group]!, places };
  }
}

/** Distances of a block's words to all known words, and the least of each group, worked out when asked for. */
class Bounds {
  private readonly least: readonly Map<number, Float32Array>[] = [new Map(), new Map()];

  constructor(
    private readonly index: PairIndex,
    private readonly near: Float32Array,
    private readonly width: number,
    private readonly places: ReadonlyMap<number, number>,
  ) {}

  rowOf(word: number): Float32Array {
    const place = this.places.get(word)!;
    return this.near.subarray(place * this.width, (place + 1) * this.width);
  }

  /** Least distance of a word to the first (0) or second (1) words of each group. */
  leastOf(side: 0 | 1, word: number): Float32Array {
    let found = this.least[side]!.get(word);
    if (found === undefined) {
      found = new Float32Array(this.index.groupRun.length - 1);
      leastByGroup(this.index, this.rowOf(word), side, found);
      this.least[side]!.set(word, found);
    }
    return found;
  }
}

/** Fills `best` with the pairs nearest to (i, j). */
function search(index: PairIndex, bounds: Bounds, i: number, j: number, best: NearestFound): void {
  const rows = [bounds.rowOf(i), bounds.rowOf(j)] as const;
  const [first, second] = [bounds.leastOf(0, i), bounds.leastOf(1, j)];
  best.reset();
  // begin where the bound is least: the k-th distance is small from then on
  let start = 0;
  for (let group = 1; group < first.length; group++)
    if (first[group]! + second[group]! < first[start]! + second[start]!) start = group;
  searchGroup(index, start, rows, second[start]!, best);
  for (let group = 0; group < first.length; group++)
    if (group !== start && first[group]! + second[group]! <= best.distances[best.size - 1]!)
      searchGroup(index, group, rows, second[group]!, best);
}

function squared(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return sum;
}

/** Ranks what was found by distances in float64 and writes the nearest into `into`. */
function rank(
  known: PairList,
  queries: PairList,
  pair: number,
  best: NearestFound,
  into: NeighbourList,
): void {
  const [left, right] = [row(queries.words, queries.first[pair]!), row(queries.words, queries.second[pair]!)];
  const found = Array.from(best.pairs.subarray(0, best.found), (at) => ({
    at,
    distance:
      squared(left, row(known.words, known.first[at]!)) + squared(right, row(known.words, known.second[at]!)),
  })).sort((a, b) => a.distance - b.distance || a.at - b.at);
  for (let i = 0; i < into.k; i++) {
    into.indices[pair * into.k + i] = found[i]!.at;
    into.distances[pair * into.k + i] = Math.sqrt(found[i]!.distance);
  }
}
