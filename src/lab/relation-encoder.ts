// An encoder with markers and a readout: sentences to relation vectors, trainable by any objective.

import * as tf from "@tensorflow/tfjs";
import {
  DISPLAY,
  escapeMarkdown,
  matrix,
  OptionError,
  unknownName,
  type Displayable,
  type Matrix,
  type MimeBundle,
  type OnProgress,
  type Random,
} from "../core";
import { bestLabels, linearHead, type LinearHead } from "../classify";
import type { Objective } from "../contrast";
import type { Sentence, SentenceSet } from "../data";
import { checkFits, encodeSentences, loadTokenizer, type MentionBatch, type Tokenizer } from "../text";
import { loadEncoder, readEncoderConfig, type TransformerEncoder } from "../encoders";
import { readout, type ReadoutName } from "../relations";
import { train, type TrainingOptions } from "../train";
import { relationsOf } from "./labels";
import { Training } from "./live-training";
import { relationTask, relationVectors, rolesOf, type RelationRoles } from "./relation-task";
import { currentSession } from "./session";
import { RelationVectors } from "./relation-vectors";

const MARKERS = ["entity", "none"] as const;

/** How sentences are marked, cut and read off. */
export interface RelationOptions {
  /** `"entity"` puts `[E1] [/E1] [E2] [/E2]` around the mentions (default), `"none"` leaves the text alone. */
  readonly markers?: (typeof MARKERS)[number];
  /** Default `"markers"` with markers, `"mentions"` without. */
  readonly readout?: ReadoutName;
  /** Longest input in pieces, markers and special tokens included (default 128). */
  readonly maxLength?: number;
  /** Dropout on the relation vector (default 0.1). */
  readonly dropout?: number;
  /** Name of the random stream of new rows, heads and item order (default `"relation"`); another name, another draw. */
  readonly stream?: string;
}

/** Options of a training run; `random` comes from the lab's seed. */
export type RelationTrainingOptions = Omit<TrainingOptions, "random"> & {
  /** Relations the head can answer; default: those of the training sentences. */
  readonly relations?: readonly string[];
};

interface Loaded {
  readonly encoder: TransformerEncoder;
  readonly tokenizer: Tokenizer;
}

/** Labels a head was trained on, in the order of its outputs. */
interface Head {
  readonly labels: readonly string[];
  readonly linear: LinearHead;
}

/**
 * Sentences to relation vectors. Weights are read on first use and belong to this object: training one never changes
 * another made from the same encoder.
 *
 * @example for await (const step of relation.train(sentences, supCon({ temperature: 0.1 }), { epochs: 20 })) show(step.loss);
 */
export class RelationEncoder implements Displayable {
  readonly name: string;
  readonly options: Required<RelationOptions>;
  private readonly folder: string;
  private readonly random: Random;
  private loading: Promise<Loaded> | undefined;
  private head: Head | undefined;

  constructor(name: string, folder: string, random: Random, options: RelationOptions = {}) {
    const { markers = "entity", maxLength = 128, dropout = 0.1, stream = "relation" } = options;
    if (!MARKERS.includes(markers)) throw unknownName("markers", markers, MARKERS);
    const chosen = options.readout ?? (markers === "none" ? "mentions" : "markers");
    if (chosen === "markers" && markers === "none")
      throw new OptionError(
        `readout "markers" needs markers in the text: set markers: "entity", or readout: "mentions"`,
      );
    if (!(dropout >= 0 && dropout < 1))
      throw new OptionError(`dropout is ${dropout}: expected at least 0 and below 1`);
    this.options = { markers, maxLength, dropout, stream, readout: readout(chosen).name };
    this.name = name;
    this.folder = folder;
    this.random = random.fork(stream);
  }

  /** Another relation encoder on the same weights file, with these options changed; nothing learned is carried over. */
  with(options: RelationOptions): RelationEncoder {
    return new RelationEncoder(this.name, this.folder, this.random, { ...this.options, ...options });
  }

  private load(): Promise<Loaded> {
    this.loading ??= (async () => {
      const tokenizer = loadTokenizer(this.folder);
      checkFits(tokenizer, readEncoderConfig(this.folder), this.folder);
      const encoder = await loadEncoder(this.folder);
      if (this.options.markers === "entity") {
        tokenizer.addMarkers();
        encoder.addTokens(
          Math.max(0, tokenizer.size - encoder.config.vocabularySize),
          this.random.fork("marker rows"),
        );
      }
      return { encoder, tokenizer };
    })();
    return this.loading;
  }

  /** The transformer itself, with its weights. */
  async encoder(): Promise<TransformerEncoder> {
    return (await this.load()).encoder;
  }

  async tokenizer(): Promise<Tokenizer> {
    return (await this.load()).tokenizer;
  }

  private encode(tokenizer: Tokenizer, sentences: readonly Sentence[]): MentionBatch {
    const { markers, maxLength } = this.options;
    return encodeSentences(tokenizer, sentences, { markers, maxLength });
  }

