// The learning order of Hogan et al. 2022, section 3.1: the epoch in which each instance is first predicted right.

import { OptionError, ShapeError } from "../../../core";

/** An instance and its epoch: 1 is the first; `null` was never predicted right. */
export interface LearnedInstance {
  readonly id: string;
  readonly relation: string;
  readonly epoch: number | null;
}

/** How an order came about: what a reader needs to know before using it elsewhere. */
export interface OrderProvenance {
  /** Data set and encoder by name. */
  readonly data: string;
  readonly encoder: string;
  /** `batch`: predictions of the training pass, before the update; `epoch`: a pass over all after each epoch. */
  readonly form: "batch" | "epoch";
  readonly seed: number;
  /** What was done to it since, such as up-sampling. */
  readonly steps: readonly string[];
}

/** The instances of a data set in the order in which a model learnt them. */
export interface LearningOrder {
  readonly epochs: number;
  readonly instances: readonly LearnedInstance[];
  readonly provenance: OrderProvenance;
}

/**
 * First epoch (from 1) in which each instance was predicted right; `null` for never.
 *
 * @example firstLearned([2, 0], [[1, 0], [2, 1]]) // [2, 1]
 */
export function firstLearned(
  gold: readonly number[],
  predictionsByEpoch: readonly (readonly number[])[],
): (number | null)[] {
  for (const predictions of predictionsByEpoch)
    if (predictions.length !== gold.length)
      throw new ShapeError("predictions of an epoch", [predictions.length], [gold.length]);
  return gold.map((label, at) => {
    const epoch = predictionsByEpoch.findIndex((predictions) => predictions[at] === label);
    return epoch < 0 ? null : epoch + 1;
  });
}

type Epochs = Pick<LearningOrder, "epochs"> & {
  readonly instances: readonly Pick<LearnedInstance, "epoch">[];
};

/** Number of instances first learned in each epoch, `[epochs]`. */
export function newlyLearned({ epochs, instances }: Epochs): number[] {
  const counts = new Array<number>(epochs).fill(0);
  for (const { epoch } of instances) if (epoch !== null) counts[epoch - 1]! += 1;
  return counts;
}

/** Share of all instances learned up to each epoch, `[epochs]`; never falls. */
export function cumulativeShares(order: Epochs): number[] {
  let sum = 0;
  return newlyLearned(order).map((count) => (sum += count) / Math.max(1, order.instances.length));
}

/** The first epoch up to which at least `share` of the instances are learned; the last where they never are. */
export function epochsUntil(order: Epochs, share: number): number {
  const at = cumulativeShares(order).findIndex((own) => own >= share);
  return at < 0 ? order.epochs : at + 1;
}

/**
 * The order as it would be had stage 1 ended after so many epochs: what was learned later counts as never learned.
 *
 * @throws OptionError for a number of epochs that the order does not have
 */
export function firstEpochs(order: LearningOrder, epochs: number): LearningOrder {
  if (!(Number.isInteger(epochs) && epochs >= 1 && epochs <= order.epochs))
    throw new OptionError(
      `epochs is ${epochs}: expected a whole number from 1 to the ${order.epochs} of the order`,
    );
  const { provenance, instances } = order;
  return {
    epochs,
    instances: instances.map((one) => ({
      ...one,
      epoch: (one.epoch ?? Infinity) > epochs ? null : one.epoch,
    })),
    provenance: { ...provenance, steps: [...provenance.steps, `firstEpochs(${epochs})`] },
  };
}

/** Share of the instances of each relation learned at all. */
export function learnedShareByRelation({ instances }: LearningOrder): ReadonlyMap<string, number> {
  const counts = new Map<string, { all: number; learned: number }>();
  for (const { relation, epoch } of instances) {
    const own = counts.get(relation) ?? { all: 0, learned: 0 };
    counts.set(relation, { all: own.all + 1, learned: own.learned + (epoch === null ? 0 : 1) });
  }
  return new Map([...counts].map(([relation, { all, learned }]) => [relation, learned / all]));
}

/** `|A & B| / |A | B|` of the instances in two lists of epochs that `isIn` takes; 1 for two empty sets. */
function jaccard(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  isIn: (epoch: number) => boolean,
): number {
  let [both, either] = [0, 0];
  first.forEach((epoch, at) => {
    const other = second[at] ?? null;
    const [a, b] = [epoch !== null && isIn(epoch), other !== null && isIn(other)];
    if (a && b) both++;
    if (a || b) either++;
  });
  return either === 0 ? 1 : both / either;
}

/** The epochs of two orders for the instances that both have. */
function shared(first: LearningOrder, second: LearningOrder): [(number | null)[], (number | null)[]] {
  const other = new Map(second.instances.map(({ id, epoch }) => [id, epoch]));
  const common = first.instances.filter(({ id }) => other.has(id));
  return [common.map(({ epoch }) => epoch), common.map(({ id }) => other.get(id)!)];
}

/** Jaccard index of the sets learned up to each epoch [R14], over the instances that both orders have, `[epochs]`. */
export function cumulativeJaccard(first: LearningOrder, second: LearningOrder): number[] {
  const [a, b] = shared(first, second);
  const epochs = Math.max(first.epochs, second.epochs);
  return Array.from({ length: epochs }, (_, at) => jaccard(a, b, (epoch) => epoch <= at + 1));
}

/** Jaccard index of the sets learned in each single epoch, `[epochs]`; the printed formula sums these. */
export function singleJaccard(first: LearningOrder, second: LearningOrder): number[] {
  const [a, b] = shared(first, second);
  const epochs = Math.max(first.epochs, second.epochs);
  return Array.from({ length: epochs }, (_, at) => jaccard(a, b, (epoch) => epoch === at + 1));
}
