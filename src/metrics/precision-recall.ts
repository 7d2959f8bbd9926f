// Precision, recall and F1 from three counts; 0/0 counts as 0 everywhere.

/** Shares between 0 and 1. */
export interface PrecisionRecallF1 {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The three counts and what follows from them. */
export interface ScoredCounts extends PrecisionRecallF1 {
  readonly gold: number;
  readonly predicted: number;
  readonly correct: number;
}

/** `a / b`, and 0 for 0/0. */
export const share = (a: number, b: number): number => (b === 0 ? 0 : a / b);

/** The harmonic mean of two shares; 0 when both are 0. */
export const harmonicMean = (a: number, b: number): number => share(2 * a * b, a + b);

/**
 * Scores of one class, or of all together: how many were right, how many were predicted, how many there are.
 * Nothing predicted: precision 0; nothing there: recall 0; both 0: F1 0.
 *
 * @example scoreCounts({ correct: 3, predicted: 4, gold: 6 }).f1 // 0.6
 */
export function scoreCounts(counts: {
  readonly correct: number;
  readonly predicted: number;
  readonly gold: number;
}): ScoredCounts {
  const { correct, predicted, gold } = counts;
  const precision = share(correct, predicted);
  const recall = share(correct, gold);
  return { precision, recall, f1: share(2 * correct, predicted + gold), gold, predicted, correct };
}

/** Mean of numbers; 0 for none. */
export function meanOf(values: readonly number[]): number {
  return share(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );
}
