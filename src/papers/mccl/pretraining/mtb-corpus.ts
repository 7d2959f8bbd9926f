// What matching the blanks learns from: documents, their entities named across documents, and chosen pairs (appendix A).

import { DataError } from "../../../core";
import { selectPairs, type Document, type EntityKey } from "../../../data";
import { idKey } from "../pairs/entity-key";

/** How pairs of the corpus are chosen; the defaults are those of the paper for BioRED. */
export interface CorpusOptions {
  /** Fewest documents with both entities. */
  readonly frequency: number;
  /** How many pairs, by PMI. */
  readonly top: number;
  /** True: (a, b) and (b, a) are two pairs [R3]. */
  readonly isOrdered: boolean;
  /** Names entities across documents; default type and id. */
  readonly keyOf?: EntityKey;
}

/** An entity of a document with its name across documents. */
export interface NamedEntity {
  readonly position: number;
  readonly key: string;
  readonly type: string;
}

/** A chosen pair and the documents that hold it. */
export interface CorpusPair {
  readonly head: string;
  readonly tail: string;
  /** Positions in `documents`, at least two. */
  readonly documents: readonly number[];
}

/** The documents that hold a chosen pair, with the pairs that training matches. */
export interface MtbCorpus {
  readonly documents: readonly Document[];
  /** The entities of each document that have a mention, each key once. */
  readonly entities: readonly (readonly NamedEntity[])[];
  readonly pairs: readonly CorpusPair[];
  /** Place of each pair by `pairKey`. */
  readonly places: ReadonlyMap<string, number>;
  readonly isOrdered: boolean;
}

/** A pair's name. */
export function pairKey(head: string, tail: string): string {
  return `${head}\t${tail}`;
}

function namedEntities(document: Document, keyOf: EntityKey): NamedEntity[] {
  const seen = new Set<string>();
  return document.entities.flatMap(({ type = "", mentions }, position): NamedEntity[] => {
    const key = keyOf(document, position);
    if (key === undefined || mentions.length === 0 || seen.has(key)) return [];
    seen.add(key);
    return [{ position, key, type }];
  });
}

/** The documents at these positions, and where each of them is now; the others are passed over. */
function keep(
  corpus: Iterable<Document>,
  wanted: ReadonlySet<number>,
): { readonly documents: Document[]; readonly places: ReadonlyMap<number, number> } {
  const documents: Document[] = [];
  const places = new Map<number, number>();
  let position = 0;
  for (const document of corpus) {
    if (wanted.has(position)) places.set(position, documents.push(document) - 1);
    position++;
  }
  return { documents, places };
}

/**
 * Chooses the pairs of a corpus. Relations of the documents are not looked at. The corpus need not fit memory: it is
 * iterated anew for each pass, and only documents that hold a chosen pair are kept.
 *
 * @example mtbCorpus({ *[Symbol.iterator]() { for (const file of files) yield* readPubTator(file); } }, options)
 * @throws DataError when no pair of entities is found in two documents or more
 * @throws OptionError for a corpus that can be iterated only once, such as a running generator
 */
export function mtbCorpus(
  corpus: Iterable<Document>,
  { frequency, top, isOrdered, keyOf = idKey }: CorpusOptions,
): MtbCorpus {
  const { pairs: chosen, documents: count } = selectPairs(corpus, { frequency, top, isOrdered, keyOf });
  const pairs = chosen.filter((pair) => pair.documents.length > 1);
  if (pairs.length === 0)
    throw new DataError(
      `no pair of entities occurs together in ${Math.max(2, frequency)} of the ${count} documents: ` +
        `lower the frequency, take more documents, or name entities across documents by keyOf`,
    );
  const { documents, places } = keep(corpus, new Set(pairs.flatMap((pair) => pair.documents)));
  return {
    documents,
    entities: documents.map((document) => namedEntities(document, keyOf)),
    pairs: pairs.map(({ head, tail, documents: held }) => ({
      head,
      tail,
      documents: held.map((position) => places.get(position)!),
    })),
    places: new Map(pairs.map(({ head, tail }, place) => [pairKey(head, tail), place])),
    isOrdered,
  };
}
