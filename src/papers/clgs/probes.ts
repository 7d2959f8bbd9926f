// What frozen vectors of words know: a linear probe and kNN over candidate pairs, and kNN over tags.

import { knn, fitPairProbe, nearestPairs, type PairList } from "../../classify";
import type { Matrix, OnProgress, Random } from "../../core";
import { scoreCounts, type ScoredCounts } from "../../metrics";
import { candidatePairs } from "./baseline-losses";
import { TAGS, type Tag, type TaggedSentence } from "./corpus";
import type { Part } from "./part";
import type { ProbeSettings } from "./settings";

/** A part with one frozen vector for each of its words. */
export interface Space {
  readonly part: Part;
  readonly vectors: Matrix;
}

/** Candidate pairs with their labels: 1 where they are related. */
export interface LabelledPairs {
  readonly pairs: PairList;
  readonly labels: Uint8Array;
}

/** Which candidates of a sentence are taken. */
type Keeps = (pair: readonly [number, number], label: number, random: Random) => boolean;

/** All candidate pairs i < j of a space [R9], or those that `keeps` lets through. */
export function pairsOf(
  { part, vectors }: Space,
  keeps?: (sentence: number) => Keeps,
  random?: Random,
): LabelledPairs {
  const [first, second, labels]: number[][] = [[], [], []];
  const groups = [0];
  part.sentences.forEach((sentence, at) => {
    const candidates = candidatePairs(sentence);
    const keep = keeps?.(at);
    candidates.pairs.forEach(([i, j], pair) => {
      const label = candidates.labels[pair]!;
      if (keep !== undefined && !keep([i, j], label, random!)) return;
      first!.push(part.offsets[at]! + i);
      second!.push(part.offsets[at]! + j);
      labels!.push(label);
    });
    groups.push(first!.length);
  });
  const pairs = {
    words: vectors,
    first: Int32Array.from(first!),
    second: Int32Array.from(second!),
    groups: Int32Array.from(groups),
  };
  return { pairs, labels: Uint8Array.from(labels!) };
}

