// HiURE as an object: sentences and an encoder in, a trained pair of encoders, exemplars and clusters out.

import { createHash } from "node:crypto";
import type { Clustering } from "../../cluster";
import {
  DISPLAY,
  OptionError,
  type Displayable,
  type Matrix,
  type MimeBundle,
  type Random,
} from "../../core";
import type { Sentence } from "../../data";
import type { TransformerEncoder } from "../../encoders";
import { train, type CheckpointOptions, type StepEvent, type TrainingResult } from "../../train";
import { findExemplars, type ClusterWishes, type Exemplars } from "./exemplars";
import { openMarked } from "./marked-encoder";
import { RelationFeatures, type EncodedSentence } from "./relation-features";
import type { HiureSettings } from "./settings";
import { HiureTask, type OnExemplars } from "./task";

/** What a model is made of. */
export interface HiureOptions {
  /** Folder of the encoder's weights and tokenizer. */
  readonly encoder: string;
  /** Sentences to train on and to cluster. Their relations are never read. */
  readonly sentences: readonly Sentence[];
  /** Such as `hiureSettings("quick")`. */
  readonly settings: HiureSettings;
  readonly random: Random;
}

/** How a training goes on and who hears of it. */
export interface HiureTrainingOptions {
  readonly checkpoint?: CheckpointOptions;
  readonly signal?: AbortSignal;
  readonly onExemplars?: OnExemplars;
  /** Finds exemplars for `onExemplars` also where training does without. */
  readonly watchExemplars?: boolean;
}

function digestOf(sentences: readonly Sentence[]): string {
  const hash = createHash("sha256");
  for (const { id, text, head, tail } of sentences)
    hash.update(JSON.stringify([id, text, head.start, head.end, tail.start, tail.end]));
  return hash.digest("hex").slice(0, 16);
}

/**
 * The method of paper 002. `train` runs the step loop, `features` reads the momentum encoder, `cluster` gives the tree.
 *
 * @example const model = await HiureModel.open({ encoder, sentences, settings: hiureSettings("quick"), random }); await model.fit(); (await model.cluster()).bottom
 */
export class HiureModel implements Displayable {
  readonly settings: HiureSettings;
  readonly features: RelationFeatures;
  private task: HiureTask | undefined;

  private constructor(
    readonly sentences: readonly Sentence[],
    private readonly encoded: readonly EncodedSentence[],
    features: RelationFeatures,
    /** f_theta', which is trained. */
    readonly propulsion: TransformerEncoder,
    /** f_theta, which follows (eq. 12). */
    readonly momentum: TransformerEncoder,
    settings: HiureSettings,
    private readonly random: Random,
  ) {
    this.features = features;
    this.settings = settings;
  }

  /** Loads the encoder twice: a real copy follows the trained one [R5]. */
  static async open({ encoder: folder, sentences, settings, random }: HiureOptions): Promise<HiureModel> {
    if (sentences.length < 2)
      throw new OptionError(`HiURE was given ${sentences.length} sentences: it compares at least two`);
    const { tokenizer, encoder: propulsion } = await openMarked(folder, sentences, settings, random);
    const features = new RelationFeatures(tokenizer, settings);
    const momentum = propulsion.momentumCopy();
    return new HiureModel(
      sentences,
      features.encode(sentences),
      features,
      propulsion,
      momentum,
      settings,
      random,
    );
  }

  /** Trains step by step; iterate for the events. */
  async *train(options: HiureTrainingOptions = {}): AsyncGenerator<StepEvent, TrainingResult> {
    const { settings, random, propulsion, momentum, features } = this;
    const { checkpoint, signal, onExemplars, watchExemplars = false } = options;
    this.task?.dispose();
    this.task = new HiureTask({
      propulsion,
      momentum,
      features,
      sentences: this.encoded,
      settings,
      random,
      identity: digestOf(this.sentences),
      watchExemplars,
      ...(onExemplars === undefined ? {} : { onExemplars }),
      ...(signal === undefined ? {} : { signal }),
    });
    const { epochs, batchSize, rate, decay, weightDecay } = settings;
    return yield* train(this.task, {
      random: random.fork("training"),
      epochs,
      batchSize,
      rate,
      decay,
      weightDecay,
      warmup: 0,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Trains to the end. */
  async fit(options: HiureTrainingOptions = {}): Promise<TrainingResult> {
    const run = this.train(options);
    for (;;) {
      const next = await run.next();
      if (next.done === true) return next.value;
    }
  }

  /** The exemplars of the running epoch. */
  get exemplars(): Exemplars | undefined {
    return this.task?.exemplars;
  }

  /** Momentum features in evaluation mode, unit vectors `[sentences, (2 + P) hidden]`; default: of the own sentences. */
  async embed(sentences?: readonly Sentence[]): Promise<Matrix> {
    const encoded = sentences === undefined ? this.encoded : this.features.encode(sentences);
    const draws = this.features.draws(encoded, this.random.fork("answer span words"));
    return this.features.readAll(this.momentum, encoded, draws);
  }

  /** Clusters in layers of `features` (default: the momentum features of the own sentences). */
  async cluster(features?: Matrix, wishes: ClusterWishes = {}): Promise<Exemplars> {
    return findExemplars(features ?? (await this.embed()), this.task?.current() ?? this.settings, wishes);
  }

  /** Frees the weights of both encoders. */
  dispose(): void {
    this.task?.dispose();
    this.propulsion.dispose();
    this.momentum.dispose();
  }

  toString(): string {
    const { objective, exemplars, layers, spanWords, epochs } = this.settings;
    const loss = objective === "hince" ? `HiNCE over ${layers} layers of ${exemplars}` : "InfoNCE";
    return `HiURE: ${this.sentences.length.toLocaleString("en")} sentences, ${loss}, ${spanWords} span words, ${epochs} epochs`;
  }

  [DISPLAY](): MimeBundle {
    return { "text/plain": this.toString() };
  }
}

/** The answer of the method: the finest layer [R10]. */
export function answerOf({ clusterings }: Exemplars): Clustering {
  return clusterings.at(-1)!;
}
