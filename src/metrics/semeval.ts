// The official score of SemEval-2010 Task 8 (Hendrickx et al. 2010): macro F1 over nine relations with direction.

import { DataError } from "../core";
import { accuracy, classificationScores } from "./classification";
import { requirePairs } from "./labels";
import { meanOf, scoreCounts, type PrecisionRecallF1, type ScoredCounts } from "./precision-recall";

/** The nine relations; with direction there are eighteen labels, and `Other`. */
export const SEMEVAL_RELATIONS = [
  "Cause-Effect",
  "Component-Whole",
  "Content-Container",
  "Entity-Destination",
  "Entity-Origin",
  "Instrument-Agency",
  "Member-Collection",
  "Message-Topic",
  "Product-Producer",
] as const;

const LABEL = /^(?:Other|(.+)\((?:e1,e2|e2,e1)\))$/;

/** Scores of one run on SemEval-2010 Task 8; shares between 0 and 1. */
export interface SemEvalScores {
  /** The official score: mean F1 over the relations of the key, a wrong direction counting as wrong. */
  readonly officialMacroF1: number;
  /** The same sum divided by nine, also when the key lacks a relation. */
  readonly macroF1OverNine: number;
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly perRelation: Readonly<Record<string, ScoredCounts>>;
  /** The official score with directions taken off both sides. */
  readonly macroF1WithoutDirection: number;
  /** Mean F1 over the directed labels that occur in the key, Other left out. */
  readonly macroF1Directed: number;
  /** Precision, recall and F1 of the eighteen directed labels together. */
  readonly microDirected: PrecisionRecallF1;
  /** Share of right labels, Other among them. */
  readonly accuracy: number;
}

/** The relation of a label without its direction; `undefined` for Other and for a skipped prediction. */
function relationOf(label: string | null, what: string): string | undefined {
  if (label === null) return undefined;
  const found = LABEL.exec(label);
  const relation = found?.[1];
  if (found === null || (relation !== undefined && !SEMEVAL_RELATIONS.some((known) => known === relation)))
    throw new DataError(
      `${what} is "${label}", which is no SemEval label: expected Other or a relation with direction such as "Cause-Effect(e1,e2)"`,
    );
  return relation;
}

/** Counts of each relation; `isRight` decides whether a pair of equal relations is right. */
function countRelations(
  gold: readonly (string | undefined)[],
  predicted: readonly (string | undefined)[],
  isRight: (index: number) => boolean,
) {
  return SEMEVAL_RELATIONS.map((relation) => {
    const counts = { gold: 0, predicted: 0, correct: 0 };
    gold.forEach((truth, index) => {
      if (truth === relation) counts.gold++;
      if (predicted[index] === relation) counts.predicted++;
      if (truth === relation && predicted[index] === relation && isRight(index)) counts.correct++;
    });
    return { relation, ...scoreCounts(counts) };
  });
}

/**
 * Scores as the official script 1.2 gives them, as shares. `null` marks a sentence that was not answered.
 * A relation counts in the official mean if it occurs in the key; 0/0 is 0.
 *
 * @example scoreSemEval(gold, predicted).officialMacroF1
 * @throws ShapeError for lists of different length, DataError for a label that is none of the task's
 */
export function scoreSemEval(gold: readonly string[], predicted: readonly (string | null)[]): SemEvalScores {
  requirePairs(gold, predicted);
  const truth = gold.map((label, index) => relationOf(label, `gold label ${index}`));
  const answer = predicted.map((label, index) => relationOf(label, `predicted label ${index}`));
  const directed = countRelations(truth, answer, (index) => gold[index] === predicted[index]);
  const undirected = countRelations(truth, answer, () => true);
  const inKey = directed.filter((scores) => scores.gold > 0);
  const labelled = classificationScores(
    gold,
    predicted.map((label) => label ?? ""),
    { negative: "Other" },
  );
  const answered = labelled.perClass.filter(({ label }) => label !== "Other" && label !== "");
  const total = (of: (scores: ScoredCounts) => number) =>
    answered.reduce((sum, scores) => sum + of(scores), 0);
  return {
    officialMacroF1: meanOf(inKey.map(({ f1 }) => f1)),
    macroF1OverNine: meanOf(directed.map(({ f1 }) => f1)),
    macroPrecision: meanOf(inKey.map(({ precision }) => precision)),
    macroRecall: meanOf(inKey.map(({ recall }) => recall)),
    perRelation: Object.fromEntries(directed.map(({ relation, ...scores }) => [relation, scores])),
    macroF1WithoutDirection: meanOf(undirected.filter((scores) => scores.gold > 0).map(({ f1 }) => f1)),
    macroF1Directed: meanOf(answered.filter((scores) => scores.gold > 0).map(({ f1 }) => f1)),
    microDirected: scoreCounts({
      correct: total(({ correct }) => correct),
      predicted: total(({ predicted: count }) => count),
      gold: total(({ gold: count }) => count),
    }),
    accuracy: accuracy<string>(
      gold,
      predicted.map((label) => label ?? ""),
    ),
  };
}
