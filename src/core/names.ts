// Unknown names: an error that lists the known ones and points at the nearest.

import { OptionError } from "./errors";

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The known name nearest to `given`, if one is near enough to be meant: few letters apart, or `given` begins it. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const begun = wanted.length < 3 ? undefined : known.find((name) => name.toLowerCase().startsWith(wanted));
  if (begun !== undefined) return begun;
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance <= Math.max(2, given.length / 3) ? best.name : undefined;
}

/** The error for a name that is not known: `unknown engine "tensorflo": did you mean "tensorflow"? known: ...`. */
export function unknownName(kind: string, given: string, known: readonly string[]): OptionError {
  const near = nearestName(given, known);
  const hint = near === undefined ? "" : ` did you mean "${near}"?`;
  return new OptionError(`unknown ${kind} "${given}":${hint} known: ${known.join(", ") || "none"}`);
}
