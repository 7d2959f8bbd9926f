// HiCLRE as an object: bags and an encoder in, a model that scores bags out, and looks at its attention and its contrasts.

import { createHash } from "node:crypto";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { CheckpointError, unknownName, type Random } from "../../core";
import { recorded } from "../../engine";
import { scoped } from "../../engine/scoped";
import type { Bag } from "../../data";
import { getModel } from "../../models";
import { bagLayout } from "../../relations";
import { loadTokenizer } from "../../text";
import { putBack, readCheckpoint, train, type StepEvent, type TrainingOptions } from "../../train";
import type { BagData } from "./bag-data";
import { BagModel } from "./bag-model";
import { cutBag, scoreAll, type ScoredBags } from "./bag-scores";
import { BagTask, type Geometry } from "./bag-task";
import { LevelContrast, LEVELS, type Level } from "./level-contrast";
import { scoreBags } from "./score";
import { PcnnSentences, TransformerSentences } from "./sentence-models";
import type { HiClreSettings } from "./settings";

/** What a model is made of. */
export interface HiClreModelOptions {
  readonly data: BagData;
  /** Such as `settingsOf("quick")`. */
  readonly settings: HiClreSettings;
  readonly random: Random;
  /** A file of pre-trained weights in place of the encoder's own. */
  readonly weights?: string;
}

/** Development scores after a step, in points. */
export interface Look {
  readonly step: number;
  readonly F1: number;
  readonly AUC: number;
}

/** One level of one batch: how far pseudo positives are, and what the contrast makes of them. */
export interface LevelLook {
  readonly level: Level;
  readonly rows: number;
  /** Mean length of the step from a row to its pseudo positive, and their mean cosine. */
  readonly step: number;
  readonly cosine: number;
  /** Mean cosine of a row with the other rows. */
  readonly others: number;
  readonly loss: number;
}

/**
 * The method of paper 000, its ablations and its neural baselines, by the settings.
 *
 * @example const model = await HiClreModel.open({ data: await openBags("world/bags"), settings: settingsOf("quick"), random }); for await (const step of model.train()) show(step.loss);
 */
export class HiClreModel {
  /** Development scores so far. */
  readonly looks: Look[] = [];
  private readonly task: BagTask;

  private constructor(
    private readonly sentences: TransformerSentences | PcnnSentences,
    private readonly bags: BagModel,
    private readonly options: HiClreModelOptions,
  ) {
    const { data, settings } = options;
    this.task = new BagTask({
      settings,
      sentences,
      bags,
      data: data.train,
      relations: data.relations,
      identity: digestOf(settings, data),
    });
  }

  /** Loads the encoder that the settings name. */
  static async open(options: HiClreModelOptions): Promise<HiClreModel> {
    const { data, settings, random, weights } = options;
    const { method, encoder, maxLength, selection, recontextualization, heads, dropout, diagonal } = settings;
    const folder = await getModel(encoder);
    const sentences =
      method === "pcnn"
        ? new PcnnSentences(loadTokenizer(folder), maxLength, random.fork("network"))
        : await TransformerSentences.open(folder, maxLength, random.fork("sentences"), {
            form: settings.sentence,
            packed: settings.packed ?? false,
            ...(weights === undefined ? {} : { weights }),
          });
    const bags = new BagModel({
      dim: sentences.dim,
      ...(sentences instanceof TransformerSentences ? { entityDim: sentences.entityDim } : {}),
      relations: data.relations.length,
      selection,
      recontextualization: method === "pcnn" ? "none" : recontextualization,
      heads,
      atTest: settings.recontextualizationAtTest,
      dropout,
      diagonal,
      ...(settings.trainingScale === undefined ? {} : { trainingScale: settings.trainingScale }),
      random: random.fork("bags"),
    });
    return new HiClreModel(sentences, bags, options);
  }

  /** Trains by the settings and keeps the weights that are best on the development bags. */
  async *train(
    place: Pick<TrainingOptions, "signal" | "checkpoint"> = {},
  ): AsyncGenerator<StepEvent, void, void> {
    const { data, settings, random } = this.options;
    const { batchSize, epochs, rate, rateFactor, weightDecay, looks } = settings;
    let step = 0;
    for await (const event of train(this.task, {
      ...place,
      random: random.fork("training"),
      epochs,
      batchSize,
      rate: rate * rateFactor,
      weightDecay,
      development: {
        every: Math.ceil(data.train.length / batchSize / looks),
        score: () => {
          const { scores } = this.score(data.dev);
          const { F1, AUC } = scoreBags(data.dev, data.relations, scores, { ranks: [] }).scores;
          this.looks.push({ step: step + 1, F1, AUC });
          return AUC;
        },
      },
    })) {
      step = event.step;
      yield event;
    }
  }

