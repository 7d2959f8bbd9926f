// The three contrasts and their pseudo positives: Li et al. 2022, eq. 12-16.

import * as tf from "@tensorflow/tfjs";
import { gradientPerturbation, hiClre, inertia, type HiClreForm } from "../../contrast";
import type { Random } from "../../core";
import { innerGradients, withoutGradient } from "../../engine";
import type { BagLayout } from "../../relations";
import type { BagModel } from "./bag-model";
import { EpochMemory } from "./memory";
import { mixedSteps } from "./mixed-spaces";
import type { SentenceStates } from "./sentence-models";

/** The levels that are contrasted. */
export const LEVELS = ["entity", "sentence", "bag"] as const;
export type Level = (typeof LEVELS)[number];

/** How pseudo positives come about; `deletion` and `dropout` are second passes through the encoder. */
export type Augmentation = "gradient" | "noise" | "dropout" | "deletion";

/** Choices of the contrast. */
export interface LevelContrastOptions {
  readonly temperature: number;
  readonly form: HiClreForm;
  readonly epsilon: number;
  readonly perturbationNorm: "row" | "batch";
  readonly augmentation: Augmentation;
  /** Levels whose perturbation has no gradient part, and those without inertia memory (Table 3). */
  readonly withoutGradient: readonly Level[];
  readonly withoutMemory: readonly Level[];
  readonly epochs: number;
  /** `own` (default): each level is moved by its own gradient; `mixed`: as in the released code [R9] (`mixed-spaces.ts`). */
  readonly spaces?: "own" | "mixed";
  /** Whether inertia is divided by its norm over the rows [R11], as in the released code; default `none`. */
  readonly inertiaNorm?: "none" | "batch";
  /** Other rows of an anchor's label in its denominator [R12]: `negatives` (default) or `left-out`. */
  readonly sameLabel?: "negatives" | "left-out";
}

/** The numbers of a batch's sentences and bags in the training set, by which the memory keeps them. */
export interface RowKeys {
  readonly sentences: readonly number[];
  readonly bags: readonly number[];
}

/** A level's rows and their pseudo positives. */
export interface LevelPair {
  readonly anchor: tf.Tensor2D;
  readonly positive: tf.Tensor2D;
  /** The label of each row's bag, for `sameLabel: "left-out"`. */
  readonly labels?: readonly number[];
}

/** A batch of bags once through the encoder: the rows of each level. */
export interface LevelRows {
  readonly states: SentenceStates;
  readonly sentence: tf.Tensor2D;
  readonly bag: tf.Tensor2D;
  /** Relation scores of the bags, which mixed spaces contrast. */
  readonly logits: tf.Tensor2D;
}

/** Gradients of the task loss, without dropout, by the representations of each level, as constants (eq. 12). */
function levelGradients(
  bags: BagModel,
  { states, sentence, bag }: LevelRows,
  labels: readonly number[],
): Readonly<Record<Level, tf.Tensor2D>> {
  const wanted = tf.oneHot(tf.tensor1d([...labels], "int32"), bags.options.relations);
  const loss = tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(bags.logits(bag))))) as tf.Scalar;
  const [byEntity, bySentence, byBag] = innerGradients(loss, [states.entity, sentence, bag]) as tf.Tensor2D[];
  return { entity: byEntity!, sentence: bySentence!, bag: byBag! };
}

/** The same numbers, out of reach of any gradient. */
function constant<T extends tf.Tensor>(x: T): T {
  return withoutGradient(() => tf.clone(x)) as T;
}

/** A batch of bags in training. */
export interface BagBatch {
  readonly layout: BagLayout;
  readonly labels: readonly number[];
  readonly keys: RowKeys;
  /** u, from 1. */
  readonly epoch: number;
  readonly random: Random;
}

/** Makes pseudo positives and their contrast, level by level; remembers each epoch for the next. */
export class LevelContrast {
  readonly memories: Readonly<Record<Level, EpochMemory>> = {
    entity: new EpochMemory(),
    sentence: new EpochMemory(),
    bag: new EpochMemory(),
  };

  constructor(private readonly options: LevelContrastOptions) {}

  /** Whether pseudo positives are a second pass through the encoder. */
  get needsSecondPass(): boolean {
    return this.options.augmentation === "dropout" || this.options.augmentation === "deletion";
  }

