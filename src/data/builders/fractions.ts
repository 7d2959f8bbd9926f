// Nested, stratified, seeded fractions of a set: 1 % lies in 10 %, 10 % in 100 %.

import { OptionError } from "../../core";
import { randomFrom, seedName, type ItemSet } from "../sets/item-set";
import { shareOut, stratify } from "./strata";

/** How fractions are drawn. */
export interface FractionOptions<Item> {
  /** Default 0. */
  readonly seed?: number | string;
  /**
   * What is kept in proportion: "relation" (default: the class of an item; documents have none), "nothing" (a plain
   * random sample), or a class of your own.
   */
  readonly by?: "relation" | "nothing" | ((item: Item) => string);
}

/**
 * One set for each fraction in (0, 1], in the order asked for. Class counts are quotas rounded by the largest
 * remainder, at least one of each class where the fraction has room for it; every smaller fraction is part of every
 * larger one. Items keep the order of the set.
 *
 * @example const [one, ten, all] = fractions(train, [0.01, 0.1, 1], { seed: 42 });
 */
export function fractions<Item extends { readonly id: string }, Self>(
  set: ItemSet<Item, Self>,
  shares: readonly number[],
  { seed = 0, by = "relation" }: FractionOptions<Item> = {},
): Self[] {
  const wrong = shares.find((share) => !(share > 0 && share <= 1));
  if (wrong !== undefined)
    throw new OptionError(`fraction ${wrong}: give numbers above 0 and up to 1, such as 0.01`);
  const named = by === "relation" ? (item: Item) => set.labelOf(item) : () => "";
  const strata = stratify(
    set.items,
    typeof by === "function" ? by : named,
    randomFrom(seed).fork("fractions"),
  );
  const sizes = strata.map(({ positions }) => positions.length);
  const results = new Map<number, Self>();
  let counts: number[] = sizes.map(() => 0);
  for (const share of [...new Set(shares)].sort((a, b) => a - b)) {
    counts = shareOut(sizes, share, counts);
    const chosen = new Set(strata.flatMap(({ positions }, index) => positions.slice(0, counts[index])));
    const step = `fraction(${share}, seed ${seedName(seed)})`;
    results.set(
      share,
      set.keep((_, position) => chosen.has(position), step),
    );
  }
  return shares.map((share) => results.get(share)!);
}
