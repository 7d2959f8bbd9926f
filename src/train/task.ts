// What a training loop needs to know of a model: its parameters, its items, and its loss on some of them.

import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core";
import type { DropoutStream, Parameter } from "../engine";

/** One addend of the loss: a scalar before weighting, its weight, and the name it is reported under. */
export interface LossTerm {
  readonly name: string;
  readonly value: tf.Scalar;
  readonly weight: number;
}

/** Where training stands, and the randomness of this very step: it depends on seed and step alone. */
export interface StepContext {
  readonly step: number;
  readonly epoch: number;
  readonly random: Random;
  readonly dropout: DropoutStream;
}

/** A model and its training items. `terms` builds tensors inside the caller's scope. */
export interface TrainingTask {
  readonly parameters: readonly Parameter[];
  /** Number of training items; an epoch visits each once. */
  readonly size: number;
  /** What the items and the loss are, such as a digest: a checkpoint of another identity is refused. */
  readonly identity?: string;
  /** The loss on the items of `indices` (one micro-batch). */
  terms(indices: readonly number[], context: StepContext): readonly LossTerm[];
}
