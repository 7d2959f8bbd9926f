// Scores of paper 004, section 4: micro-F1 over relations that are not NA, and F1 without facts seen in training.

import { harmonicMean, scoreCounts, share, type ScoredCounts, type UnitCounts } from "../../../metrics";
import type { Document } from "../../../data";
import type { Predictions } from "./predictions";
import type { LabelledPair, LabelledPairs } from "../pairs/labelled-pairs";

/** Micro scores over all (pair, relation) that are not NA; percentages are left to tables. */
export interface PairScores extends ScoredCounts {
  /** F1 where known facts do not count for precision; recall stays as it is (the published script's way). */
  readonly ignF1: number;
  /** Right predictions that are known facts. */
  readonly known: number;
}

/** Counts of predicted against gold relations. TP: both have it; FP: predicted only; FN: gold only. */
function counted(pairs: readonly LabelledPair[], predicted: Predictions) {
  const right: { pair: LabelledPair; relation: number }[] = [];
  let [all, gold] = [0, 0];
  pairs.forEach((pair, row) => {
    const own = new Set(predicted[row]);
    all += own.size;
    gold += pair.labels.length;
    for (const relation of pair.labels) if (own.has(relation)) right.push({ pair, relation });
  });
  return { right, all, gold };
}

const namesOf = ({ text, mentions, entities }: Document, entity: number): string[] => [
  ...new Set(
    (entities[entity]?.mentions ?? []).map((index) => {
      const { start, end } = mentions[index]!;
      return text.slice(start, end);
    }),
  ),
];

const factKeys = (document: Document, { head, tail }: LabelledPair, relation: string): string[] =>
  namesOf(document, head).flatMap((one) =>
    namesOf(document, tail).map((other) => JSON.stringify([one, other, relation])),
  );

/** Every (name, name, relation) that labelled pairs state, over all mentions. */
export function knownFacts({ documents, pairs, relations }: LabelledPairs): ReadonlySet<string> {
  return new Set(
    pairs.flatMap((pair) =>
      pair.labels.flatMap((label) => factKeys(documents[pair.document]!, pair, relations[label]!)),
    ),
  );
}

/**
 * Scores predictions for the pairs of `gold`. `known`: facts of the training pairs that were used [R18].
 *
 * @example scorePairs(test, predictions, knownFacts(train)).f1
 */
export function scorePairs(
  gold: LabelledPairs,
  predicted: Predictions,
  known: ReadonlySet<string> = new Set(),
): PairScores {
  const { right, all, gold: there } = counted(gold.pairs, predicted);
  const scores = scoreCounts({ correct: right.length, predicted: all, gold: there });
  const seen = right.filter(({ pair, relation }) =>
    factKeys(gold.documents[pair.document]!, pair, gold.relations[relation]!).some((key) => known.has(key)),
  ).length;
  const precision = share(right.length - seen, all - seen);
  return { ...scores, known: seen, ignF1: harmonicMean(precision, scores.recall) };
}

/** Counts of each document, in their order: what `pairedBootstrap` draws from. */
export function countsByDocument({ documents, pairs }: LabelledPairs, predicted: Predictions): UnitCounts[] {
  const counts = documents.map(() => ({ correct: 0, predicted: 0, gold: 0 }));
  pairs.forEach(({ document, labels }, row) => {
    const own = new Set(predicted[row]);
    const count = counts[document]!;
    count.predicted += own.size;
    count.gold += labels.length;
    count.correct += labels.filter((label) => own.has(label)).length;
  });
  return counts;
}
