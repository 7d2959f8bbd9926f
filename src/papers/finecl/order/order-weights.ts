// From the epoch in which an instance was learned to its weight: Hogan et al. 2022, eq. 6.

import { OptionError } from "../../../core";
import type { LearningOrder } from "./learning-order";

/** What eq. 6 leaves open [R5]. */
export interface OrderWeightOptions {
  /** Default e; 1 gives every instance weight 1 (ERICA). */
  readonly alpha?: number;
  /** Only the epochs before this one differ; it and later ones weigh as the last. The released code has 5. */
  readonly truncateAt?: number | null;
  /** Leaves never-learned instances out (weight 0), as the released code does; default false: they weigh 1. */
  readonly dropUnlearned?: boolean;
  /** Score of pairs without relation, weight `alpha^score`; the released code has 0.5, default 0: weight 1. */
  readonly naScore?: number;
}

/** `f(k) = alpha^((kMax - k) / (kMax - kMin))`; 1 where `kMax` equals `kMin`. */
export function orderWeight(k: number, kMin: number, kMax: number, alpha = Math.E): number {
  return kMax === kMin ? 1 : alpha ** ((kMax - k) / (kMax - kMin));
}

/** Weights of instances by their id, and of pairs without relation. */
export interface InstanceWeights {
  of(id: string): number;
  readonly none: number;
}

/** Every instance weighs 1. */
export const EQUAL_WEIGHTS: InstanceWeights = { of: () => 1, none: 1 };

/**
 * The weights of an order. Never-learned instances stand after the last epoch, `kMax = K + 1`, and weigh 1; an instance
 * that the order does not have counts as never learned.
 *
 * @example orderWeights(order, { truncateAt: 5 }).of("doc7:0-3:founder")
 * @throws OptionError for an alpha below 1 or an epoch below 2 to truncate at
 */
export function orderWeights(order: LearningOrder, options: OrderWeightOptions = {}): InstanceWeights {
  const { alpha = Math.E, truncateAt = null, dropUnlearned = false, naScore = 0 } = options;
  if (!(alpha >= 1)) throw new OptionError(`alpha is ${alpha}: expected 1 or more, such as e`);
  if (truncateAt !== null && !(Number.isInteger(truncateAt) && truncateAt >= 2))
    throw new OptionError(`truncateAt is ${truncateAt}: expected an epoch from 2, or null for none`);
  const last = truncateAt ?? order.epochs + 1;
  const weightOf = (epoch: number | null): number =>
    epoch === null ? (dropUnlearned ? 0 : 1) : orderWeight(Math.min(epoch, last), 1, last, alpha);
  const weights = new Map(order.instances.map(({ id, epoch }) => [id, weightOf(epoch)]));
  const unlearned = weightOf(null);
  return { of: (id) => weights.get(id) ?? unlearned, none: alpha ** naScore };
}
