// What a training loop needs to know of a model: its parameters, its items, and its loss on some of them.

import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../core";
import type { DropoutStream, Parameter } from "../engine";
import type { SavedTensors } from "./checkpoint";

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
  /**
   * Called before the first step of every epoch, outside any scope, such as to cluster; `random` depends on seed and
   * epoch alone. A run that goes on in the middle of an epoch has `restore` called instead.
   */
  startEpoch?(epoch: number, random: Random): Promise<void>;
  /** Called after every optimiser step, outside any scope, such as to let a momentum encoder follow. */
  afterStep?(): void;
  /** What changes in training beside the parameters, such as a momentum encoder: part of every checkpoint. */
  state?(): SavedTensors;
  /** Puts the state of a checkpoint back. */
  restore?(state: SavedTensors): void;
}
