// Hard negatives of paper 003: pairs of words with one side right, and graphs with every edge so corrupted.

import { OptionError, type Random } from "../core";

/** Two words of a sentence, from 0. */
export type WordPair = readonly [number, number];

/** A sentence as the sampler sees it. */
export interface RelatedWords {
  /** Number of words. */
  readonly words: number;
  readonly pairs: readonly WordPair[];
  /** Words never put in, such as those of entities; default none, as in the released code [R7]. */
  readonly excluded?: ReadonlySet<number>;
}

/** Words that may stand in for the partner of `kept`: not `kept` itself and not related to it in either order. */
export function wrongPartners({ words, pairs, excluded }: RelatedWords, kept: number): number[] {
  const right = new Set([kept]);
  for (const [a, b] of pairs) {
    if (a === kept) right.add(b);
    if (b === kept) right.add(a);
  }
  const wrong: number[] = [];
  for (let word = 0; word < words; word++)
    if (!right.has(word) && excluded?.has(word) !== true) wrong.push(word);
  return wrong;
}

/** `count` different items in random order; all of them where there are fewer. */
function draw<T>(items: T[], count: number, random: Random): T[] {
  const taken = Math.min(count, items.length);
  for (let at = 0; at < taken; at++) {
    const other = at + random.integer(items.length - at);
    [items[at], items[other]] = [items[other]!, items[at]!];
  }
  return items.slice(0, taken);
}

function checkCount(count: number): void {
  if (!(Number.isInteger(count) && count >= 1))
    throw new OptionError(`${count} negatives: expected a whole number of at least 1, such as 8`);
}

/**
 * `count` wrong pairs for a right one: half keep the first word, half the second (odd: one more keeps the first), each
 * without replacement; all there are where a side has fewer (paper 003, CLDR [R7]).
 *
 * @example corruptedPairs([3, 8], { words: 20, pairs: [[3, 8]] }, 8, random)
 */
export function corruptedPairs(
  [first, second]: WordPair,
  sentence: RelatedWords,
  count: number,
  random: Random,
): WordPair[] {
  checkCount(count);
  const seconds = draw(wrongPartners(sentence, first), Math.ceil(count / 2), random);
  const firsts = draw(wrongPartners(sentence, second), Math.floor(count / 2), random);
  return [
    ...seconds.map((word): WordPair => [first, word]),
    ...firsts.map((word): WordPair => [word, second]),
  ];
}

/**
 * Up to `count` different wrong graphs of a sentence, in each of which every edge has a wrong word on one side: one half
 * keep the first words, one half the second. A wrong graph has as many edges as the true one, though not always as many
 * nodes (paper 003, CLGS). Fewer where the sentence has no more.
 */
export function corruptedGraphs(sentence: RelatedWords, count: number, random: Random): WordPair[][] {
  checkCount(count);
  const { pairs } = sentence;
  const isFirst = pairs.map(([first]) => wrongPartners(sentence, first));
  const isSecond = pairs.map(([, second]) => wrongPartners(sentence, second));
  const half = (choices: readonly number[][], side: 0 | 1, wanted: number): WordPair[][] => {
    if (pairs.length === 0 || choices.some(({ length }) => length === 0)) return [];
    const graph = (words: readonly number[]): WordPair[] =>
      pairs.map(([first, second], edge) => (side === 0 ? [first, words[edge]!] : [words[edge]!, second]));
    if (pairs.length === 1) return draw([...choices[0]!], wanted, random).map((word) => graph([word]));
    const found = new Map<string, WordPair[]>();
    // An edge drawn twice would be a relation less. Few words and many edges can leave fewer graphs than wanted, so
    // tries are bounded.
    for (let tries = 0; found.size < wanted && tries < 8 * wanted; tries++) {
      const made = graph(choices.map((words) => words[random.integer(words.length)]!));
      const edges = made.map(String).sort();
      const key = edges.join(" ");
      if (new Set(edges).size === edges.length && !found.has(key)) found.set(key, made);
    }
    return [...found.values()];
  };
  return [...half(isFirst, 0, Math.ceil(count / 2)), ...half(isSecond, 1, Math.floor(count / 2))];
}
