// CLDR as an object: documents and an encoder in, a tuned encoder out, and a look at what a pair and its graphs have in common.

import * as tf from "@tensorflow/tfjs";
import { DataError, OptionError, type Matrix, type Random } from "../../core";
import { DocumentSet, type Document } from "../../data";
import { graphConvolution } from "../../encoders";
import { checkTraining } from "./check-settings";
import { Cldr, comparedPairs, twoNodeGraphs } from "./cldr-loss";
import { properPairs, splitValidation, taggedSentences, type TaggedSentence } from "./corpus";
import { partOf, rowsAt, teacherOf } from "./part";
import type { CldrSettings } from "./settings";
import { trainEncoder, type Trained, type TrainingPlace } from "./training";
import { WordEncoder } from "./word-encoder";

/** What a model is made of. */
export interface CldrModelOptions {
  /** Documents with words, drugs, effects and their relations; a tenth of them is validated on. */
  readonly documents: DocumentSet;
  /** Such as `settingsOf("quick").cldr`; its corpus is not read. */
  readonly settings: CldrSettings;
  readonly random: Random;
}

/** A relation's pair of words, its wrong pairs, and the graphs of all of them. */
export interface PairComparison {
  /** `"drug - effect"` of each pair, the related one first. */
  readonly labels: readonly string[];
  /** Cosine of the text of each pair (rows) with the graph of each pair (columns), as the loss takes it. */
  readonly cosines: Matrix;
}

/**
 * The method of paper 003 at the level of relations (eq. 1-3 and 5).
 *
 * @example const model = await CldrModel.open({ documents, settings: settingsOf("quick").cldr, random }); await model.fit(); model.compare(document).cosines
 */
export class CldrModel {
  private constructor(
    private readonly words: WordEncoder,
    private readonly frozen: WordEncoder,
    private readonly cldr: Cldr,
    private readonly options: CldrModelOptions,
  ) {}

  /**
   * Loads the encoder that the settings name, and the frozen copy of it that gives the nodes of all graphs.
   *
   * @throws OptionError for a setting out of range
   */
  static async open(options: CldrModelOptions): Promise<CldrModel> {
    checkTraining(options.settings);
    const { encoder, reading } = options.settings;
    const words = await WordEncoder.open(encoder, reading);
    const frozen = await WordEncoder.open(encoder, reading);
    const cldr = new Cldr(words, options.settings, options.random.fork("graphs"));
    return new CldrModel(words, frozen, cldr, options);
  }

  /**
   * Trains until the early stop or the last epoch; the best weights are kept.
   *
   * @throws DataError where training or validation sentences have no relation
   */
  async fit(place: Omit<TrainingPlace, "random"> = {}): Promise<Trained> {
    const { documents, settings, random } = this.options;
    const { train, validation } = splitValidation(taggedSentences(documents));
    requireRelations("training", train);
    requireRelations("validation", validation);
    const parts = [partOf(this.words, train), partOf(this.words, validation)] as const;
    const teachers = new Map(parts.map((part) => [part, teacherOf(this.frozen, part)]));
    try {
      return await trainEncoder(
        {
          words: this.words,
          parameters: this.cldr.parameters,
          loss: (part, indices, chance) => this.cldr.loss(part, teachers.get(part)!, indices, chance),
          train: parts[0],
          validation: parts[1],
          settings,
          needsRelations: true,
        },
        { ...place, random },
      );
    } finally {
      for (const teacher of teachers.values()) teacher.dispose();
    }
  }

  /**
   * One relation of a document with wrong pairs drawn as in training: what the loss compares.
   *
   * @throws OptionError where the document has no such relation
   */
  compare(
    document: Document,
    {
      relation = 0,
      negatives = 6,
      random = this.options.random.fork("a look"),
    }: { readonly relation?: number; readonly negatives?: number; readonly random?: Random } = {},
  ): PairComparison {
    const part = partOf(this.words, taggedSentences(DocumentSet.from([document])));
    const sampling = { ...this.options.settings, negatives };
    const { relations, width, inPart, isPair } = comparedPairs(part, [0], part.offsets, sampling, random);
    if (!(Number.isInteger(relation) && relation >= 0 && relation < relations))
      throw new OptionError(
        `relation ${relation} of document "${document.id}": it has ${relations} that join two words, counted from 0`,
      );
    const count = isPair.subarray(relation * width, (relation + 1) * width).filter((one) => one === 1).length;
    const places = inPart.slice(2 * relation * width, 2 * (relation * width + count));
    const { words } = part.sentences[0]!;
    const labels = Array.from(
      { length: count },
      (_, pair) => `${words[places[2 * pair]!]} - ${words[places[2 * pair + 1]!]}`,
    );
    return { labels, cosines: this.cosines(part, places, count) };
  }

  /** Frees both encoders and the graph convolution. */
  dispose(): void {
    this.cldr.dispose();
    this.words.dispose();
    this.frozen.dispose();
  }

  private cosines(part: ReturnType<typeof partOf>, places: Int32Array, count: number): Matrix {
    const { dim } = this.words;
    const teacher = teacherOf(this.frozen, part);
    const { random, settings } = this.options;
    const graph = graphConvolution({ inputs: dim, outputs: dim, activation: "relu", random });
    graph.parameters.forEach((own, at) => own.assign(this.cldr.parameters[at]!.data()));
    try {
      const found = tf.tidy(() => {
        const flat = (pairs: tf.Tensor): tf.Tensor2D => pairs.reshape([count, 2 * dim]);
        const { words } = this.words.forward(part.sequences);
        const text = flat(tf.relu(rowsAt(words, places, [count, 2])));
        const graphs = flat(twoNodeGraphs(graph, rowsAt(teacher, places, [count, 2]), settings.lambda));
        const unit = (x: tf.Tensor2D): tf.Tensor2D =>
          tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12)) as tf.Tensor2D;
        return tf.matMul(unit(text), unit(graphs), false, true);
      });
      const data = found.dataSync<"float32">() as Float32Array;
      found.dispose();
      return { data, rows: count, columns: count };
    } finally {
      graph.dispose();
      teacher.dispose();
    }
  }
}

/** Without a relation to validate on, every epoch would look alike, and the first one be kept. */
function requireRelations(part: string, sentences: readonly TaggedSentence[]): void {
  if (sentences.every((sentence) => properPairs(sentence).length === 0))
    throw new DataError(
      `the ${part} part of CLDR has ${sentences.length} sentences and no relation: give 10 documents or more that have relations, of which a tenth is validated on`,
    );
}
