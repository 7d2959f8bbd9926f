// Nearest neighbours of pairs of words, exactly and without ever forming the pairs' vectors.
//
// The vector of a pair is [x_a ; x_b], so |[x_i ; x_j] - [x_a ; x_b]|^2 = D(i, a) + D(j, b) with D between words: a
// matrix of words by words in place of one of pairs by pairs. In a group (a sentence) no pair of (i, j) is nearer than
// min_a D(i, a) + min_b D(j, b), so a group whose bound is not below the k-th distance found is passed over whole.

import * as tf from "@tensorflow/tfjs";
import { OptionError, row, ShapeError, type Matrix, type OnProgress } from "../core";
import { scoped } from "../engine/scoped";
import type { NeighbourList } from "./nearest";
import { rowsTensor } from "./vectors";

/** Pairs of words as places in one matrix. Pairs of a group stand together and share few words. */
export interface PairList {
  /** Vectors of words `[words, dim]`. */
  readonly words: Matrix;
  /** First and second word of each pair. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Where each group of pairs begins, then where the last ends, `[groups + 1]`. */
  readonly groups: Int32Array;
}

/** How the search reports. */
export interface PairSearchOptions {
  readonly onProgress?: OnProgress;
}

/** Distances between words are computed in blocks of at most this many (64 MB). */
const BLOCK = 1 << 24;
/** Pairs kept beyond k before the exact ranking, so that float32 rounding cannot lose a neighbour. */
const SLACK = 8;

/** Known pairs by group: each different first word with the run of its pairs. */
interface Index {
  readonly order: Int32Array;
  readonly second: Int32Array;
  /** First word, begin and end in `order` of each run; where the runs of each group begin. */
  readonly runWord: Int32Array;
  readonly runStart: Int32Array;
  readonly groupRun: Int32Array;
}

function indexOf({ first, second, groups }: PairList): Index {
  const order = Int32Array.from(first, (_, pair) => pair);
  const runWord: number[] = [];
  const runStart: number[] = [];
  const groupRun = new Int32Array(groups.length);
  for (let group = 0; group + 1 < groups.length; group++) {
    groupRun[group] = runWord.length;
    const own = order.subarray(groups[group]!, groups[group + 1]!);
    own.sort((a, b) => first[a]! - first[b]! || a - b);
    own.forEach((pair, at) => {
      if (at > 0 && first[pair] === first[own[at - 1]!]) return;
      runWord.push(first[pair]!);
      runStart.push(groups[group]! + at);
    });
  }
  groupRun[groups.length - 1] = runWord.length;
  runStart.push(order.length);
  return {
    order,
    second: Int32Array.from(order, (pair) => second[pair]!),
    runWord: Int32Array.from(runWord),
    runStart: Int32Array.from(runStart),
    groupRun,
  };
}

/** The nearest pairs found so far for one query: squared distances ascending, and which pairs. */
class Best {
  readonly distances: Float32Array;
  readonly pairs: Int32Array;
  found = 0;

  constructor(readonly size: number) {
    this.distances = new Float32Array(size);
    this.pairs = new Int32Array(size);
  }

  reset(): void {
    this.found = 0;
    this.distances.fill(Infinity);
  }

  add(distance: number, pair: number): void {
    const { distances, pairs, size } = this;
    let at = this.found < size ? this.found++ : size - 1;
    for (; at > 0 && distances[at - 1]! > distance; at--) {
      distances[at] = distances[at - 1]!;
      pairs[at] = pairs[at - 1]!;
    }
    distances[at] = distance;
    pairs[at] = pair;
  }
}

/** Least distance of one query word to the first (or second) words of each group. */
function leastByGroup(index: Index, near: Float32Array, side: 0 | 1, least: Float32Array): void {
  const { groupRun, runWord, runStart, second } = index;
  for (let group = 0; group < least.length; group++) {
    let best = Infinity;
    if (side === 0)
      for (let run = groupRun[group]!; run < groupRun[group + 1]!; run++)
        best = Math.min(best, near[runWord[run]!]!);
    else
      for (let at = runStart[groupRun[group]!]!; at < runStart[groupRun[group + 1]!]!; at++)
        best = Math.min(best, near[second[at]!]!);
    least[group] = best;
  }
}

function searchGroup(
  index: Index,
  group: number,
  [fromFirst, fromSecond]: readonly [Float32Array, Float32Array],
  leastSecond: number,
  best: Best,
): void {
  const { groupRun, runWord, runStart, second, order } = index;
  const { distances, size } = best;
  for (let run = groupRun[group]!; run < groupRun[group + 1]!; run++) {
    const own = fromFirst[runWord[run]!]!;
    if (own + leastSecond > distances[size - 1]!) continue;
    for (let at = runStart[run]!; at < runStart[run + 1]!; at++) {
      const distance = own + fromSecond[second[at]!]!;
      if (distance < distances[size - 1]!) best.add(distance, order[at]!);
    }
  }
}

