// Stage 1 of Hogan et al. 2022: training on distant labels, noting when each instance is first predicted right.

import * as tf from "@tensorflow/tfjs";
import { crossEntropy } from "../../contrast";
import type { Random } from "../../core";
import { scoped } from "../../engine/scoped";
import type { SavedTensors, TrainingTask } from "../../train";
import { instanceId, type PairData, type PairInstance } from "./instances";
import type { LearnedInstance, LearningOrder, OrderProvenance } from "./learning-order";
import { binaryCrossEntropy, type PairClassifier } from "./pair-classifier";

/** Documents of one pass without training. */
const READ_AT_ONCE = 64;

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

/** `-log p(label)` among the label and all classes that are no label of the pair [R2]; below it nothing beats it: learned. */
function contest(row: ArrayLike<number>, labels: readonly number[], label: number) {
  let [best, sum] = [-Infinity, 0];
  for (let other = 0; other < row.length; other++)
    if (!labels.includes(other)) {
      best = Math.max(best, row[other]!);
      sum += Math.exp(row[other]! - row[label]!);
    }
  return { isRight: row[label]! > best, loss: Math.log1p(sum) };
}

/** What stage 1 notes of every instance. */
class Notes {
  readonly index = new Map<string, number>();
  readonly relation: string[] = [];
  /** Epoch by the training pass, epoch by the pass after it (0: none yet), and whether the last pass was right. */
  batch: Float32Array;
  epoch: Float32Array;
  last: Float32Array;
  /** Sum of training losses over epochs, and the last one: for detecting noise by loss and by confidence. */
  loss: Float32Array;
  lastLoss: Float32Array;

  constructor(data: PairData) {
    for (const pair of data.pairs.flat())
      for (const label of pair.labels) {
        this.index.set(instanceId(data, pair, label), this.relation.length);
        this.relation.push(data.relations[label]!);
      }
    const empty = (): Float32Array => new Float32Array(this.relation.length);
    [this.batch, this.epoch, this.last, this.loss, this.lastLoss] = [
      empty(),
      empty(),
      empty(),
      empty(),
      empty(),
    ];
  }

  order(form: "batch" | "epoch", epochs: number, provenance: Omit<OrderProvenance, "form">): LearningOrder {
    const list = form === "batch" ? this.batch : this.epoch;
    const instances = [...this.index].map(([id, at]): LearnedInstance => ({
      id,
      relation: this.relation[at]!,
      epoch: list[at]! || null,
    }));
    return { epochs, instances, provenance: { ...provenance, form } };
  }
}

const NOTED = ["batch", "epoch", "last", "loss", "lastLoss"] as const;

/** The task of stage 1; after training `finish` takes the last pass. An item is a document. */
export class OrderTask implements TrainingTask {
  readonly size: number;
  readonly parameters;
  readonly notes: Notes;

  constructor(
    readonly classifier: PairClassifier,
    readonly data: PairData,
    readonly options: { readonly noneRatio: number; readonly identity: string },
  ) {
    this.size = data.documents.length;
    this.parameters = [...classifier.model.encoder.parameters, ...classifier.parameters];
    this.notes = new Notes(data);
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
    );
    const logits = this.classifier.logits(batch, dropout);
    const rows = pairs.flatMap((_, row) => (batch.isVisible[row] ? [row] : []));
    const scores = logits.dataSync<"float32">() as Float32Array;
    for (const row of rows) this.note(pairs[row]![0], this.rowOf(scores, row), epoch + 1, "batch");
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
    return new Map(
      NOTED.map((name) => [name, { name, shape: [this.notes[name].length], data: this.notes[name] }]),
    );
  }

  restore(state: SavedTensors): void {
    for (const name of NOTED) {
      const saved = state.get(name);
      if (saved !== undefined) this.notes[name] = Float32Array.from(saved.data);
    }
  }

  private rowOf(scores: Float32Array, row: number): Float32Array {
    const { relations } = this.classifier;
    return scores.subarray(row * relations, (row + 1) * relations);
  }

  private loss(logits: tf.Tensor2D, pairs: readonly PairInstance[]): tf.Scalar {
    if (!this.data.isMultiLabel)
      return crossEntropy().loss({ logits, labels: pairs.map(({ labels: [label = 0] }) => label) });
    const classes = this.classifier.relations;
    const targets = new Float32Array(pairs.length * classes);
    pairs.forEach(({ labels }, row) => {
      for (const label of labels.length === 0 ? [0] : labels) targets[row * classes + label] = 1;
    });
    return binaryCrossEntropy(logits, tf.tensor2d(targets, [pairs.length, classes]));
  }

  private note(pair: PairInstance, row: Float32Array, epoch: number, form: "batch" | "epoch"): void {
    const { notes } = this;
    for (const label of pair.labels) {
      const at = notes.index.get(instanceId(this.data, pair, label))!;
      const { isRight, loss } = contest(row, pair.labels, label);
      if (isRight && notes[form][at] === 0) notes[form][at] = epoch;
      if (form === "epoch") [notes.last[at], notes.lastLoss[at]] = [isRight ? 1 : 0, loss];
      else notes.loss[at]! += loss;
    }
  }

  private pass(epoch: number): void {
    scoresOf(
      this.classifier,
      this.data,
      (pair) => pair.labels.length > 0,
      (pair, row) => this.note(pair, row, epoch, "epoch"),
    );
  }
}

/** Scores of the visible pairs that `isAsked` takes, without dropout, one after another. */
export function scoresOf(
  classifier: PairClassifier,
  { documents, pairs }: PairData,
  isAsked: (pair: PairInstance) => boolean,
  take: (pair: PairInstance, scores: Float32Array) => void,
): void {
  const { model, relations } = classifier;
  for (let from = 0; from < documents.length; from += READ_AT_ONCE) {
    const asked = pairs.slice(from, from + READ_AT_ONCE).map((own) => own.filter(isAsked));
    const flat = asked.flat();
    if (flat.length === 0) continue;
    const places = asked.flatMap((own, at) => own.map((pair) => ({ ...pair, document: at })));
    const batch = model.batch(documents.slice(from, from + READ_AT_ONCE), places);
    const scores = scoped(() => classifier.logits(batch).dataSync<"float32">() as Float32Array);
    flat.forEach((pair, row) => {
      if (batch.isVisible[row]) take(pair, scores.subarray(row * relations, (row + 1) * relations));
    });
  }
}