/** Number of relations of all sentences, those of a word with itself among them: they are lost to every probe. */
export function goldCount(sentences: readonly TaggedSentence[]): number {
  return sentences.reduce(
    (sum, { pairs }) => sum + new Set(pairs.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`)).size,
    0,
  );
}

/** Precision, recall and F1 of predicted relations. */
export function scorePairs({ labels }: LabelledPairs, predicted: Uint8Array, gold: number): ScoredCounts {
  let correct = 0;
  let given = 0;
  for (let at = 0; at < labels.length; at++) {
    given += predicted[at]!;
    correct += predicted[at]! * labels[at]!;
  }
  return scoreCounts({ correct, predicted: given, gold });
}

/** The linear probe of Table 3, fitted on training sentences, its epoch chosen on validation sentences. */
export function linearProbe(
  spaces: { readonly train: Space; readonly validation: Space; readonly test: Space },
  { probeEpochs, probeRate }: Pick<ProbeSettings, "probeEpochs" | "probeRate">,
  random: Random,
): { readonly scores: ScoredCounts; readonly pairs: (readonly [number, number])[][] } {
  const train = pairsOf(spaces.train);
  const test = pairsOf(spaces.test);
  const probe = fitPairProbe(train.pairs, train.labels, {
    random,
    epochs: probeEpochs,
    rate: probeRate,
    batch: 8,
    development: pairsOf(spaces.validation),
  });
  const predicted = probe.predict(test.pairs);
  return {
    scores: scorePairs(test, predicted, goldCount(spaces.test.part.sentences)),
    pairs: bySentence(spaces.test.part, test, predicted),
  };
}

/** kNN over pairs by Euclidean distance and a uniform vote; `known` are training and validation sentences together. */
export function pairNeighbours(
  known: readonly Space[],
  test: Space,
  { kPairs, reduced }: Pick<ProbeSettings, "kPairs" | "reduced">,
  random: Random,
  onProgress?: OnProgress,
): { readonly scores: ScoredCounts; readonly pairs: (readonly [number, number])[][] } {
  const index = merged(
    known.map((space) => (reduced === null ? pairsOf(space) : reducedPairs(space, reduced, random))),
  );
  const asked = pairsOf(
    test,
    reduced === null
      ? undefined
      : () =>
          ([i, j]) =>
            j - i <= reduced.within,
  );
  const found = nearestPairs(
    index.pairs,
    asked.pairs,
    kPairs,
    onProgress === undefined ? {} : { onProgress },
  );
  const predicted = Uint8Array.from(asked.labels, (_, at) => {
    const near = found.indices.subarray(at * found.k, (at + 1) * found.k);
    return 2 * near.reduce((votes, pair) => votes + index.labels[pair]!, 0) > found.k ? 1 : 0;
  });
  return {
    scores: scorePairs(asked, predicted, goldCount(test.part.sentences)),
    pairs: bySentence(test.part, asked, predicted),
  };
}

/** All related pairs and so many others of each sentence [R11]. */
function reducedPairs(
  space: Space,
  { negatives }: NonNullable<ProbeSettings["reduced"]>,
  random: Random,
): LabelledPairs {
  return pairsOf(
    space,
    (at) => {
      const { labels } = candidatePairs(space.part.sentences[at]!);
      const wrong = labels.flatMap((label, pair) => (label === 0 ? [pair] : []));
      const chosen = new Set(random.fork(`sentence ${at}`).sample(wrong, negatives));
      let pair = -1;
      return () => labels[++pair] === 1 || chosen.has(pair);
    },
    random,
  );
}

/** Several lists of pairs as one, their words one under the other. */
function merged(lists: readonly LabelledPairs[]): LabelledPairs {
  const [only] = lists;
  if (lists.length === 1) return only!;
  const columns = only!.pairs.words.columns;
  const rows = lists.reduce((sum, { pairs }) => sum + pairs.words.rows, 0);
  const data = new Float32Array(rows * columns);
  const [first, second, groups, labels]: number[][] = [[], [], [0], []];
  let word = 0;
  for (const { pairs, labels: own } of lists) {
    const before = first!.length;
    data.set(pairs.words.data, word * columns);
    for (const one of pairs.first) first!.push(word + one);
    for (const one of pairs.second) second!.push(word + one);
    for (const end of pairs.groups.subarray(1)) groups!.push(before + end);
    for (const label of own) labels!.push(label);
    word += pairs.words.rows;
  }
  return {
    pairs: {
      words: { data, rows, columns },
      first: Int32Array.from(first!),
      second: Int32Array.from(second!),
      groups: Int32Array.from(groups!),
    },
    labels: Uint8Array.from(labels!),
  };
}

/** Predicted relations as pairs of words of their sentences. */
function bySentence(
  part: Part,
  { pairs }: LabelledPairs,
  predicted: Uint8Array,
): (readonly [number, number])[][] {
  return part.sentences.map((_, at) => {
    const found: (readonly [number, number])[] = [];
    for (let pair = pairs.groups[at]!; pair < pairs.groups[at + 1]!; pair++)
      if (predicted[pair] === 1)
        found.push([pairs.first[pair]! - part.offsets[at]!, pairs.second[pair]! - part.offsets[at]!]);
    return found;
  });
}

/** kNN over words: the tag that most of the k nearest training words have. */
export function tagNeighbours(
  known: readonly Space[],
  test: Space,
  { kTags }: Pick<ProbeSettings, "kTags">,
): Tag[][] {
  const lists = known.map(({ part, vectors }) => ({
    vectors,
    tags: part.sentences.flatMap(({ tags }) => tags),
  }));
  const columns = test.vectors.columns;
  const rows = lists.reduce((sum, { vectors }) => sum + vectors.rows, 0);
  const data = new Float32Array(rows * columns);
  let at = 0;
  for (const { vectors } of lists) {
    data.set(vectors.data, at * columns);
    at += vectors.rows;
  }
  const fitted = knn({ k: kTags }).fit(
    { data, rows, columns },
    lists.flatMap(({ tags }) => tags),
  );
  const predicted = fitted.predict(test.vectors);
  return tagsBySentence(test.part, predicted);
}

/** A flat list of tags by sentence. */
export function tagsBySentence({ sentences, offsets }: Part, tags: readonly Tag[]): Tag[][] {
  return sentences.map((_, at) => tags.slice(offsets[at], offsets[at + 1]));
}

/** Tags as numbers, for storing. */
export const tagNumbers = (lists: readonly (readonly Tag[])[]): number[][] =>
  lists.map((tags) => tags.map((tag) => TAGS.indexOf(tag)));

/** Tags from their numbers. */
export const tagsOf = (lists: readonly (readonly number[])[]): Tag[][] =>
  lists.map((numbers) => numbers.map((number) => TAGS[number]!));
