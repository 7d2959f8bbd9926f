// The official scores of DocRED (Yao et al. 2019): F1, F1 without facts seen in training, evidence F1.

import { DataError } from "../core";
import { harmonicMean, scoreCounts, share, type ScoredCounts } from "./precision-recall";

/** A document as published: entities as lists of named mentions, and facts between them. */
export interface DocRedDocument {
  readonly title: string;
  readonly vertexSet: readonly (readonly { readonly name: string }[])[];
  readonly labels?: readonly {
    readonly h: number;
    readonly t: number;
    readonly r: string;
    readonly evidence?: readonly number[];
  }[];
}

/** A predicted fact in the format of the task. */
export interface DocRedPrediction {
  readonly title: string;
  readonly h_idx: number;
  readonly t_idx: number;
  readonly r: string;
  readonly evidence?: readonly number[];
}

/** A score in which right predictions that are known from a training set do not count for precision. */
export interface IgnScore {
  readonly precision: number;
  readonly f1: number;
  /** Right predictions whose fact, by any names of both entities, is in the training set. */
  readonly known: number;
}

/** Scores of one run; predicted and gold facts count once however often they are listed. */
export interface DocRedScores extends ScoredCounts {
  readonly evidenceF1: number;
  /** For each training set that was given, by its name. */
  readonly ign: Readonly<Record<string, IgnScore>>;
}

const factKey = (title: string, h: number, t: number, r: string): string => JSON.stringify([title, h, t, r]);
const nameKey = (head: string, tail: string, r: string): string => JSON.stringify([head, tail, r]);

/** Every (head name, tail name, relation) of a training set, over all mentions. */
function knownFacts(documents: readonly DocRedDocument[]): Set<string> {
  const named = documents.flatMap(({ vertexSet, labels = [] }) =>
    labels.flatMap(({ h, t, r }) =>
      namesOf(vertexSet[h] ?? []).flatMap((head) =>
        namesOf(vertexSet[t] ?? []).map((tail) => nameKey(head, tail, r)),
      ),
    ),
  );
  return new Set(named);
}

const namesOf = (mentions: readonly { readonly name: string }[]): string[] =>
  mentions.map(({ name }) => name);

/**
 * Scores predictions as the official script does: Ign takes known facts out of precision, numerator and denominator,
 * and leaves recall as it is. 0/0 is 0.
 *
 * @example scoreDocRed(dev, predictions, { annotated: train }).ign.annotated.f1
 * @throws DataError for a prediction about a document or an entity that is not there
 */
export function scoreDocRed(
  documents: readonly DocRedDocument[],
  predictions: readonly DocRedPrediction[],
  training: Readonly<Record<string, readonly DocRedDocument[]>> = {},
): DocRedScores {
  const byTitle = new Map(documents.map((document) => [document.title, document]));
  const gold = new Map<string, ReadonlySet<number>>();
  for (const { title, labels = [] } of documents)
    for (const { h, t, r, evidence = [] } of labels) gold.set(factKey(title, h, t, r), new Set(evidence));
  const predicted = new Map(
    predictions.map((fact) => [factKey(fact.title, fact.h_idx, fact.t_idx, fact.r), fact]),
  );
  const right: { head: readonly string[]; tail: readonly string[]; r: string }[] = [];
  let [evidenceRight, evidencePredicted] = [0, 0];
  for (const [key, { title, h_idx, t_idx, r, evidence = [] }] of predicted) {
    const document = byTitle.get(title);
    if (document === undefined)
      throw new DataError(
        `a prediction is about the document "${title}", which is not among the ${documents.length} documents`,
      );
    const [head, tail] = [document.vertexSet[h_idx], document.vertexSet[t_idx]];
    if (head === undefined || tail === undefined)
      throw new DataError(
        `a prediction about "${title}" names entities ${h_idx} and ${t_idx}, but there are ${document.vertexSet.length}, counted from 0`,
      );
    const own = new Set(evidence);
    evidencePredicted += own.size;
    const truth = gold.get(key);
    if (truth === undefined) continue;
    evidenceRight += [...own].filter((sentence) => truth.has(sentence)).length;
    right.push({ head: namesOf(head), tail: namesOf(tail), r });
  }
  const scores = scoreCounts({ correct: right.length, predicted: predicted.size, gold: gold.size });
  const evidenceGold = [...gold.values()].reduce((sum, evidence) => sum + evidence.size, 0);
  const ign = Object.entries(training).map(([name, set]) => {
    const facts = knownFacts(set);
    const known = right.filter(({ head, tail, r }) =>
      head.some((h) => tail.some((t) => facts.has(nameKey(h, t, r)))),
    ).length;
    const precision = share(right.length - known, predicted.size - known);
    return [name, { precision, f1: harmonicMean(precision, scores.recall), known }] as const;
  });
  return {
    ...scores,
    evidenceF1: harmonicMean(share(evidenceRight, evidencePredicted), share(evidenceRight, evidenceGold)),
    ign: Object.fromEntries(ign),
  };
}