  /**
   * Trains on labelled sentences (or unlabelled ones where the objective needs no labels). The result is a run that
   * starts when it is awaited or iterated.
   */
  train(
    sentences: SentenceSet,
    objective: Objective<RelationRoles>,
    options: RelationTrainingOptions = {},
  ): Training {
    const start = async function* (this: RelationEncoder): ReturnType<typeof train> {
      const { encoder, tokenizer } = await this.load();
      const needs = rolesOf(objective);
      const relations = needs.has("labels") ? relationsOf(sentences.items) : [];
      const names = [...new Set([...relations, ...(options.relations ?? [])])].sort();
      const index = new Map(names.map((relation, at) => [relation, at]));
      const linear = needs.has("logits") ? this.headFor(names, encoder.config.hiddenSize).linear : undefined;
      const task = relationTask({
        encoder,
        readout: readout(this.options.readout),
        head: linear,
        headDropout: this.options.dropout,
        sentences: sentences.items,
        labels: relations.map((relation) => index.get(relation)!),
        encode: (batch) => this.encode(tokenizer, batch),
        objective,
      });
      const signal = options.signal ?? currentSession()?.signal?.();
      return yield* train(task, {
        onNotice: (notice) => process.emitWarning(notice),
        ...options,
        ...(signal ? { signal } : {}),
        random: this.random.fork("training"),
      });
    };
    return new Training(`${objective} on ${sentences.length} sentences`, start.bind(this));
  }

  private headFor(labels: readonly string[], hidden: number): Head {
    if (this.head === undefined || this.head.labels.join("\n") !== labels.join("\n")) {
      this.head?.linear.dispose();
      const inputs = readout(this.options.readout).parts * hidden;
      const random = this.random.fork("head");
      this.head = { labels, linear: linearHead({ inputs, outputs: labels.length, random }) };
    }
    return this.head;
  }

  /** Relation vectors without dropout, in the order of the sentences. Batches are made of sentences of like length. */
  async embed(
    sentences: SentenceSet,
    { batchSize = 64, onProgress }: { batchSize?: number; onProgress?: OnProgress } = {},
  ): Promise<RelationVectors> {
    const rows = await this.rows(sentences.items, batchSize, (vectors) => vectors, onProgress);
    return new RelationVectors(rows, sentences, this.random.fork("vectors"));
  }

  /** The relation each sentence gets from the head that cross-entropy trained. */
  async predict(sentences: SentenceSet, { batchSize = 64 }: { batchSize?: number } = {}): Promise<string[]> {
    const { head } = this;
    if (head === undefined)
      throw new OptionError(
        `this relation encoder has no head: train it with crossEntropy(), or classify its vectors: (await relation.embed(sentences)).classifier("classwise-knn", ...)`,
      );
    const scores = await this.rows(sentences.items, batchSize, (vectors) => head.linear.logits(vectors));
    return bestLabels(scores.data, head.labels);
  }

  private async rows(
    sentences: readonly Sentence[],
    batchSize: number,
    finish: (vectors: tf.Tensor2D) => tf.Tensor2D,
    onProgress?: OnProgress,
  ): Promise<Matrix> {
    const { encoder, tokenizer } = await this.load();
    const signal = currentSession()?.signal?.();
    const order = sentences
      .map((_, index) => index)
      .sort((a, b) => sentences[a]!.text.length - sentences[b]!.text.length);
    const parts: { readonly indices: readonly number[]; readonly data: Float32Array }[] = [];
    let columns = 0;
    for (let at = 0; at < order.length; at += batchSize) {
      signal?.throwIfAborted();
      const indices = order.slice(at, at + batchSize);
      const batch = this.encode(
        tokenizer,
        indices.map((index) => sentences[index]!),
      );
      const data = tf.tidy(() => {
        const out = finish(relationVectors(encoder, readout(this.options.readout), batch));
        columns = out.shape[1];
        return out.dataSync() as Float32Array;
      });
      parts.push({ indices, data });
      onProgress?.({ label: "embedding", done: at + indices.length, total: order.length, unit: "sentences" });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const all = new Float32Array(sentences.length * columns);
    for (const { indices, data } of parts)
      indices.forEach((index, row) =>
        all.set(data.subarray(row * columns, (row + 1) * columns), index * columns),
      );
    return matrix(all, sentences.length, columns);
  }

  /** Frees weights and head. */
  async dispose(): Promise<void> {
    const loaded = await this.loading;
    this.loading = undefined;
    loaded?.encoder.dispose();
    this.head?.linear.dispose();
    this.head = undefined;
  }

  /** What this does, in words and as a formula. */
  explain(): string {
    const { meaning, formula } = readout(this.options.readout);
    return `relation vector of ${this.name}: ${meaning}\n${formula}`;
  }

  [DISPLAY](): MimeBundle {
    const { markers, maxLength } = this.options;
    const { meaning, formula } = readout(this.options.readout);
    return {
      "text/plain": `RelationEncoder(${this.name}, markers: ${markers}, readout: ${this.options.readout}, at most ${maxLength} pieces)`,
      "text/markdown": `**Relation encoder** on ${escapeMarkdown(this.name)}: ${meaning}; markers: ${markers}; at most ${maxLength} pieces.\n\n$$${formula}$$`,
    };
  }
}
