// Stage 1 of Hogan et al. 2022: training on distant labels, noting when each instance is first predicted right.

import * as tf from "@tensorflow/tfjs";
import { adaptiveThreshold, crossEntropy } from "../../../contrast";
import { OptionError, Random } from "../../../core";
import type { Document } from "../../../data";
import { scoped } from "../../../engine/scoped";
import type { SavedTensors, TrainingTask } from "../../../train";
import type { PairData, PairInstance } from "../documents/instances";
import { OrderNotes, type RightBy } from "./order-notes";
import { binaryCrossEntropy, type PairClassifier } from "../documents/pair-classifier";
import { tokensOf, type CountingTask } from "../pretraining/throughput";

/** Documents of one pass without training, and their pairs: scores of many pairs and relations take memory. */
const READ_AT_ONCE = 64;
const PAIRS_AT_ONCE = 4096;

/** Where the next pass ends: at least one document, and no more than fit. */
function passEnd(from: number, asked: readonly (readonly PairInstance[])[]): number {
  let [at, count] = [from, 0];
  while (at < asked.length && at - from < READ_AT_ONCE) {
    count += asked[at]!.length;
    if (count > PAIRS_AT_ONCE && at > from) break;
    at++;
  }
  return at;
}

/** All labelled pairs, and at most `ratio` times as many NA pairs (one document's worth where none is labelled). */
export function withNoneRatio(
  pairs: readonly PairInstance[],
  ratio: number,
  random: Random,
): readonly PairInstance[] {
  const labelled = pairs.filter(({ labels }) => labels.length > 0);
  const none = pairs.filter(({ labels }) => labels.length === 0);
  return [...labelled, ...random.sample(none, Math.min(none.length, ratio * Math.max(1, labelled.length)))];
}

/** What is minimised. `auto` (default, [R2]): cross-entropy for single-label data, else binary cross-entropy. */
export type OrderLoss = "auto" | "cross-entropy" | "binary" | "adaptive threshold";

/** Options of stage 1. */
export interface OrderTaskOptions {
  /** NA pairs for each labelled one (3). */
  readonly noneRatio: number;
  /** What decides the numbers beside the training options; guards checkpoints. */
  readonly identity: string;
  readonly loss?: OrderLoss;
  readonly rightBy?: RightBy;
  /**
   * Probability with which an entity is read as [BLANK]; default 0, as the paper. Where facts are few and come again
   * under the same distant label, names alone tell the label, and right and wrong ones are learnt alike.
   */
  readonly blank?: number;
}

/** Entities of each document that are hidden. */
function hiddenOf(
  documents: readonly Document[],
  rate: number,
  random: Random,
): ReadonlySet<number>[] | undefined {
  if (rate === 0) return undefined;
  return documents.map(
    ({ entities }) => new Set(entities.flatMap((_, at) => (random.uniform() < rate ? [at] : []))),
  );
}

/** The task of stage 1; after training `finish` takes the last pass. An item is a document. */
export class OrderTask implements CountingTask {
  readonly size: number;
  readonly parameters;
  readonly notes: OrderNotes;
  /** Tokens that training has read so far, padding left out. */
  tokens = 0;

  constructor(
    readonly classifier: PairClassifier,
    readonly data: PairData,
    readonly options: OrderTaskOptions,
  ) {
    const { noneRatio, loss = "auto", blank = 0 } = options;
    if (!(blank >= 0 && blank <= 1))
      throw new OptionError(`blank is ${blank}: expected a number from 0 to 1`);
    if (!(noneRatio >= 0)) throw new OptionError(`noneRatio is ${noneRatio}: expected 0 or more, such as 3`);
    if (data.documents.length === 0) throw new OptionError("there is no document to learn from");
    if (loss === "cross-entropy" && data.isMultiLabel)
      throw new OptionError(
        'loss "cross-entropy" needs one label a pair, and some pairs have several: take "binary" or "adaptive threshold"',
      );
    this.size = data.documents.length;
    this.parameters = [...classifier.model.parameters, ...classifier.parameters];
    this.notes = new OrderNotes(data);
  }

  get identity(): string {
    return this.options.identity;
  }