  /** The pairs of each level; `second` is the same batch through the encoder again, where that is the augmentation. */
  pairs(
    bags: BagModel,
    batch: BagBatch,
    rows: LevelRows,
    second?: LevelRows,
  ): Readonly<Record<Level, LevelPair>> {
    const of = ({ states, sentence, bag, logits }: LevelRows): Readonly<Record<Level, tf.Tensor2D>> => ({
      entity: states.entity,
      sentence,
      bag: this.options.spaces === "mixed" ? logits : bag,
    });
    const own = of(rows);
    const labels = rowLabels(batch);
    if (second !== undefined) {
      const other = of(second);
      return pairUp((level) => ({ anchor: own[level], positive: other[level], labels: labels[level] }));
    }
    const { augmentation, withoutGradient: plain } = this.options;
    const steps = this.steps(bags, batch, rows, own);
    return pairUp((level) => {
      const anchor = own[level];
      const parts = [
        ...(plain.includes(level) ? [] : [steps[level]]),
        ...(augmentation === "gradient" ? this.held(level, anchor, batch) : []),
      ];
      const positive = parts.reduce<tf.Tensor2D>((sum, part) => tf.add(sum, part), anchor);
      return { anchor, positive, labels: labels[level] };
    });
  }

  /** The step of each row along a gradient of the task loss (eq. 12-13), or along noise. */
  private steps(
    bags: BagModel,
    batch: BagBatch,
    rows: LevelRows,
    own: Readonly<Record<Level, tf.Tensor2D>>,
  ): Readonly<Record<Level, tf.Tensor2D>> {
    const { epsilon, perturbationNorm: norm, augmentation, spaces } = this.options;
    const along = (directions: Readonly<Record<Level, tf.Tensor2D>>) =>
      pairUp((level) => gradientPerturbation(directions[level], { epsilon, norm }));
    if (augmentation !== "gradient")
      return along(pairUp((level) => noise(batch.random.fork(level), own[level].shape)));
    const { layout, labels } = batch;
    const gradients = levelGradients(bags, rows, labels);
    if (spaces !== "mixed") return along(gradients);
    const [weight, bias] = bags.classifier;
    const mean = (gradient: tf.Tensor2D): tf.Tensor2D => tf.div(gradient, layout.bags);
    const means = { entity: mean(gradients.entity), sentence: mean(gradients.sentence) };
    const steps = mixedSteps(means, { layout, weight, bias, epsilon, norm });
    return pairUp((level) => constant(steps[level]));
  }

  /** The contrast of one level (eq. 16), a scalar. */
  loss(pair: LevelPair): tf.Scalar {
    const { temperature, form, sameLabel = "negatives" } = this.options;
    return hiClre({ temperature, form, sameLabel }).loss(pair);
  }

  /** The inertia of a level's rows, the same for all coordinates (eq. 14-15), and the rows kept for the next epoch. */
  private held(level: Level, anchor: tf.Tensor2D, { keys, epoch }: BagBatch): readonly tf.Tensor2D[] {
    const { withoutMemory, epochs, inertiaNorm = "none" } = this.options;
    if (withoutMemory.includes(level)) return [];
    const dim = anchor.shape[1];
    const now = constant(anchor);
    const names = level === "bag" ? keys.bags : keys.sentences;
    const memory = this.memories[level];
    const share = inertia(now, memory.recall(names, epoch, dim), { epoch, epochs, norm: inertiaNorm });
    memory.keep(names, epoch, now.dataSync() as Float32Array);
    return [tf.tile(share.expandDims(1), [1, dim]) as tf.Tensor2D];
  }
}

/** The label of the bag that each row of a level belongs to. */
function rowLabels({ layout, labels }: BagBatch): Readonly<Record<Level, readonly number[]>> {
  const bags = labels.flatMap((label, bag) => {
    const own = layout.mask.subarray(bag * layout.places, (bag + 1) * layout.places);
    return Array.from(
      own.filter((one) => one > 0),
      () => label,
    );
  });
  return { entity: bags, sentence: bags, bag: labels };
}

function pairUp<T>(make: (level: Level) => T): Readonly<Record<Level, T>> {
  return { entity: make("entity"), sentence: make("sentence"), bag: make("bag") };
}

function noise(random: Random, shape: readonly [number, number]): tf.Tensor2D {
  const data = Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal());
  return tf.tensor2d(data, [shape[0], shape[1]]);
}
