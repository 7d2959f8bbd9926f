// Whom a tagged word is compared with in CLNER (paper 003): some of its own tag, and a balanced choice of the others.

import { OptionError, type Random } from "../core";

/** How many are drawn for each anchor, and from where. */
export interface BalancedOptions {
  /** Words that each anchor is compared with (default 80). */
  readonly samples?: number;
  /** Most of them of the anchor's own tag (default 30; the paper says about 20). */
  readonly positives?: number;
  /** The common tag, which fills the rest (default `"O"`). */
  readonly rest?: string;
  /** The tag that fills the rest for anchors of the common tag (default: the most frequent other one). */
  readonly restOfRest?: string;
}

/** `count` numbers of `from`, without replacement; `from` is reordered. */
function take(from: number[], count: number, random: Random): number[] {
  const taken = Math.min(count, from.length);
  for (let at = 0; at < taken; at++) {
    const other = at + random.integer(from.length - at);
    [from[at], from[other]] = [from[other]!, from[at]!];
  }
  return from.slice(0, taken);
}

/**
 * For each word the words that it is compared with: up to `positives` others of its tag, then negatives up to `samples`
 * in all, a quarter of them from each of the three other rare tags and what is left from the common tag `rest` (for a
 * word of the common tag from `restOfRest`). A tag with fewer words gives what it has. One list a word, as `clner` takes.
 *
 * @example clner({ temperature: 0.1 }).loss({ tokens, tags, candidates: balancedCandidates(tags, {}, random) })
 */
export function balancedCandidates(
  tags: readonly string[],
  options: BalancedOptions,
  random: Random,
): number[][] {
  const { samples = 80, positives = 30, rest = "O" } = options;
  for (const [name, value] of Object.entries({ samples, positives }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new OptionError(
        `${name} of balanced candidates is ${value}: it must be a whole number, 1 or more`,
      );
  const byTag = new Map<string, number[]>();
  tags.forEach((tag, word) => byTag.set(tag, [...(byTag.get(tag) ?? []), word]));
  const sizes = [...byTag].filter(([tag]) => tag !== rest).sort((a, b) => b[1].length - a[1].length);
  const filler = options.restOfRest ?? sizes[0]?.[0];
  return tags.map((tag, word) => {
    const own = take(
      byTag.get(tag)!.filter((other) => other !== word),
      positives,
      random,
    );
    const wanted = samples - own.length;
    const last = tag === rest ? filler : rest;
    const others = sizes.map(([name]) => name).filter((name) => name !== tag && name !== last);
    const quarter = Math.floor(wanted / (others.length + 1));
    const chosen = others.flatMap((name) => take([...byTag.get(name)!], quarter, random));
    const left = take([...(byTag.get(last ?? "") ?? [])], wanted - chosen.length, random);
    return [...own, ...chosen, ...left];
  });
}
