// Documents as labelled instances: entity pairs with relations as numbers, and sentences as documents of two entities.

import { candidatePairs, type Document, type DocumentSet, type SentenceSet } from "../../../data";

/** Label of pairs without relation; number 0 is reserved for it [R3]. */
export const NONE = "NA";

/** A pair of entities of a document. */
export interface PairInstance {
  /** Position in `PairData.documents`. */
  readonly document: number;
  readonly head: number;
  readonly tail: number;
  /** Positions in `relations`, never 0; empty for NA. */
  readonly labels: readonly number[];
}

/** Documents, their pairs in the order of the documents, and the names of relations. */
export interface PairData {
  readonly documents: readonly Document[];
  /** Pairs of each document, NA among them. */
  readonly pairs: readonly (readonly PairInstance[])[];
  /** "NA" first. */
  readonly relations: readonly string[];
  readonly isMultiLabel: boolean;
}

/** Identifier of an instance, the same in every data set that holds the document: `doc7:0-3:founder`. */
export function instanceId(
  { documents, relations }: PairData,
  { document, head, tail }: PairInstance,
  label: number,
): string {
  return `${documents[document]!.id}:${head}-${tail}:${relations[label]!}`;
}

/** The ordered pairs of documents. A relation that `known` lacks can never be found, but is counted. */
export function pairData(set: DocumentSet, known: readonly string[] = set.relations): PairData {
  const names = [NONE, ...known, ...set.relations.filter((one) => !known.includes(one))];
  const numbers = new Map(names.map((name, at) => [name, at]));
  const places = new Map(set.items.map((document, at) => [document, at]));
  const pairs: PairInstance[][] = set.items.map(() => []);
  for (const { document, head, tail, relations } of candidatePairs(set, { isOrdered: true })) {
    const at = places.get(document)!;
    const labels = [...new Set(relations)].map((name) => numbers.get(name)!);
    pairs[at]!.push({ document: at, head, tail, labels });
  }
  const isMultiLabel = pairs.some((own) => own.some(({ labels }) => labels.length > 1));
  return { documents: set.items, pairs, relations: names, isMultiLabel };
}

/** The identifiers of the instances whose document really states them; `undefined` where no truth is known. */
export function rightInstances(data: PairData): ReadonlySet<string> | undefined {
  if (!data.documents.every(({ truth }) => truth !== undefined)) return undefined;
  const right = data.pairs
    .flat()
    .flatMap((pair) =>
      pair.labels
        .filter((label) =>
          data.documents[pair.document]!.truth!.some(
            ({ head, tail, relation }) =>
              head === pair.head && tail === pair.tail && relation === data.relations[label],
          ),
        )
        .map((label) => instanceId(data, pair, label)),
    );
  return new Set(right);
}

/** Every labelled sentence as a document of two entities, so that sentences have a learning order as well. */
export function sentenceDocuments(sentences: SentenceSet): Document[] {
  return sentences.items.map(({ id, text, head, tail, relation, truth }) => ({
    id,
    text,
    sentences: [{ start: 0, end: text.length }],
    mentions: [head, tail],
    entities: [
      { id: head.entity ?? `${id} head`, mentions: [0] },
      { id: tail.entity ?? `${id} tail`, mentions: [1] },
    ],
    relations: relation === undefined ? [] : [{ head: 0, tail: 1, relation }],
    ...(truth === undefined ? {} : { truth: [{ head: 0, tail: 1, relation: truth.relation }] }),
  }));
}
