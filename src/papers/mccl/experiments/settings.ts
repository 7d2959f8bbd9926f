// What the works of this paper are told: plain data, so that a run is named by them.

import type { FineTuneSettings } from "../fine-tuning/fine-tune-task";
import type { CorpusOptions } from "../pretraining/mtb-corpus";
import type { MtbSettings } from "../pretraining/mtb-task";
import type { InitialProjection } from "../pairs/pair-model";
import type { TaskSettings } from "../pairs/task-data";

/** The loop of a training. */
export interface LoopSettings {
  readonly epochs: number;
  /** Most optimiser steps, whatever the epochs say; null: no limit. */
  readonly mostSteps: number | null;
  /** Fewest optimiser steps: more epochs where the items are few. */
  readonly leastSteps: number;
  /** Items of a step: couples in pre-training, documents in fine-tuning. */
  readonly batchSize: number;
  readonly rate: number;
  readonly warmup: number;
  readonly decay: "linear" | "constant";
  readonly weightDecay: number;
  readonly clip: number;
}

/** The encoder to begin with, by name, and how much of a document it reads. */
export interface EncoderSettings {
  readonly encoder: string;
  readonly maxLength: number;
  /** How W begins; default normal. */
  readonly projection?: InitialProjection;
}

/** Pre-training by matching the blanks. */
export interface PretrainSettings extends EncoderSettings {
  readonly data: TaskSettings;
  readonly corpus: Omit<CorpusOptions, "keyOf">;
  readonly mtb: MtbSettings;
  readonly loop: LoopSettings;
}

/** Fine-tuning and evaluation; from a run named "pretrained" where the plan names one, else from the encoder. */
export interface FineTuneWork extends EncoderSettings {
  readonly data: TaskSettings;
  /** Share of the training pairs, and of the development pairs: 0.01 is 1 %. */
  readonly share: number;
  readonly fineTune: FineTuneSettings;
  readonly loop: LoopSettings;
  /** Numbers of neighbours to choose from, on the development pairs. */
  readonly ks: readonly number[];
  /** Fine-tune with one relation for all that are not NA, infer with all (appendix C). */
  readonly isCoarse: boolean;
  /** Also give the test vectors in two dimensions and how clustered they are (figure 3). */
  readonly withPoints: boolean;
}

/** Inference on frozen vectors. */
export interface FrozenWork extends EncoderSettings {
  readonly data: TaskSettings;
  /** Shares of the training pairs at which lazy kNN is measured. */
  readonly shares: readonly number[];
  readonly ks: readonly number[];
  /** The loop of the probe that is trained by steps. */
  readonly probe: LoopSettings;
  readonly withPoints: boolean;
}
