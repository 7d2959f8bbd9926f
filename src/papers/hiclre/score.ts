// Held-out evaluation of bag scores: PR curve, AUC, P@N, and F1 in the variants that the paper may mean.

import { PrecisionRecallCurve } from "../../metrics";
import type { Bag } from "../../data";
import { NONE } from "./bag-data";

/** Which labels are right: those of distant supervision (held-out), or what the sentences really state. */
export type Labels = "distant" | "true";

/** Scores of a set of bags. */
export interface BagScores {
  readonly AUC: number;
  /** Best micro-F1 on the curve, and micro-F1 and macro-F1 of all predictions of at least 0.5, in points. */
  readonly F1: number;
  readonly "F1 at 0.5": number;
  readonly "macro-F1": number;
  readonly "P@M": number | null;
  readonly [rank: `P@${number}`]: number | null;
}

/**
 * Scores `[bags, relations]` row-major; column 0 is NA and is never predicted. The list is sorted by score; ties keep the
 * order of bags, then relations. P@N is null where the list is shorter than N. All in points.
 */
export function scoreBags(
  bags: readonly Bag[],
  relations: readonly string[],
  scores: Float32Array,
  { ranks, labels = "distant" }: { readonly ranks: readonly number[]; readonly labels?: Labels },
): { readonly scores: BagScores; readonly curve: readonly (readonly [recall: number, precision: number])[] } {
  const width = relations.length;
  const gold = bags.map((bag) => new Set(labels === "true" ? (bag.truth ?? []) : bag.relations));
  const list = new Float32Array(bags.length * (width - 1));
  const right = new Uint8Array(list.length);
  gold.forEach((names, row) => {
    for (let column = 1; column < width; column++) {
      const at = row * (width - 1) + column - 1;
      list[at] = scores[row * width + column]!;
      right[at] = names.has(relations[column]!) ? 1 : 0;
    }
  });
  const facts = gold.reduce((sum, names) => sum + names.size - (names.has(NONE) ? 1 : 0), 0);
  const curve = new PrecisionRecallCurve({ scores: list, correct: right, totalFacts: facts });
  const precisions = ranks.map((n) => (n > list.length ? null : 100 * curve.precision[n - 1]!));
  const known = precisions.filter((one): one is number => one !== null);
  const perRank = Object.fromEntries(ranks.map((n, at) => [`P@${n}`, precisions[at] ?? null]));
  return {
    scores: {
      AUC: 100 * curve.auc,
      F1: 100 * curve.best.f1,
      ...fixedF1(list, right, facts, width - 1),
      "P@M": known.length === ranks.length ? known.reduce((a, b) => a + b, 0) / known.length : null,
      ...perRank,
    },
    curve: thinned(curve),
  };
}

function fixedF1(
  list: Float32Array,
  right: Uint8Array,
  facts: number,
  relations: number,
): { "F1 at 0.5": number; "macro-F1": number } {
  const counts = Array.from({ length: relations }, () => ({ predicted: 0, correct: 0, gold: 0 }));
  list.forEach((score, at) => {
    const count = counts[at % relations]!;
    if (right[at]) count.gold++;
    if (score < 0.5) return;
    count.predicted++;
    if (right[at]) count.correct++;
  });
  const f1 = (predicted: number, correct: number, gold: number): number =>
    predicted + gold === 0 ? 0 : (2 * correct) / (predicted + gold);
  const sum = (key: "predicted" | "correct"): number =>
    counts.reduce((total, count) => total + count[key], 0);
  const present = counts.filter(({ gold }) => gold > 0);
  const macro = present.reduce(
    (total, { predicted, correct, gold }) => total + f1(predicted, correct, gold),
    0,
  );
  return {
    "F1 at 0.5": 100 * f1(sum("predicted"), sum("correct"), facts),
    "macro-F1": present.length === 0 ? 0 : (100 * macro) / present.length,
  };
}

/** At most 200 points of the curve, evenly spread over the part with recall. */
function thinned({ precision, recall }: PrecisionRecallCurve): (readonly [number, number])[] {
  const last = recall.length;
  const step = Math.max(1, Math.floor(last / 200));
  const points: (readonly [number, number])[] = [];
  for (let at = 0; at < last; at += step) points.push([recall[at]!, precision[at]!]);
  return points;
}
