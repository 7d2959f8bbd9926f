// Training on bags: the task loss and, where it is asked for, the contrast of each level (eq. 17).

import * as tf from "@tensorflow/tfjs";
import { alignment, crossEntropy, infoNce, uniformity } from "../../contrast";
import type { Random } from "../../core";
import type { Bag, Sentence } from "../../data";
import { bagLayout } from "../../relations";
import type { LossTerm, StepContext, TrainingTask } from "../../train";
import type { BagModel } from "./bag-model";
import { LevelContrast, LEVELS, type BagBatch, type LevelRows } from "./level-contrast";
import { PcnnSentences, type TransformerSentences } from "./sentence-models";
import type { HiClreSettings } from "./settings";

/** What a bag task is made of. */
export interface BagTaskParts {
  readonly settings: HiClreSettings;
  readonly sentences: TransformerSentences | PcnnSentences;
  readonly bags: BagModel;
  readonly data: readonly Bag[];
  readonly relations: readonly string[];
  /** Digest of data and settings. */
  readonly identity: string;
}

/** Alignment and uniformity of sentence vectors with their pseudo positives, the mean of each epoch's steps. */
export interface Geometry {
  readonly epoch: number;
  readonly alignment: number;
  readonly uniformity: number;
}

/** A sampled batch: sentences in a row, bag after bag. */
interface Sampled extends BagBatch {
  readonly sentences: readonly Sentence[];
}

/** A training task on bags, which also tells how its vectors lie. */
export class BagTask implements TrainingTask {
  readonly parameters: TrainingTask["parameters"];
  readonly size: number;
  readonly identity: string;
  private readonly contrast: LevelContrast | undefined;
  private readonly numbers: readonly number[];
  private readonly measured: { epoch: number; alignment: number; uniformity: number; steps: number }[] = [];

  constructor(private readonly parts: BagTaskParts) {
    const { settings, sentences, bags, data, identity } = parts;
    this.parameters = [...sentences.parameters, ...bags.parameters];
    this.size = data.length;
    this.identity = identity;
    this.contrast = settings.contrast ? new LevelContrast(settings) : undefined;
    let next = 0;
    this.numbers = data.map((bag) => (next += bag.sentences.length) - bag.sentences.length);
  }

  /** How alignment and uniformity went, epoch by epoch. */
  get geometry(): readonly Geometry[] {
    return this.measured.map(({ epoch, steps, ...sums }) => ({
      epoch,
      alignment: sums.alignment / steps,
      uniformity: sums.uniformity / steps,
    }));
  }

  terms(indices: readonly number[], context: StepContext): readonly LossTerm[] {
    const { sentences, bags } = this.parts;
    const batch = this.sample(indices, context);
    const task = (logits: tf.Tensor2D): tf.Scalar =>
      crossEntropy().loss({ logits, labels: [...batch.labels] });
    const { dropout } = context;
    if (sentences instanceof PcnnSentences) {
      const pass = bags.train(sentences.vectors(batch.sentences), batch.layout, batch.labels, dropout);
      return [{ name: "task", value: task(pass.logits), weight: 1 }];
    }
    const once = (given: readonly Sentence[]): LevelRows => {
      const states = sentences.states(given, this.parts.settings.encoderDropout ? dropout : undefined);
      const sentence = sentences.vectorsOf(states);
      const vectors = { sentence, entity: states.entity };
      const { bag, logits } = bags.train(vectors, batch.layout, batch.labels, dropout);
      return { states, sentence, bag, logits };
    };
    const rows = once(batch.sentences);
    const { weights, instanceContrast } = this.parts.settings;
    if (instanceContrast > 0)
      return [
        { name: "task", value: task(rows.logits), weight: 1 },
        { name: "instance", value: this.instance(rows, once(shortened(batch))), weight: instanceContrast },
      ];
    if (this.contrast === undefined) return [{ name: "task", value: task(rows.logits), weight: 1 }];
    return [
      { name: "task", value: task(rows.logits), weight: weights.task },
      ...this.levels(batch, rows, once),
    ];
  }

