// Training of HiURE: HiNCE (eq. 9-11) on two views of a sentence, momentum (eq. 12), exemplars once an epoch.

import * as tf from "@tensorflow/tfjs";
import { learnedExemplars } from "../../cluster";
import { exemNce, infoNce, KeyQueue, type Objective, type QueueBatch } from "../../contrast";
import { selectRows, type Random, type Matrix } from "../../core";
import { createParameter, DropoutStream, withoutGradient, type Parameter } from "../../engine";
import { scoped } from "../../engine/scoped";
import type { TransformerEncoder } from "../../encoders";
import type { LossTerm, SavedTensors, StepContext, TrainingTask } from "../../train";
import { findExemplars, unitRows, type Exemplars } from "./exemplars";
import { unitVectors, type EncodedSentence, type RelationFeatures } from "./relation-features";
import type { HiureSettings } from "./settings";
import { exemplarsOf, savedExemplars } from "./saved-exemplars";

/** Told of the exemplars that an epoch begins with. */
export type OnExemplars = (epoch: number, exemplars: Exemplars, features: Matrix) => void | Promise<void>;

/** What a training of HiURE is made of. No relation is among it. */
export interface HiureParts {
  readonly propulsion: TransformerEncoder;
  readonly momentum: TransformerEncoder;
  readonly features: RelationFeatures;
  readonly sentences: readonly EncodedSentence[];
  readonly settings: HiureSettings;
  /** Decides first keys and span words that are drawn once. */
  readonly random: Random;
  /** Names the sentences, so that a checkpoint of others is refused. */
  readonly identity: string;
  readonly onExemplars?: OnExemplars;
  /** Whether exemplars are found for `onExemplars` even where the objective does not use them (default false). */
  readonly watchExemplars?: boolean;
  readonly signal?: AbortSignal;
}

/** The two views of a sentence. */
type View = "propulsion" | "momentum";

/** The task that the step loop trains. */
export class HiureTask implements TrainingTask {
  readonly parameters: readonly Parameter[];
  readonly size: number;
  readonly identity: string;
  /** lambda and lambda_att, where they are trained. */
  readonly attention: { readonly sharpness: Parameter; readonly weight: Parameter } | undefined;
  private readonly queue: KeyQueue | undefined;
  private readonly infoNce: Objective<QueueBatch>;
  private fresh: Float32Array[] = [];
  private found: Exemplars | undefined;

  constructor(private readonly parts: HiureParts) {
    const { settings, propulsion, sentences, identity } = parts;
    const { attention, learnCha, negatives, batchSize, temperature } = settings;
    this.size = sentences.length;
    this.identity = JSON.stringify([identity, settings]);
    if (learnCha && attention !== null) {
      const scalar = (name: string, value: number): Parameter =>
        createParameter(name, { shape: [], data: Float32Array.of(value) }, { isDecayed: false });
      this.attention = {
        sharpness: scalar("attention.sharpness", attention.sharpness),
        weight: scalar("attention.weight", attention.weight),
      };
    }
    this.parameters = [...propulsion.parameters, ...Object.values(this.attention ?? {})];
    const width = (2 + settings.spanWords) * propulsion.config.hiddenSize;
    if (negatives > batchSize) this.queue = new KeyQueue(negatives - 1, width);
    const from = this.queue === undefined ? "batch" : "queue";
    this.infoNce = infoNce({ temperature, similarity: "dot", negatives: from } as {
      readonly temperature: number;
      readonly similarity: "dot";
      readonly negatives: "queue";
    });
  }

  /** The exemplars in use. */
  get exemplars(): Exemplars | undefined {
    return this.found;
  }

  /** The span words of a view: drawn anew, or always the same. */
  private spans(view: View, batch: readonly EncodedSentence[], indices: readonly number[], random: Random) {
    const { features, settings, random: own } = this.parts;
    if (settings.spanDraw === "step") return features.draw(batch, random.fork(`${view} span words`));
    return Int32Array.from(
      batch.flatMap((sentence, at) => [
        ...features.draw([sentence], own.fork(`${view} span words of ${indices[at]}`)),
      ]),
    );
  }

