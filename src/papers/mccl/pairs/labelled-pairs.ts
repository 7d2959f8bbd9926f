// Labelled pairs of documents for fine-tuning and evaluation: which pairs are candidates, their relations, p% of them.

import { OptionError, Random } from "../../../core";
import { candidatePairs, type Document, type DocumentSet } from "../../../data";
import { idKey } from "./entity-key";
import type { PairPlace } from "../../../text";

/** A candidate pair with its relations as numbers; 0 is NA and stands for none. */
export interface LabelledPair extends PairPlace {
  /** Positions in `relations`, never 0; empty for NA. */
  readonly labels: readonly number[];
  /** Whether a pair of these entity types may hold a relation at all; others are NA and not asked about [R16]. */
  readonly isCandidate: boolean;
}

/** Documents and their candidate pairs; `document` of a pair counts in `documents`. */
export interface LabelledPairs {
  readonly documents: readonly Document[];
  readonly pairs: readonly LabelledPair[];
  /** Names by number; 0 is "NA". */
  readonly relations: readonly string[];
  /** Whether a pair may have several relations: decides losses and predictions. */
  readonly isMultiLabel: boolean;
}

/** What candidates are, learnt from the training documents alone. */
export interface PairScheme {
  readonly relations: readonly string[];
  readonly isOrdered: boolean;
  readonly isMultiLabel: boolean;
  /** Combinations of entity types of training relations; undefined: all. */
  readonly types: ReadonlySet<string> | undefined;
}

const typesOf = ({ entities }: Document, head: number, tail: number, isOrdered: boolean): string => {
  const types = [entities[head]?.type ?? "", entities[tail]?.type ?? ""];
  return (isOrdered ? types : types.sort()).join("\t");
};

/**
 * Relations, order and types of the training documents. `byTypes`: only pairs whose types some training relation joins
 * are candidates, as for BioRED, where that gives the published share of NA [R16].
 */
export function pairScheme(
  train: DocumentSet,
  { isMultiLabel, byTypes }: { readonly isMultiLabel: boolean; readonly byTypes: boolean },
): PairScheme {
  const isOrdered = !train.items.every(({ relations }) =>
    relations.every(({ isUndirected }) => isUndirected === true),
  );
  const types = new Set(
    train.items.flatMap((document) =>
      document.relations.map(({ head, tail }) => typesOf(document, head, tail, isOrdered)),
    ),
  );
  return {
    relations: ["NA", ...train.relations],
    isOrdered,
    isMultiLabel,
    types: byTypes ? types : undefined,
  };
}

/** Head and tail of a pair without direction, in the order of their names, as in pre-training [R3]. */
function inOrder(document: Document, head: number, tail: number): [head: number, tail: number] {
  const [one = "", other = ""] = [idKey(document, head), idKey(document, tail)];
  return one <= other ? [head, tail] : [tail, head];
}

/** The pairs of documents under a scheme. A relation that training does not have is counted but can never be found. */
export function labelledPairs(set: DocumentSet, scheme: PairScheme): LabelledPairs {
  const { isOrdered, isMultiLabel, types } = scheme;
  const relations = [...scheme.relations, ...set.relations.filter((one) => !scheme.relations.includes(one))];
  const numbers = new Map(relations.map((relation, number) => [relation, number]));
  const positions = new Map(set.items.map((document, position) => [document, position]));
  const pairs = candidatePairs(set, { isOrdered }).items.flatMap((pair): LabelledPair[] => {
    const { document, head, tail } = pair;
    const isCandidate = types === undefined || types.has(typesOf(document, head, tail, isOrdered));
    if (!isCandidate && pair.relations.length === 0) return [];
    const found = pair.relations.map((relation) => numbers.get(relation)!);
    const labels = isMultiLabel ? found : found.slice(0, 1);
    const [first, second] = isOrdered ? [head, tail] : inOrder(document, head, tail);
    return [{ document: positions.get(document)!, head: first, tail: second, labels, isCandidate }];
  });
  return { documents: set.items, pairs, relations, isMultiLabel };
}

/**
 * A share of all pairs, NA among them, drawn evenly; the same seed gives nested subsets, 1 % in 5 % in 10 % [R17].
 *
 * @throws OptionError for a share outside (0, 1]
 */
export function shareOfPairs(all: LabelledPairs, share: number, seed: number | string): LabelledPairs {
  if (!(share > 0 && share <= 1))
    throw new OptionError(`share of pairs is ${share}: expected a number above 0 and up to 1, such as 0.01`);
  const order = new Random(seed).fork("share of pairs").shuffle(all.pairs.map((_, index) => index));
  const kept = new Set(order.slice(0, Math.max(1, Math.round(share * order.length))));
  return { ...all, pairs: all.pairs.filter((_, index) => kept.has(index)) };
}

/** One relation for all that are not NA: the coarse labels of the coarse-to-fine setting (appendix C). */
export function coarse(all: LabelledPairs): LabelledPairs {
  return {
    ...all,
    relations: ["NA", "related"],
    pairs: all.pairs.map((pair) => ({ ...pair, labels: pair.labels.length > 0 ? [1] : [] })),
  };
}
