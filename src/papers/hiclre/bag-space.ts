// The space of bag vectors (figure 7): is a bag nearer to bags of its relation than to others, and a map of it.

import { fromRows, row, type Matrix } from "../../core";
import type { Bag } from "../../data";
import { tsne } from "../../plots";
import { NONE } from "./bag-data";

/** A space in numbers; R* is each bag in turn, R+ bags that state the same relation, R- bags that state another. */
export interface BagSpace {
  /** Mean cosine of R* and R+, and of R* and R-. */
  readonly related: number;
  readonly unrelated: number;
  /** Numbers of the bags on the map, what they state, and their places, to three digits. */
  readonly bags: readonly number[];
  readonly labels: readonly string[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Most bags that are compared with each other, and most on a map. */
const COMPARED = 1000;
const MOST = 240;

/** The one relation that a bag states: by its sentences where the truth is known, else by its label. */
function statedBy({ truth, relations }: Bag): string | undefined {
  const stated = (truth ?? relations).filter((one) => one !== NONE);
  return stated.length === 1 ? stated[0] : undefined;
}

/** Mean cosines within and across relations, over pairs of the first bags that state one. Null where there are none. */
export function nearness(
  vectors: Matrix,
  labels: readonly (string | undefined)[],
): { readonly related: number; readonly unrelated: number } | null {
  const chosen = labels
    .flatMap((label, at) => (label === undefined ? [] : [{ label, at }]))
    .slice(0, COMPARED);
  const units = chosen.map(({ at }) => {
    const own = row(vectors, at);
    const length = Math.sqrt(own.reduce((sum, one) => sum + one * one, 0)) || 1;
    return own.map((one) => one / length);
  });
  const sums = { same: 0, sameCount: 0, other: 0, otherCount: 0 };
  for (let i = 0; i < units.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [units[i]!, units[j]!];
      let dot = 0;
      for (let k = 0; k < a.length; k++) dot += a[k]! * b[k]!;
      if (chosen[i]!.label === chosen[j]!.label) {
        sums.same += dot;
        sums.sameCount++;
      } else {
        sums.other += dot;
        sums.otherCount++;
      }
    }
  if (sums.sameCount === 0 || sums.otherCount === 0) return null;
  return { related: sums.same / sums.sameCount, unrelated: sums.other / sums.otherCount };
}

/** The space of the first bags, of those that state one relation, with a map; `vectors` `[first bags, dim]`. */
export async function bagSpace(
  bags: readonly Bag[],
  vectors: Matrix,
  seed: number,
): Promise<BagSpace | null> {
  const stated = bags.slice(0, vectors.rows).map(statedBy);
  const near = nearness(vectors, stated);
  if (near === null) return null;
  const shown = stated.flatMap((label, at) => (label === undefined ? [] : [at])).slice(0, MOST);
  const places = await tsne(fromRows(shown.map((at) => row(vectors, at))), { seed, iterations: 400 });
  const axis = (which: 0 | 1): number[] => shown.map((_, at) => Number(places[2 * at + which]!.toFixed(3)));
  return { ...near, bags: shown, labels: shown.map((at) => stated[at]!), x: axis(0), y: axis(1) };
}
