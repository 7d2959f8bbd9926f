// The options of a training run, their defaults and their bounds.

import { OptionError, type Random } from "../core";
import type { Decay } from "./schedule";

/** A score on held-out items, measured while training. It must never see test labels. */
export interface Development {
  /** Measures now; runs between steps, outside any tensor scope. */
  score(): Promise<number> | number;
  /** Optimiser steps between two measurements; default: once an epoch. */
  readonly every?: number;
  /** Stop after this many measurements without a better one; default: never. */
  readonly patience?: number;
  /** Whether the weights of the best measurement are put back at the end (default true). */
  readonly keepBest?: boolean;
}

/** Where and how often a run is saved, so that a killed one goes on. */
export interface CheckpointOptions {
  readonly folder: string;
  /** Optimiser steps between two checkpoints; default: once an epoch. */
  readonly every?: number;
  /** Starts anew even if the folder holds a checkpoint (default false). */
  readonly fresh?: boolean;
}

export interface TrainingOptions {
  /** Source of item order, dropout and masks. Same seed, same numbers. */
  readonly random: Random;
  /** Passes over the items (default 1); `steps` wins when both are given. */
  readonly epochs?: number;
  readonly steps?: number;
  /** Items in a micro-batch (default 32). */
  readonly batchSize?: number;
  /** Micro-batches in an optimiser step (default 1). */
  readonly accumulate?: number;
  /** Highest learning rate (default 5e-5). */
  readonly rate?: number;
  /** Share of the steps spent warming up (default 0.1). */
  readonly warmup?: number;
  /** Default `"linear"`. */
  readonly decay?: Decay;
  /** Decoupled weight decay (default 0.01). */
  readonly weightDecay?: number;
  /** Decay biases and LayerNorm too (default false). */
  readonly decayAll?: boolean;
  /** Largest global norm of the gradient (default 1); `null` turns clipping off. */
  readonly clip?: number | null;
  readonly development?: Development;
  readonly checkpoint?: CheckpointOptions;
  /** Folder for TensorBoard event files (tensorflow engine only). */
  readonly tensorBoard?: string;
  /** Stops the run within one step. */
  readonly signal?: AbortSignal;
  /** Told of what a user should know but need not act on, such as a corrupt checkpoint that was passed over. */
  readonly onNotice?: (notice: string) => void;
}

const DEFAULTS = {
  epochs: 1,
  batchSize: 32,
  accumulate: 1,
  rate: 5e-5,
  warmup: 0.1,
  decay: "linear" as Decay,
  weightDecay: 0.01,
  decayAll: false,
  clip: 1 as number | null,
};

/** Options with every default filled in. */
export type FullTrainingOptions = TrainingOptions & Required<Pick<TrainingOptions, keyof typeof DEFAULTS>>;

/** Defaults filled in, or an `OptionError` that names the first option out of bounds. */
export function fullOptions(options: TrainingOptions): FullTrainingOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const full = { ...DEFAULTS, ...given } as FullTrainingOptions;
  const positive = (name: "batchSize" | "accumulate"): void => {
    if (!Number.isInteger(full[name]) || full[name] < 1)
      throw new OptionError(`${name} is ${full[name]}: expected a whole number of at least 1`);
  };
  positive("batchSize");
  positive("accumulate");
  if (!(full.epochs > 0)) throw new OptionError(`epochs is ${full.epochs}: expected more than 0`);
  if (full.steps !== undefined && (!Number.isInteger(full.steps) || full.steps < 1))
    throw new OptionError(`steps is ${full.steps}: expected a whole number of at least 1`);
  if (!(full.warmup >= 0 && full.warmup <= 1))
    throw new OptionError(`warmup is ${full.warmup}: expected a share of the steps from 0 to 1, such as 0.1`);
  if (!(full.weightDecay >= 0))
    throw new OptionError(`weightDecay is ${full.weightDecay}: expected 0 or more`);
  if (full.clip !== null && !(full.clip > 0))
    throw new OptionError(`clip is ${full.clip}: expected a norm above 0, or null for none`);
  return full;
}
