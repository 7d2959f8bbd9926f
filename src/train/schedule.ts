// Learning-rate schedules: linear warm-up, then constant, linear, cosine or polynomial decay to zero.

import { OptionError, unknownName } from "../core";

const DECAYS = ["constant", "linear", "cosine", "polynomial"] as const;
/** What follows the warm-up. */
export type Decay = (typeof DECAYS)[number];

export interface ScheduleOptions {
  /** Highest rate, reached at the end of the warm-up. */
  readonly rate: number;
  /** Optimiser steps in all. */
  readonly steps: number;
  /** Steps of linear warm-up from 0 (default 0). */
  readonly warmup?: number;
  /** Default `"linear"`. */
  readonly decay?: Decay;
  /** Half waves of the cosine (default 0.5: down once). */
  readonly cycles?: number;
  /** Exponent of `"polynomial"` (default 1). */
  readonly power?: number;
  /** Rate at and after the end of `"polynomial"` (default 0). */
  readonly final?: number;
}

/**
 * The rate of each step, as in transformers' schedulers: during warm-up `rate * step / warmup`, then the decay
 * over the remaining steps. Past the end the rate stays at its final value.
 *
 * @example schedule({ rate: 1e-4, steps: 100, warmup: 10 })(0) // 0
 */
export function schedule(options: ScheduleOptions): (step: number) => number {
  const { rate, steps, warmup = 0, decay = "linear", cycles = 0.5, power = 1, final = 0 } = options;
  if (!DECAYS.includes(decay)) throw unknownName("decay", decay, DECAYS);
  if (!(rate >= 0) || !Number.isFinite(rate))
    throw new OptionError(`learning rate ${rate} is not a number of at least 0: choose one such as 1e-4`);
  if (!(warmup >= 0)) throw new OptionError(`warm-up of ${warmup} steps: expected 0 or more`);
  const remaining = Math.max(1, steps - warmup);
  return (step) => {
    if (step < warmup) return (rate * step) / Math.max(1, warmup);
    const progress = (step - warmup) / remaining;
    switch (decay) {
      case "constant":
        return rate;
      case "linear":
        return rate * Math.max(0, (steps - step) / remaining);
      case "cosine":
        return rate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * progress)));
      case "polynomial":
        return step > steps ? final : (rate - final) * (1 - progress) ** power + final;
    }
  };
}
