// Scores of extracted facts as DocRED has them: threshold from development facts, F1, IgF1, macro and weighted F1.

import type { Document } from "../../../data";
import { harmonicMean, meanOf, scoreCounts, share } from "../../../metrics";
import type { PairData, PairInstance } from "./instances";

/** A scored fact: a pair and a relation that is not NA. */
export interface Fact {
  readonly score: number;
  readonly relation: number;
  readonly isRight: boolean;
  /** Whether some annotated training document has it, by the names of both entities. */
  readonly isKnown: boolean;
}

/** Facts, and how many gold facts each relation has. */
export interface Facts {
  readonly facts: readonly Fact[];
  readonly gold: ReadonlyMap<number, number>;
}

/** Counts of one relation. */
export interface RelationCounts {
  gold: number;
  predicted: number;
  correct: number;
}

/** Scores in percent. */
export interface FactScores {
  readonly F1: number;
  readonly IgF1: number;
  /** Mean over relations with gold facts, 0 if never predicted [R12]. */
  readonly macro: number;
  /** As the released code: mean over relations that were predicted. */
  readonly macroOfPredicted: number;
  readonly weighted: number;
  readonly byRelation: Readonly<Record<number, RelationCounts>>;
}

const namesOf = ({ text, mentions, entities }: Document, entity: number): string[] =>
  entities[entity]!.mentions.map((at) => text.slice(mentions[at]!.start, mentions[at]!.end));

function factNames(data: PairData, { document, head, tail }: PairInstance, label: number): string[] {
  const own = data.documents[document]!;
  const relation = data.relations[label]!;
  return namesOf(own, head).flatMap((one) =>
    namesOf(own, tail).map((other) => JSON.stringify([one, other, relation])),
  );
}

/** Every (head name, tail name, relation) of annotated documents. */
export function knownFacts(data: PairData): ReadonlySet<string> {
  return new Set(
    data.pairs.flat().flatMap((pair) => pair.labels.flatMap((label) => factNames(data, pair, label))),
  );
}

/** The facts of some pairs by their scores, one for each relation but NA; gold counts are those of all pairs. */
export function factsOf(
  data: PairData,
  scored: readonly (readonly [PairInstance, ArrayLike<number>])[],
  known: ReadonlySet<string>,
): Facts {
  const gold = new Map<number, number>();
  for (const { labels } of data.pairs.flat())
    for (const label of labels) gold.set(label, (gold.get(label) ?? 0) + 1);
  const facts = scored.flatMap(([pair, scores]) =>
    Array.from({ length: scores.length - 1 }, (_, at): Fact => {
      const relation = at + 1;
      const isRight = pair.labels.includes(relation);
      const isKnown = isRight && factNames(data, pair, relation).some((name) => known.has(name));
      return { score: scores[relation]!, relation, isRight, isKnown };
    }),
  );
  return { facts, gold };
}

/** The score with the best F1 when facts at or above it [R11] are taken; of equal ones the highest. For development facts. */
export function bestThreshold({ facts, gold }: Facts): { readonly threshold: number; readonly F1: number } {
  const order = [...facts].sort((a, b) => b.score - a.score);
  const all = [...gold.values()].reduce((sum, count) => sum + count, 0);
  let [best, threshold, right] = [-1, Infinity, 0];
  order.forEach(({ score, isRight }, at) => {
    if (isRight) right++;
    if (order[at + 1]?.score === score) return;
    const f1 = harmonicMean(share(right, at + 1), share(right, all));
    if (f1 > best) [best, threshold] = [f1, score];
  });
  return { threshold, F1: 100 * Math.max(0, best) };
}

/** Scores of the facts at or above a threshold. */
export function scoreFacts({ facts, gold }: Facts, threshold: number): FactScores {
  const byRelation: Record<number, RelationCounts> = {};
  const countsOf = (relation: number): RelationCounts =>
    (byRelation[relation] ??= { gold: gold.get(relation) ?? 0, predicted: 0, correct: 0 });
  for (const relation of gold.keys()) countsOf(relation);
  let known = 0;
  for (const { score, relation, isRight, isKnown } of facts) {
    if (score < threshold) continue;
    const own = countsOf(relation);
    own.predicted++;
    if (isRight) own.correct++;
    if (isRight && isKnown) known++;
  }
  const counts = Object.values(byRelation);
  const sum = (of: (own: RelationCounts) => number): number =>
    counts.reduce((total, own) => total + of(own), 0);
  const whole = {
    gold: sum((own) => own.gold),
    predicted: sum((own) => own.predicted),
    correct: sum((own) => own.correct),
  };
  const { f1, recall } = scoreCounts(whole);
  const f1Of = (own: RelationCounts): number => scoreCounts(own).f1;
  const withGold = counts.filter((own) => own.gold > 0);
  return {
    F1: 100 * f1,
    IgF1: 100 * harmonicMean(share(whole.correct - known, whole.predicted - known), recall),
    macro: 100 * meanOf(withGold.map(f1Of)),
    macroOfPredicted: 100 * meanOf(counts.filter((own) => own.predicted > 0).map(f1Of)),
    weighted: (100 * sum((own) => own.gold * f1Of(own))) / Math.max(1, whole.gold),
    byRelation,
  };
}