  /** Alignment and uniformity of sentence vectors, epoch by epoch, where there is a contrast. */
  get geometry(): readonly Geometry[] {
    return this.task.geometry;
  }

  /** Scores of bags, each relation a query in turn; `atTest` in place of the setting `recontextualizationAtTest`. */
  score(bags: readonly Bag[], atTest = this.options.settings.recontextualizationAtTest): ScoredBags {
    const { data, settings } = this.options;
    return scoreAll(bags, data.relations, this.sentences, this.bags, settings.testBagSize, atTest);
  }

  /**
   * Puts back the weights that were best on the development bags, from the folder of a training.
   *
   * @throws CheckpointError where the folder has none, or those of another model
   */
  restore(folder: string): void {
    const file = path.join(folder, "best.safetensors");
    const { weights } = readCheckpoint(file);
    const { parameters } = this.task;
    const missing = parameters.find(({ name, shape }) => weights.get(name)?.shape.join() !== shape.join());
    if (missing !== undefined)
      throw new CheckpointError(
        `${file} has no "${missing.name}" of shape [${missing.shape.join(", ")}]: train with these settings`,
      );
    putBack(parameters, weights);
  }

  /**
   * How a relation as query spreads over the sentences of a bag (eq. 4).
   *
   * @throws OptionError for a relation that the model has not
   */
  attention(bag: Bag, relation: string): number[] {
    const { data, settings } = this.options;
    const query = data.relations.indexOf(relation);
    if (query < 0) throw unknownName("relation", relation, data.relations);
    const { sentences } = cutBag(bag, settings.testBagSize);
    return tf.tidy(() => {
      const { attention } = this.bags.test(this.sentences.vectors(sentences), bagLayout([sentences.length]));
      const shares = attention.dataSync();
      return [...shares.subarray(query * sentences.length, (query + 1) * sentences.length)];
    });
  }

  /** The three contrasts on some bags, as in the first epoch and without dropout. Needs a transformer. */
  contrasts(bags: readonly Bag[]): readonly LevelLook[] {
    const { settings, data, random } = this.options;
    const { sentences } = this;
    if (sentences instanceof PcnnSentences) return [];
    return scoped(() => {
      const contrast = new LevelContrast({ ...settings, epochs: 1 });
      const cut = bags.map((bag) => cutBag(bag, settings.bagSize));
      const given = cut.flatMap((bag) => bag.sentences);
      const layout = bagLayout(cut.map((bag) => bag.sentences.length));
      const labels = cut.map((bag) => data.relations.indexOf(bag.relations[0]!));
      const states = sentences.states(given);
      const keys = { sentences: given.map((_, at) => at), bags: cut.map((_, at) => at) };
      const batch = { layout, labels, keys, epoch: 1, random: random.fork("a look") };
      const pairs = recorded(() => {
        const sentence = sentences.vectorsOf(states);
        const { bag, logits } = this.bags.train({ sentence, entity: states.entity }, layout, labels);
        return contrast.pairs(this.bags, batch, { states, sentence, bag, logits });
      });
      return LEVELS.map((level): LevelLook => {
        const { anchor, positive } = pairs[level];
        const [rows] = anchor.shape;
        const unit = (x: tf.Tensor2D): tf.Tensor2D => tf.div(x, tf.norm(x, 2, 1, true));
        const number = (x: tf.Tensor): number => x.dataSync()[0]!;
        const own = number(tf.mean(tf.sum(tf.mul(unit(anchor), unit(positive)), 1)));
        const all = number(tf.sum(tf.matMul(unit(anchor), unit(anchor), false, true)));
        return {
          level,
          rows,
          step: number(tf.mean(tf.norm(tf.sub(positive, anchor), 2, 1))),
          cosine: own,
          others: rows < 2 ? NaN : (all - rows) / (rows * (rows - 1)),
          loss: number(contrast.loss(pairs[level])),
        };
      });
    });
  }

  dispose(): void {
    this.bags.dispose();
    this.sentences.dispose();
  }
}

function digestOf(settings: HiClreSettings, data: BagData): string {
  const ids = data.train.map(({ id, sentences }) => [id, sentences.map((one) => one.id)]);
  return createHash("sha256")
    .update(JSON.stringify([settings, ids]))
    .digest("hex");
}
