// Known pairs by group and first word, and the nearest found so far: the inner loop of the search for pairs.

import type { PairList } from "./pair-list";

/** Known pairs by group: each different first word with the run of its pairs. */
export interface PairIndex {
  readonly order: Int32Array;
  readonly second: Int32Array;
  /** First word, begin and end in `order` of each run; where the runs of each group begin. */
  readonly runWord: Int32Array;
  readonly runStart: Int32Array;
  readonly groupRun: Int32Array;
}

/** The index of known pairs. */
export function pairIndex({ first, second, groups }: PairList): PairIndex {
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
export class NearestFound {
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
export function leastByGroup(index: PairIndex, near: Float32Array, side: 0 | 1, least: Float32Array): void {
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

/** Looks through the pairs of one group for some that are nearer than the last one kept. */
export function searchGroup(
  index: PairIndex,
  group: number,
  [fromFirst, fromSecond]: readonly [Float32Array, Float32Array],
  leastSecond: number,
  best: NearestFound,
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