  terms(indices: readonly number[], context: Parameters<TrainingTask["terms"]>[1]) {
    const { random, dropout, epoch } = context;
    const pairs = indices.flatMap((index, at) =>
      withNoneRatio(this.data.pairs[index]!, this.options.noneRatio, random.fork(`none ${at}`)).map(
        (pair) => [pair, { ...pair, document: at }] as const,
      ),
    );
    const { model } = this.classifier;
    const documents = indices.map((index) => this.data.documents[index]!);
    const batch = model.batch(
      documents,
      pairs.map(([, place]) => place),
      hiddenOf(documents, this.blank, random.fork("blanks")),
    );
    this.tokens += tokensOf(batch);
    const logits = this.classifier.logits(batch, dropout);
    const rows = pairs.flatMap((_, row) => (batch.isVisible[row] ? [row] : []));
    const scores = logits.dataSync<"float32">() as Float32Array;
    const draws = random.fork("labels");
    for (const row of rows)
      this.notes.note(pairs[row]![0], this.rowOf(scores, row), epoch + 1, "batch", this.rightBy, draws);
    const value =
      rows.length === 0
        ? tf.mul<tf.Scalar>(tf.sum(logits), 0)
        : this.loss(
            tf.gather(logits, tf.tensor1d(rows, "int32")),
            rows.map((row) => pairs[row]![0]),
          );
    return [{ name: "relations", weight: 1, value }];
  }

  /** The pass over all instances after an epoch (algorithm 2). */
  startEpoch(epoch: number): Promise<void> {
    if (epoch > 0) this.pass(epoch);
    return Promise.resolve();
  }

  /** The pass after the last epoch. */
  finish(epochs: number): void {
    this.pass(epochs);
  }

  state(): SavedTensors {
    return this.notes.state();
  }

  restore(state: SavedTensors): void {
    this.notes.restore(state);
  }

  private rowOf(scores: Float32Array, row: number): Float32Array {
    const { relations } = this.classifier;
    return scores.subarray(row * relations, (row + 1) * relations);
  }

  private loss(logits: tf.Tensor2D, pairs: readonly PairInstance[]): tf.Scalar {
    const { loss = "auto" } = this.options;
    const isSingle = loss === "cross-entropy" || (loss === "auto" && !this.data.isMultiLabel);
    if (isSingle)
      return crossEntropy().loss({ logits, labels: pairs.map(({ labels: [label = 0] }) => label) });
    const classes = this.classifier.relations;
    const targets = new Float32Array(pairs.length * classes);
    pairs.forEach(({ labels }, row) => {
      for (const label of labels.length === 0 ? [0] : labels) targets[row * classes + label] = 1;
    });
    const labelMatrix = tf.tensor2d(targets, [pairs.length, classes]);
    return loss === "adaptive threshold"
      ? adaptiveThreshold().loss({ logits, labelMatrix })
      : binaryCrossEntropy(logits, labelMatrix);
  }

  private get blank(): number {
    return this.options.blank ?? 0;
  }

  private get rightBy(): RightBy {
    return this.options.rightBy ?? "own";
  }

  private pass(epoch: number): void {
    const draws = new Random(`labels of epoch ${epoch}`);
    scoresOf(
      this.classifier,
      this.data,
      (pair) => pair.labels.length > 0,
      (pair, row) => this.notes.note(pair, row, epoch, "epoch", this.rightBy, draws),
      this.blank,
    );
  }
}

/** Scores of the visible pairs that `isAsked` takes, without dropout, one after another; `blank` as in training. */
export function scoresOf(
  classifier: PairClassifier,
  { documents, pairs }: PairData,
  isAsked: (pair: PairInstance) => boolean,
  take: (pair: PairInstance, scores: Float32Array) => void,
  blank = 0,
): void {
  const blanks = new Random("blanks");
  const { model, relations } = classifier;
  const all = pairs.map((own) => own.filter(isAsked));
  for (let from = 0, to = 0; from < documents.length; from = to) {
    to = passEnd(from, all);
    const asked = all.slice(from, to);
    const flat = asked.flat();
    if (flat.length === 0) continue;
    const places = asked.flatMap((own, at) => own.map((pair) => ({ ...pair, document: at })));
    const part = documents.slice(from, to);
    const batch = model.batch(part, places, hiddenOf(part, blank, blanks));
    const scores = scoped(() => classifier.logits(batch).dataSync<"float32">() as Float32Array);
    flat.forEach((pair, row) => {
      if (batch.isVisible[row]) take(pair, scores.subarray(row * relations, (row + 1) * relations));
    });
  }
}
