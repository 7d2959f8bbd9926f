// What a training loop tells after each step.

/** One finished optimiser step. Plain data: safe to keep, print or plot. */
export interface StepEvent {
  /** 1 for the first step. */
  readonly step: number;
  readonly steps: number;
  /** 0 for the first epoch. */
  readonly epoch: number;
  /** Weighted sum of the terms, mean over micro-batches. */
  readonly loss: number;
  /** Each term before weighting, by name. */
  readonly terms: Readonly<Record<string, number>>;
  readonly rate: number;
  /** Global norm of the gradient before clipping; undefined when nothing asked for it. */
  readonly gradientNorm?: number;
  /** Score on the development split, on the steps where it was measured. */
  readonly development?: number;
  /** Estimate from the speed so far; for people, never part of a result. */
  readonly secondsLeft: number;
  /** True on every n-th step and on the last. */
  every(n: number): boolean;
}

/** How a run ended: the last step, why, and the best development score where there was one. */
export interface TrainingResult {
  readonly steps: number;
  readonly ended: "finished" | "early" | "aborted";
  readonly loss: number;
  readonly best?: { readonly step: number; readonly score: number };
  /** The loss of every step, those before a resumption included. */
  readonly losses?: readonly number[];
}
