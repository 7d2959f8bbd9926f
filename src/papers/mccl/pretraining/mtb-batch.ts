// One batch of matching the blanks as plain numbers: documents, hidden entities, pairs, positives and negatives.

import type { Random } from "../../../core";
import type { IndexLists, IndexPairs } from "../../../contrast";
import type { Document } from "../../../data";
import type { PairPlace } from "../../../text";
import { pairKey, type MtbCorpus, type NamedEntity } from "./mtb-corpus";

/** How batches are made. */
export interface MtbBatchOptions {
  /** Probability that an entity of a document is hidden [R4]; the paper's 0.7. */
  readonly hide: number;
  /** Most pairs of a document that are candidates [R5]. */
  readonly pairsPerDocument: number;
  /** Whether negatives must differ in the subject's or the object's type (appendix A). */
  readonly typeFilter: boolean;
}

/** A pair of a document in a batch. */
export interface BatchPair extends PairPlace {
  readonly key: string;
  readonly headType: string;
  readonly tailType: string;
  /** Whether the pair is one of the chosen ones of the corpus. */
  readonly isChosen: boolean;
}

/** What the losses need to know of a batch; rows are its pairs. */
export interface MtbRows {
  readonly documents: readonly Document[];
  /** Entities of each document that become [BLANK]. */
  readonly hidden: readonly ReadonlySet<number>[];
  readonly rows: readonly BatchPair[];
  /** Ordered pairs of rows of one chosen pair in two documents: P, both directions. */
  readonly positives: IndexPairs;
  /** N_i of every row that is an anchor; empty for the others. */
  readonly negatives: IndexLists;
  /** Rows that are in a positive pair: T_P. */
  readonly anchors: readonly number[];
}

/** The pair and the two documents of a training item. */
export interface Couple {
  readonly pair: number;
  readonly documents: readonly [number, number];
}

/** All pairs of a document's entities: both directions where pairs have one, else the smaller name first. */
function pairsOf(entities: readonly NamedEntity[], isOrdered: boolean): [NamedEntity, NamedEntity][] {
  return entities.flatMap((head) =>
    entities
      .filter((tail) => (isOrdered ? head.key !== tail.key : head.key < tail.key))
      .map((tail): [NamedEntity, NamedEntity] => [head, tail]),
  );
}

/**
 * Keeps all chosen pairs and a random share of the others, in their order; where the chosen ones alone are too many, those
 * that the batch was drawn for (`matched`) and a random share of the other chosen ones.
 */
function capped(
  pairs: readonly BatchPair[],
  most: number,
  random: Random,
  matched: ReadonlySet<string>,
): BatchPair[] {
  if (pairs.length <= most) return [...pairs];
  const chosen = pairs.filter(({ isChosen }) => isChosen);
  const first = chosen.length <= most ? chosen : chosen.filter(({ key }) => matched.has(key));
  const rest = chosen.length <= most ? pairs : chosen;
  const isFirst = new Set(first);
  const filler = rest.filter((pair) => !isFirst.has(pair));
  const kept = new Set([...first, ...random.sample(filler, Math.max(0, most - first.length))]);
  return pairs.filter((pair) => kept.has(pair)).slice(0, most);
}

const keyOf = ({ pairs }: MtbCorpus, pair: number): string => pairKey(pairs[pair]!.head, pairs[pair]!.tail);

/** Rows `i`, `k` are a negative pair: another pair of entities, and other types where the filter asks for them. */
export function isNegative(a: BatchPair, b: BatchPair, typeFilter: boolean): boolean {
  if (a.key === b.key) return false;
  return !typeFilter || a.headType !== b.headType || a.tailType !== b.tailType;
}

/**
 * Lays out the documents of `couples`. A document that comes twice is one document; other chosen pairs that it shares
 * with another count as well. All pairs of the documents are candidates for negatives.
 */
export function mtbRows(
  corpus: MtbCorpus,
  couples: readonly Couple[],
  { hide, pairsPerDocument, typeFilter }: MtbBatchOptions,
  random: Random,
): MtbRows {
  const wanted = [...new Set(couples.flatMap(({ documents }) => documents))];
  const documents = wanted.map((index) => corpus.documents[index]!);
  const hiding = random.fork("hidden");
  const hidden = documents.map(
    ({ entities }) => new Set(entities.flatMap((_, at) => (hiding.uniform() < hide ? [at] : []))),
  );
  const choosing = random.fork("pairs");
  const rows = wanted.flatMap((index, document) => {
    const all = pairsOf(corpus.entities[index]!, corpus.isOrdered).map(([head, tail]): BatchPair => {
      const key = pairKey(head.key, tail.key);
      return {
        document,
        head: head.position,
        tail: tail.position,
        key,
        headType: head.type,
        tailType: tail.type,
        isChosen: corpus.places.has(key),
      };
    });
    const own = couples.filter(({ documents: held }) => held.includes(index));
    const matched = new Set(own.map(({ pair }) => keyOf(corpus, pair)));
    return capped(all, pairsPerDocument, choosing, matched);
  });
  return { documents, hidden, rows, ...positivesAndNegatives(rows, typeFilter) };
}

/** P, N_i and T_P of rows. */
export function positivesAndNegatives(
  rows: readonly BatchPair[],
  typeFilter: boolean,
): Pick<MtbRows, "positives" | "negatives" | "anchors"> {
  const byKey = new Map<string, number[]>();
  rows.forEach(({ key, isChosen }, row) => {
    if (isChosen) byKey.set(key, [...(byKey.get(key) ?? []), row]);
  });
  const positives = [...byKey.values()].flatMap((own) =>
    own.flatMap((i) =>
      own.flatMap((j) => (rows[i]!.document === rows[j]!.document ? [] : [[i, j] as const])),
    ),
  );
  const anchors = [...new Set(positives.map(([anchor]) => anchor))].sort((a, b) => a - b);
  const isAnchor = new Set(anchors);
  const negatives = rows.map((row, index) =>
    isAnchor.has(index) ? rows.flatMap((other, k) => (isNegative(row, other, typeFilter) ? [k] : [])) : [],
  );
  return { positives, negatives, anchors };
}
