// Pairs of words as two lists of places in one matrix of words, and whether such lists fit.

import { OptionError, ShapeError, type Matrix } from "../core";

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
