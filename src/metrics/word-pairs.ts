// Relations as pairs of words, scored with and without the entities that end there (paper 003, section 6).

import { ShapeError } from "../core";
import { chunksOf, type TypedSpan } from "./entities-relations";
import { scoreCounts, type ScoredCounts } from "./precision-recall";

/** A sentence as the joint task sees it. */
export interface PairedSentence {
  /** Related words, from 0, the last word of either entity. Order does not matter; duplicates count once. */
  readonly pairs: readonly (readonly [number, number])[];
  /** BIO tag of each word. */
  readonly tags: readonly string[];
}

/** Scores of pairs of words; 0/0 counts as 0. */
export interface WordPairScores {
  /** RE-: the pair is right. */
  readonly pairs: ScoredCounts;
  /** RE: the pair is right and both of its words end a predicted entity with right boundaries and type. */
  readonly strict: ScoredCounts;
  /**
   * RE as the paper's released code counts it [R13]: a gold pair that was predicted but fails on an entity is no false
   * negative, so recall is too high.
   */
  readonly released: ScoredCounts;
}

const pairKey = ([a, b]: readonly [number, number]): string => (a < b ? `${a} ${b}` : `${b} ${a}`);
const chunkKey = ({ start, end, type }: TypedSpan): string => `${start} ${end} ${type}`;

/**
 * Scores predicted pairs and tags sentence by sentence. Gold entities are read back from gold tags, as tags cannot hold
 * overlaps; gold pairs keep them all.
 *
 * @example scoreWordPairs(gold, predicted).strict.f1
 * @throws ShapeError for lists of different length
 */
export function scoreWordPairs(
  gold: readonly PairedSentence[],
  predicted: readonly PairedSentence[],
): WordPairScores {
  if (predicted.length !== gold.length)
    throw new ShapeError("the predicted sentences", [predicted.length], [gold.length]);
  let [goldCount, predictedCount, right, strictRight] = [0, 0, 0, 0];
  gold.forEach(({ pairs, tags }, index) => {
    const answer = predicted[index]!;
    if (answer.tags.length !== tags.length)
      throw new ShapeError(`the predicted tags of sentence ${index}`, [answer.tags.length], [tags.length]);
    const truth = new Set(pairs.map(pairKey));
    const given = new Map(answer.pairs.map((pair) => [pairKey(pair), pair]));
    const trueChunks = new Set(chunksOf(tags).map(chunkKey));
    const ends = new Set(
      chunksOf(answer.tags)
        .filter((chunk) => trueChunks.has(chunkKey(chunk)))
        .map(({ end }) => end - 1),
    );
    goldCount += truth.size;
    predictedCount += given.size;
    for (const [key, [a, b]] of given) {
      if (!truth.has(key)) continue;
      right++;
      if (ends.has(a) && ends.has(b)) strictRight++;
    }
  });
  return {
    pairs: scoreCounts({ correct: right, predicted: predictedCount, gold: goldCount }),
    strict: scoreCounts({ correct: strictRight, predicted: predictedCount, gold: goldCount }),
    released: scoreCounts({
      correct: strictRight,
      predicted: predictedCount,
      gold: strictRight + goldCount - right,
    }),
  };
}