/** The words that the queries of one group use, and where each stands. */
function wordsOf({ first, second }: PairList, from: number, to: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let pair = from; pair < to; pair++)
    for (const word of [first[pair]!, second[pair]!]) if (!places.has(word)) places.set(word, places.size);
  return places;
}

/** Squared distances of some query words to all known words, `[asked, known]`, both taken from a common centre. */
function wordDistances(known: tf.Tensor2D, norms: tf.Tensor1D, asked: tf.Tensor2D): Float32Array {
  return scoped(() => {
    const own = tf.sum(tf.square(asked), 1, true);
    const product = tf.matMul(asked, known, false, true);
    return tf.relu(tf.sub(tf.add(own, norms), tf.mul(product, 2))).dataSync<"float32">() as Float32Array;
  });
}

/** Throws unless the lists of a `PairList` fit each other. */
export function checkPairs(what: string, { words, first, second, groups }: PairList): void {
  if (second.length !== first.length)
    throw new ShapeError(`the second words of ${what}`, [second.length], [first.length]);
  if (groups[0] !== 0 || groups.at(-1) !== first.length)
    throw new ShapeError(`the groups of ${what}, from 0 to the pairs,`, [groups.at(-1) ?? 0], [first.length]);
  for (const side of [first, second])
    for (const word of side)
      if (!(word >= 0 && word < words.rows))
        throw new OptionError(`a pair of ${what} names word ${word}: words run from 0 to ${words.rows - 1}`);
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
  const best = new Best(Math.min(known.first.length, k + SLACK));
  const index = indexOf(known);
  const result = {
    k: kept,
    indices: new Int32Array(count * kept),
    distances: new Float64Array(count * kept),
  };
  if (kept === 0 || count === 0) return result;
  const groups = known.groups.length - 1;
  const total = queries.groups.length - 1;
  tf.tidy(() => {
    const raw = rowsTensor(known.words, 0, known.words.rows);
    const centre = tf.mean(raw, 0);
    const centred = tf.sub(raw, centre) as tf.Tensor2D;
    const norms = tf.sum(tf.square(centred), 1) as tf.Tensor1D;
    for (let from = 0; from < total;) {
      const places = new Map<number, number>();
      let to = from;
      while (to < total && (to === from || places.size * known.words.rows < BLOCK / 2)) {
        for (const word of wordsOf(queries, queries.groups[to]!, queries.groups[to + 1]!).keys())
          if (!places.has(word)) places.set(word, places.size);
        to++;
      }
      const near = scoped(() => {
        const rows = tf.gather(
          rowsTensor(queries.words, 0, queries.words.rows),
          tf.tensor1d([...places.keys()], "int32"),
        ) as tf.Tensor2D;
        return wordDistances(centred, norms, tf.sub(rows, centre));
      });
      const width = known.words.rows;
      const rowOf = (word: number): Float32Array =>
        near.subarray(places.get(word)! * width, (places.get(word)! + 1) * width);
      const least = [0, 1].map(() => new Map<number, Float32Array>());
      const leastOf = (side: 0 | 1, word: number): Float32Array => {
        let found = least[side]!.get(word);
        if (found === undefined) {
          leastByGroup(index, rowOf(word), side, (found = new Float32Array(groups)));
          least[side]!.set(word, found);
        }
        return found;
      };
      for (let pair = queries.groups[from]!; pair < queries.groups[to]!; pair++) {
        const [i, j] = [queries.first[pair]!, queries.second[pair]!];
        const rows = [rowOf(i), rowOf(j)] as const;
        const [boundsFirst, boundsSecond] = [leastOf(0, i), leastOf(1, j)];
        best.reset();
        // begin where the bound is least: the k-th distance is small from then on
        let start = 0;
        for (let group = 1; group < groups; group++)
          if (boundsFirst[group]! + boundsSecond[group]! < boundsFirst[start]! + boundsSecond[start]!)
            start = group;
        searchGroup(index, start, rows, boundsSecond[start]!, best);
        for (let group = 0; group < groups; group++)
          if (group !== start && boundsFirst[group]! + boundsSecond[group]! <= best.distances[best.size - 1]!)
            searchGroup(index, group, rows, boundsSecond[group]!, best);
        rank(known, queries, pair, best, result);
      }
      from = to;
      onProgress?.({ label: "nearest pairs", done: queries.groups[from]!, total: count, unit: "pairs" });
    }
  });
  return result;
}

function squared(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) * (a[i]! - b[i]!);
  return sum;
}

/** Ranks what was found by distances in float64 and writes the nearest into `into`. */
function rank(known: PairList, queries: PairList, pair: number, best: Best, into: NeighbourList): void {
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
