// The entity pairs of a corpus that belong together most: by frequency, then PMI (paper 004, appendix A).

import { OptionError } from "../../core";
import type { Document } from "../document";

/** Names the entity `position` of a document across documents; undefined leaves it out. */
export type EntityKey = (document: Document, position: number) => string | undefined;

/** Which pairs are wanted. */
export interface PairSelectionOptions {
  /** Fewest documents that hold both entities. */
  readonly frequency: number;
  /** At most this many pairs, those of the highest PMI. */
  readonly top: number;
  /** True: (a, b) and (b, a) are two pairs. False (default): one, the smaller name first. */
  readonly isOrdered?: boolean;
  /** Default: the entity's own id. Use `entityName` where ids mean nothing outside their document. */
  readonly keyOf?: EntityKey;
  /**
   * Most pairs that are counted at once (default 2,000,000); more means more passes over the corpus, not more memory.
   * Pairs of one hashed bucket are always counted together, however few this allows.
   */
  readonly limit?: number;
}

/** A chosen pair with its counts, the best first. */
export interface SelectedPair {
  readonly head: string;
  readonly tail: string;
  /** N(s, o): documents that hold both. */
  readonly frequency: number;
  /** N(s, o) / (N(s) N(o)): no logarithm and no corpus size, which leave the order as it is. */
  readonly pmi: number;
  /** Their positions in the corpus. */
  readonly documents: readonly number[];
}

/** The chosen pairs and what was counted on the way. */
export interface PairSelection {
  readonly pairs: readonly SelectedPair[];
  /** Number of pairs at or above the frequency (unordered), before the best are taken. */
  readonly frequent: number;
  /** N(e): documents that hold the entity. */
  readonly entities: ReadonlyMap<string, number>;
  readonly documents: number;
}

/** An entity by type and longest mention, lower-cased: for corpora whose ids count within a document. */
export const entityName: EntityKey = ({ text, mentions, entities }, position) => {
  const entity = entities[position];
  const names = (entity?.mentions ?? []).map((index) => {
    const { start, end } = mentions[index]!;
    return text.slice(start, end).toLowerCase().replace(/\s+/g, " ");
  });
  if (entity === undefined || names.length === 0) return undefined;
  const longest = names.reduce((best, name) => (name.length > best.length ? name : best));
  return `${entity.type ?? ""}:${longest}`;
};

const entityId: EntityKey = ({ entities }, position) => entities[position]?.id;
const BUCKETS = 1 << 22;

/** The pairs of one pass: those whose bucket divided by `of` leaves `rest`. One bucket when `of` is their number. */
interface Part {
  readonly rest: number;
  readonly of: number;
}

/** A number below 2^22 for two names; the same for the same names everywhere. Two pairs may share it. */
export function bucketOf(head: string, tail: string): number {
  let hash = 0x811c9dc5;
  for (const name of [head, "\t", tail])
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}

function namesIn(document: Document, keyOf: EntityKey): string[] {
  const names = new Set<string>();
  document.entities.forEach((_, position) => {
    const name = keyOf(document, position);
    if (name !== undefined) names.add(name);
  });
  return [...names].sort();
}

function eachPair(names: readonly string[], visit: (head: string, tail: string) => void): void {
  names.forEach((head, at) => {
    for (let other = at + 1; other < names.length; other++) visit(head, names[other]!);
  });
}

const better = (a: SelectedPair, b: SelectedPair): number =>
  b.pmi - a.pmi ||
  b.frequency - a.frequency ||
  (a.head < b.head ? -1 : a.head > b.head ? 1 : a.tail < b.tail ? -1 : a.tail > b.tail ? 1 : 0);

/** Refuses an iterator in place of a corpus: its second pass would be empty. */
function checkRepeats(corpus: Iterable<Document>): void {
  const iterator: object = corpus[Symbol.iterator]();
  if (iterator === corpus)
    throw new OptionError(
      "the corpus of a pair selection is an iterator, such as a running generator, that can be read only once, and " +
        "pairs are found in several passes: give an array, or an object whose [Symbol.iterator]() makes a new " +
        "iterator for each pass",
    );
}

/**
 * Chooses pairs in a few passes over a corpus that need not fit memory (`corpus` is iterated anew for each). The first
 * pass counts entities, and pairs by hashed bucket; then only pairs whose bucket and entities are frequent enough are
 * counted, so that the rare ones, nearly all of a large corpus, take no memory. The counts are exact.
 *
 * @example selectPairs(documents, { frequency: 3, top: 5000 }).pairs[0]
 * @throws OptionError for a frequency, a top or a limit that is no whole number above 0, and for a corpus that can be
 * iterated only once
 */
export function selectPairs(corpus: Iterable<Document>, options: PairSelectionOptions): PairSelection {
  const { frequency, top, isOrdered = false, keyOf = entityId, limit = 2_000_000 } = options;
  for (const [name, value] of Object.entries({ frequency, top, limit }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new OptionError(`${name} of a pair selection is ${value}: it must be a whole number, 1 or more`);
  checkRepeats(corpus);
  const entities = new Map<string, number>();
  const buckets = new Uint16Array(BUCKETS);
  let documents = 0;
  for (const document of corpus) {
    documents++;
    const names = namesIn(document, keyOf);
    for (const name of names) entities.set(name, (entities.get(name) ?? 0) + 1);
    eachPair(names, (head, tail) => {
      const bucket = bucketOf(head, tail);
      if (buckets[bucket]! < 65_535) buckets[bucket]! += 1;
    });
  }
  const mayCount = (head: string, tail: string, { rest, of }: Part): boolean => {
    if (entities.get(head)! < frequency || entities.get(tail)! < frequency) return false;
    const bucket = bucketOf(head, tail);
    return buckets[bucket]! >= frequency && bucket % of === rest;
  };
  let best: SelectedPair[] = [];
  let frequent = 0;
  const parts: Part[] = [{ rest: 0, of: 1 }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const here: Part = part;
    const { rest, of } = here;
    const most = of < BUCKETS ? limit : Infinity;
    const found = countPart(corpus, keyOf, (head, tail) => mayCount(head, tail, here), most);
    if (found === undefined) {
      // too many at once: two passes, each with half of the buckets
      parts.push({ rest: rest + of, of: 2 * of }, { rest, of: 2 * of });
      continue;
    }
    const chosen = [...found].flatMap(([key, held]): SelectedPair[] => {
      if (held.length < frequency) return [];
      frequent++;
      const [head, tail] = key.split("\t") as [string, string];
      const pmi = held.length / (entities.get(head)! * entities.get(tail)!);
      const one = { head, tail, frequency: held.length, pmi, documents: held };
      return isOrdered ? [one, { ...one, head: tail, tail: head }] : [one];
    });
    best = [...best, ...chosen].sort(better).slice(0, top);
  }
  return { pairs: best, frequent, entities, documents };
}

/** Documents of each pair that `mayCount`; undefined when there are more pairs than `limit`. */
function countPart(
  corpus: Iterable<Document>,
  keyOf: EntityKey,
  mayCount: (head: string, tail: string) => boolean,
  limit: number,
): ReadonlyMap<string, readonly number[]> | undefined {
  const found = new Map<string, number[]>();
  let position = 0;
  for (const document of corpus) {
    eachPair(namesIn(document, keyOf), (head, tail) => {
      if (!mayCount(head, tail)) return;
      const key = `${head}\t${tail}`;
      const held = found.get(key);
      if (held === undefined) found.set(key, [position]);
      else held.push(position);
    });
    position++;
    if (found.size > limit) return undefined;
  }
  return found;
}