  terms(indices: readonly number[], { random, dropout }: StepContext): readonly LossTerm[] {
    const { propulsion, momentum, features, sentences, settings } = this.parts;
    const batch = indices.map((index) => sentences[index]!);
    const keyDropout = new DropoutStream(random.fork("momentum dropout"));
    const positive = withoutGradient(() =>
      features.read(momentum, batch, this.spans("momentum", batch, indices, random), keyDropout),
    );
    this.fresh.push(positive.dataSync<"float32">().slice() as Float32Array);
    const anchor = features.read(
      propulsion,
      batch,
      this.spans("propulsion", batch, indices, random),
      dropout,
    );
    const queue = this.queue?.tensor() ?? positive;
    const terms = this.infoNce.terms({ anchor, positive, queue });
    if (settings.objective === "infonce" || this.found === undefined) return terms;
    const { layers } = this.found;
    const own = layers.flatMap(({ temperatures }) => (temperatures === undefined ? [] : [temperatures]));
    const exemplars = exemNce({ temperature: settings.temperature }).terms({
      anchor,
      exemplars: this.exemplarTensors(this.found),
      assignments: layers.map(({ labels }) => indices.map((index) => labels[index]!)),
      ...(own.length === 0 ? {} : { temperatures: own }),
    });
    return [...terms, ...exemplars];
  }

  /** Exemplars as constants [R12], or as functions of the trained attention [R11]. */
  private exemplarTensors({ layers, fixed }: Exemplars): tf.Tensor2D[] {
    if (this.attention === undefined || fixed === undefined)
      return layers.map(({ vectors: { data, rows, columns } }) => tf.tensor2d(data, [rows, columns]));
    const { sharpness, weight } = this.attention;
    return learnedExemplars(fixed, sharpness.value() as tf.Scalar, weight.value() as tf.Scalar).map(
      unitVectors,
    );
  }

  /** Momentum features in evaluation mode (line 19 of algorithm 1), with span words drawn from `random`. */
  async momentumFeatures(random: Random): Promise<Matrix> {
    const { momentum, features, sentences, settings, random: own } = this.parts;
    const from = settings.spanDraw === "step" ? random : own;
    return features.readAll(
      momentum,
      sentences,
      features.draws(sentences, from.fork("clustering span words")),
    );
  }

  async startEpoch(epoch: number, random: Random): Promise<void> {
    const { settings, signal, onExemplars, watchExemplars = false } = this.parts;
    const isUsed = settings.objective === "hince";
    const isFull = this.queue === undefined || this.queue.length > 0;
    if (!isUsed && !watchExemplars && isFull) return;
    const features = await this.momentumFeatures(random);
    if (!isFull) this.fillQueue(features);
    if (!isUsed && !watchExemplars) return;
    const found = await findExemplars(features, this.current(), signal === undefined ? {} : { signal });
    if (isUsed) this.found = found;
    await onExemplars?.(epoch, found, features);
  }

  /** The settings with the attention as it is trained so far. */
  current(): HiureSettings {
    if (this.attention === undefined) return this.parts.settings;
    const value = (parameter: Parameter): number => parameter.data()[0]!;
    const { sharpness, weight } = this.attention;
    return {
      ...this.parts.settings,
      attention: { sharpness: value(sharpness), weight: value(weight) },
    };
  }

  /** The first keys [R13]: features of sentences, or random directions (code). */
  private fillQueue(features: Matrix): void {
    const { settings, random } = this.parts;
    const queue = this.queue!;
    const own = random.fork("first keys");
    const rows = Math.min(queue.size, features.rows);
    const chosen = own.sample(
      Array.from({ length: features.rows }, (_, at) => at),
      rows,
    );
    const keys =
      settings.queueStart === "keys"
        ? selectRows(features, chosen)
        : unitRows({
            rows: queue.size,
            columns: queue.dim,
            data: Float32Array.from({ length: queue.size * queue.dim }, () => own.normal()),
          });
    scoped(() => queue.push(tf.tensor2d(keys.data, [keys.rows, keys.columns])));
  }

  afterStep(): void {
    const { propulsion, momentum, settings } = this.parts;
    momentum.follow(propulsion, settings.momentum);
    const { queue } = this;
    if (queue !== undefined)
      for (const keys of this.fresh)
        scoped(() => queue.push(tf.tensor2d(keys, [keys.length / queue.dim, queue.dim])));
    this.fresh = [];
  }

  state(): SavedTensors {
    const weights = this.parts.momentum.parameters.map((parameter) => ({
      name: `momentum/${parameter.name}`,
      shape: parameter.shape,
      data: parameter.data(),
    }));
    const keys = this.queue?.state ?? new Float32Array(0);
    const queue = keys.length === 0 ? [] : [{ name: "queue", shape: [keys.length], data: keys }];
    const all = [...weights, ...queue, ...savedExemplars(this.found)];
    return new Map(all.map((tensor) => [tensor.name, tensor]));
  }

  restore(state: SavedTensors): void {
    for (const parameter of this.parts.momentum.parameters)
      parameter.assign(state.get(`momentum/${parameter.name}`)!.data);
    const keys = state.get("queue");
    if (keys !== undefined) this.queue?.restore(keys.data);
    this.found = exemplarsOf(state);
  }

  dispose(): void {
    for (const parameter of Object.values(this.attention ?? {})) parameter.dispose();
  }
}
