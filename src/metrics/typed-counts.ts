// Exact matches of typed things, such as entities and relations: scores by type, together, and their mean.

import { meanOf, scoreCounts, type PrecisionRecallF1, type ScoredCounts } from "./precision-recall";

/** Something that was extracted: what it is, and its type. Equal keys are one thing. */
export interface TypedItem {
  readonly key: string;
  readonly type: string;
}

/** Scores of typed extraction; 0/0 counts as 0. */
export interface ExtractionScores {
  readonly perType: Readonly<Record<string, ScoredCounts>>;
  readonly micro: ScoredCounts;
  /** Means over the types that occur in gold or prediction. */
  readonly macro: PrecisionRecallF1;
}

/** Scores lists of gold and predicted items, text by text; duplicates within a text count once. */
export function scoreTyped(
  gold: readonly (readonly TypedItem[])[],
  predicted: readonly (readonly TypedItem[])[],
): ExtractionScores {
  const counts = new Map<string, { gold: number; predicted: number; correct: number }>();
  const of = (type: string) => {
    const own = counts.get(type) ?? { gold: 0, predicted: 0, correct: 0 };
    counts.set(type, own);
    return own;
  };
  const unique = (items: readonly TypedItem[]) =>
    new Map(items.map((item) => [`${item.type} ${item.key}`, item.type]));
  gold.forEach((items, index) => {
    const truth = unique(items);
    const answer = unique(predicted[index] ?? []);
    for (const type of truth.values()) of(type).gold++;
    for (const [key, type] of answer) {
      of(type).predicted++;
      if (truth.has(key)) of(type).correct++;
    }
  });
  const types = [...counts].map(([type, own]) => [type, scoreCounts(own)] as const);
  const sum = (name: "gold" | "predicted" | "correct") =>
    types.reduce((total, [, scores]) => total + scores[name], 0);
  const mean = (name: keyof PrecisionRecallF1) => meanOf(types.map(([, scores]) => scores[name]));
  return {
    perType: Object.fromEntries(types),
    micro: scoreCounts({ correct: sum("correct"), predicted: sum("predicted"), gold: sum("gold") }),
    macro: { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") },
  };
}
