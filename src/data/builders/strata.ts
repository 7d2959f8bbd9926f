// Classes of items and fair shares of them: the arithmetic under splits and fractions.

import type { Random } from "../../core";

/** A class and the positions of its items, in random order. */
export interface Stratum {
  readonly label: string;
  readonly positions: readonly number[];
}

/** Number of items of each class, the most frequent first, then by name. */
export function countBy<Item>(
  items: Iterable<Item>,
  labelOf: (item: Item) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(labelOf(item), (counts.get(labelOf(item)) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

/** The classes in the order of their names; each is shuffled by a generator of its own, so that one never moves another. */
export function stratify<Item>(
  items: readonly Item[],
  labelOf: (item: Item) => string,
  random: Random,
): Stratum[] {
  const groups = new Map<string, number[]>();
  items.forEach((item, position) => {
    const label = labelOf(item);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [position]);
    else group.push(position);
  });
  const labels = [...groups.keys()].sort();
  return labels.map((label) => ({ label, positions: random.fork(label).shuffle(groups.get(label)!) }));
}

/**
 * How many of each class to take so that `share` of all are taken: quotas rounded by the largest remainder, at least
 * `lowest` of each class, and one of each class when there is room for that.
 *
 * @param sizes number of items of each class
 * @param lowest counts that must not be undercut (the smaller fraction that this one contains)
 */
export function shareOut(sizes: readonly number[], share: number, lowest: readonly number[] = []): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const total = Math.min(all, Math.round(share * all));
  const classes = sizes.filter((size) => size > 0).length;
  const least = sizes.map((size, index) =>
    Math.max(lowest[index] ?? 0, total >= classes && size > 0 ? 1 : 0),
  );
  const quotas = sizes.map((size) => size * share);
  const counts = sizes.map((size, index) =>
    Math.min(size, Math.max(least[index]!, Math.floor(quotas[index]!))),
  );
  let sum = counts.reduce((before, count) => before + count, 0);
  while (sum !== total) {
    const step = sum < total ? 1 : -1;
    let best = -1;
    let need = -Infinity;
    counts.forEach((count, index) => {
      const isFree = step > 0 ? count < sizes[index]! : count > least[index]!;
      const gap = step * (quotas[index]! - count);
      if (isFree && gap > need + 1e-9) [best, need] = [index, gap];
    });
    if (best < 0) return counts;
    counts[best]! += step;
    sum += step;
  }
  return counts;
}
