// Which items each step sees: every epoch in a new random order, from the seed and the epoch alone.

import type { Random } from "../core";

/** The plan of a training run: how many steps, and the micro-batches of each. */
export interface Plan {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  epochOf(step: number): number;
  /** The item indices of optimiser step `step`, one list a micro-batch. */
  batches(step: number): readonly (readonly number[])[];
}

export interface PlanOptions {
  readonly size: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly epochs?: number;
  readonly steps?: number;
  readonly random: Random;
}

/**
 * Lays out epochs as steps of `accumulate` micro-batches of `batchSize` items; the last step of an epoch may be
 * smaller. `steps` wins over `epochs`. Nothing but the order of the current epoch is kept.
 */
export function plan({ size, batchSize, accumulate, epochs = 1, steps, random }: PlanOptions): Plan {
  const perStep = batchSize * accumulate;
  const stepsPerEpoch = Math.max(1, Math.ceil(size / perStep));
  const total = steps ?? Math.ceil(stepsPerEpoch * epochs);
  const epochOf = (step: number): number => Math.floor(step / stepsPerEpoch);
  let cached: { epoch: number; order: readonly number[] } | undefined;
  const orderOf = (epoch: number): readonly number[] => {
    if (cached?.epoch !== epoch) {
      const items = Array.from({ length: size }, (_, index) => index);
      cached = { epoch, order: random.fork(`epoch ${epoch}`).shuffle(items) };
    }
    return cached.order;
  };
  return {
    steps: total,
    stepsPerEpoch,
    epochOf,
    batches(step) {
      const start = (step % stepsPerEpoch) * perStep;
      const items = orderOf(epochOf(step)).slice(start, start + perStep);
      const batches: number[][] = [];
      for (let at = 0; at < items.length; at += batchSize) batches.push(items.slice(at, at + batchSize));
      return batches;
    },
  };
}
