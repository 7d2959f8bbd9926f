// Training of an encoder by one loss: Adam, early stop on the validation loss, the best weights kept.

import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../core";
import type { Parameter } from "../../engine";
import { train, type TrainingTask } from "../../train";
import { checkTraining } from "./check-settings";
import { properPairs } from "./corpus";
import type { Chance, Part } from "./part";
import type { TrainingSettings } from "./settings";
import type { WordEncoder } from "./word-encoder";

/** A loss on some sentences of a part. */
export type PartLoss = (part: Part, indices: readonly number[], chance: Chance) => tf.Scalar;

/** What is trained, on what. */
export interface Training {
  readonly words: WordEncoder;
  /** Parameters beside the encoder's. */
  readonly parameters: readonly Parameter[];
  readonly loss: PartLoss;
  readonly train: Part;
  readonly validation: Part;
  readonly settings: TrainingSettings;
  /** True where sentences without a relation have nothing to teach. */
  readonly needsRelations: boolean;
}

/** Where a training runs. */
export interface TrainingPlace {
  readonly random: Random;
  /** Checkpoints lie here: a killed run goes on. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  readonly onShare?: (share: number) => void;
}

/** How a training ended. */
export interface Trained {
  readonly steps: number;
  /** Validation loss of the weights that were kept. */
  readonly validationLoss: number;
  /** Mean training loss of each epoch. */
  readonly losses: readonly number[];
}

/** The loss over a whole part, without dropout and with the same negatives every time. */
function meanLoss(loss: PartLoss, part: Part, indices: readonly number[], batch: number): number {
  const random = new Random(42).fork("validation negatives");
  let total = 0;
  for (let from = 0; from < indices.length; from += batch) {
    const own = indices.slice(from, from + batch);
    const value = tf.tidy(() => loss(part, own, { random: random.fork(`batch ${from}`) }));
    total += value.dataSync()[0]! * own.length;
    value.dispose();
  }
  return total / Math.max(1, indices.length);
}

/**
 * Trains until `patience` epochs brought no better validation loss; embeddings and the lower half of the encoder stay
 * as they are (paper 003, sections 3.1 and 3.4, appendix). Adam without warm-up, decay of the rate, or clipping.
 */
export async function trainEncoder(training: Training, place: TrainingPlace): Promise<Trained> {
  const { words, settings, loss, train: part, validation, needsRelations } = training;
  checkTraining(settings);
  words.freezeLowerHalf();
  const usable = ({ sentences }: Part): number[] =>
    sentences.map((_, at) => at).filter((at) => !needsRelations || properPairs(sentences[at]!).length > 0);
  const items = usable(part);
  const held = usable(validation);
  const task: TrainingTask = {
    parameters: [...words.encoder.parameters, ...training.parameters],
    size: items.length,
    identity: JSON.stringify(settings),
    terms: (indices, { random, dropout }) => {
      const value = loss(
        part,
        indices.map((at) => items[at]!),
        { random, dropout },
      );
      return [{ name: "loss", value, weight: 1 }];
    },
  };
  const run = train(task, {
    random: place.random.fork("training"),
    epochs: settings.epochs,
    batchSize: settings.batch,
    rate: settings.rate,
    warmup: 0,
    decay: "constant",
    weightDecay: settings.weightDecay,
    decayAll: true,
    clip: null,
    ...(place.signal === undefined ? {} : { signal: place.signal }),
    ...(place.folder === undefined ? {} : { checkpoint: { folder: path.join(place.folder, "checkpoints") } }),
    development: { score: () => -meanLoss(loss, validation, held, 32), patience: settings.patience },
  });
  let step = await run.next();
  for (; step.done !== true; step = await run.next()) place.onShare?.(step.value.step / step.value.steps);
  const { steps, best, losses = [] } = step.value;
  const perEpoch = Math.ceil(items.length / settings.batch);
  const epochs = Array.from({ length: Math.ceil(losses.length / perEpoch) }, (_, epoch) => {
    const own = losses.slice(epoch * perEpoch, (epoch + 1) * perEpoch);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  return { steps, validationLoss: best === undefined ? NaN : -best.score, losses: epochs };
}