  state(): ReturnType<NonNullable<TrainingTask["state"]>> {
    const saved = LEVELS.flatMap((level) => this.contrast?.memories[level].saved(`memory.${level}`) ?? []);
    return new Map(saved.filter(({ shape }) => shape[0]! > 0).map((one) => [one.name, one]));
  }

  restore(state: Parameters<NonNullable<TrainingTask["restore"]>>[0]): void {
    for (const level of LEVELS) {
      const saved = state.get(`memory.${level}`);
      if (saved !== undefined) this.contrast?.memories[level].restore(saved);
    }
  }

  private levels(
    batch: Sampled,
    rows: LevelRows,
    again: (sentences: readonly Sentence[]) => LevelRows,
  ): LossTerm[] {
    const contrast = this.contrast!;
    const { augmentation, weights } = this.parts.settings;
    const second = contrast.needsSecondPass
      ? again(augmentation === "deletion" ? shortened(batch) : batch.sentences)
      : undefined;
    const pairs = contrast.pairs(this.parts.bags, batch, rows, second);
    this.measure(batch.epoch, pairs.sentence.anchor, pairs.sentence.positive);
    return LEVELS.map((level) => ({
      name: level,
      value: contrast.loss(pairs[level]),
      weight: weights[level],
    }));
  }

  /** CIL: a bag finds its second view among the bags of the batch (Chen et al. 2021, eq. 8). */
  private instance(rows: LevelRows, other: LevelRows): tf.Scalar {
    const { temperature } = this.parts.settings;
    return infoNce({ temperature }).loss({ anchor: rows.bag, positive: other.bag });
  }

  private measure(epoch: number, anchor: tf.Tensor2D, positive: tf.Tensor2D): void {
    const [aligned, uniform] = tf.tidy(() => [
      alignment(anchor, positive).dataSync()[0]!,
      uniformity(anchor).dataSync()[0]!,
    ]);
    const last = this.measured.at(-1);
    if (last?.epoch === epoch) {
      last.alignment += aligned!;
      last.uniformity += uniform!;
      last.steps++;
    } else this.measured.push({ epoch, alignment: aligned!, uniformity: uniform!, steps: 1 });
  }

  private sample(indices: readonly number[], { epoch, random }: StepContext): Sampled {
    const { data, relations, settings } = this.parts;
    const draws = random.fork("bag sentences");
    const chosen = indices.map((index) => {
      const own = data[index]!.sentences.map((_, at) => at);
      return own.length <= settings.bagSize ? own : draws.shuffle(own).slice(0, settings.bagSize);
    });
    return {
      layout: bagLayout(chosen.map(({ length }) => length)),
      labels: indices.map((index) => relations.indexOf(data[index]!.relations[0]!)),
      sentences: indices.flatMap((index, row) => chosen[row]!.map((at) => data[index]!.sentences[at]!)),
      keys: {
        bags: indices,
        sentences: indices.flatMap((index, row) => chosen[row]!.map((at) => this.numbers[index]! + at)),
      },
      epoch: epoch + 1,
      random: random.fork("pseudo positives"),
    };
  }
}

/** Each sentence without one of its words, a word of no mention, drawn at random (EDA's deletion, Wei and Zou 2019). */
function shortened({ sentences, random }: { sentences: readonly Sentence[]; random: Random }): Sentence[] {
  const draws = random.fork("deletion");
  return sentences.map((sentence) => {
    const words = [...sentence.text.matchAll(/\s\p{L}+(?=\s)/gu)]
      .map((match) => ({ start: match.index, end: match.index + match[0].length }))
      .filter(({ start, end }) =>
        [sentence.head, sentence.tail].every((mention) => end <= mention.start || start + 1 >= mention.end),
      );
    if (words.length === 0) return sentence;
    const { start, end } = words[draws.integer(words.length)]!;
    const moved = <M extends { readonly start: number; readonly end: number }>(mention: M): M =>
      mention.start < end
        ? mention
        : { ...mention, start: mention.start - (end - start), end: mention.end - (end - start) };
    return {
      id: sentence.id,
      text: sentence.text.slice(0, start) + sentence.text.slice(end),
      head: moved(sentence.head),
      tail: moved(sentence.tail),
    };
  });
}
