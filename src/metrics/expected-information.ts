// Mutual information that two partitions have by chance: Vinh, Epps & Bailey 2010 (JMLR 11), eq. 24a.

import type { Contingency } from "./contingency";

/** log k! for k up to `n`. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) logs[k] = logs[k - 1]! + Math.log(k);
  return logs;
}

/** Different sizes and how often each occurs. */
function sizeCounts(sizes: Float64Array): [size: number, times: number][] {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts];
}

/** Expected mutual information in nats over all partitions with these class and cluster sizes. */
export function expectedInformation({ items: n, classSizes, clusterSizes }: Contingency): number {
  const log = logFactorials(n);
  let sum = 0;
  for (const [a, timesA] of sizeCounts(classSizes))
    for (const [b, timesB] of sizeCounts(clusterSizes)) {
      const fixed = log[a]! + log[b]! + log[n - a]! + log[n - b]! - log[n]!;
      let cell = 0;
      for (let count = Math.max(1, a + b - n); count <= Math.min(a, b); count++) {
        const chance = fixed - log[count]! - log[a - count]! - log[b - count]! - log[n - a - b + count]!;
        cell += (count / n) * Math.log((n * count) / (a * b)) * Math.exp(chance);
      }
      sum += timesA * timesB * cell;
    }
  return sum;
}
