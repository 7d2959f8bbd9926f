// Sentence vectors: HiCLRE's (eq. 1-2) from a transformer, and those of a piecewise convolutional network.

import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { WeightsError, type Random } from "../../core";
import type { Sentence } from "../../data";
import {
  linear,
  loadEncoder,
  Pcnn,
  readWeights,
  withMaskedHead,
  writeSafetensors,
  type TransformerEncoder,
} from "../../encoders";
import { createParameter, initialNormal, type DropoutStream, type Parameter } from "../../engine";
import { spanMeans, statesAt } from "../../relations";
import { encodeSentences, loadTokenizer, type MentionBatch, type Tokenizer } from "../../text";
import type { SentenceVectors } from "./bag-model";

/** What a sentence vector is made of, before the sentence layer. */
export interface SentenceStates {
  /** `[h_e1 ; h_e2]`, means over the mentions' pieces (eq. 1), `[sentences, 2 hidden]`. */
  readonly entity: tf.Tensor2D;
  /** The state of [CLS], `[sentences, hidden]`. */
  readonly context: tf.Tensor2D;
}

/** The token that stands for a hidden mention in pre-training. */
export const BLANK = "[BLANK]";

/**
 * How a sentence vector is made [R1]: `paper`, eq. 2; `code`, entity vectors half-way between the markers of a mention,
 * and `W [h_e1 ; h_e2] + b`, twice as wide, without [CLS] and without tanh.
 */
export type SentenceForm = "paper" | "code";

/** How an encoder is opened. */
export interface OpenOptions {
  /** Default `paper`. */
  readonly form?: SentenceForm;
  /** Whether it gets a masked-language head, for pre-training (default false). */
  readonly withMaskedHead?: boolean;
  /** A file that `save` wrote, whose weights replace those of the folder. */
  readonly weights?: string;
  /** Whether the encoder computes no states of padding (default false). */
  readonly packed?: boolean;
}

/** A transformer with markers, and the sentence layer on it. */
export class TransformerSentences {
  readonly parameters: readonly Parameter[];
  /** Width of a sentence vector, and of `[h_e1 ; h_e2]`. */
  readonly dim: number;
  readonly entityDim: number;

  private constructor(
    readonly encoder: TransformerEncoder,
    readonly tokenizer: Tokenizer,
    private readonly maxLength: number,
    private readonly layer: readonly [Parameter, Parameter],
    private readonly form: SentenceForm,
    private readonly packed: boolean,
  ) {
    this.dim = (form === "code" ? 2 : 1) * encoder.config.hiddenSize;
    this.entityDim = 2 * encoder.config.hiddenSize;
    this.parameters = [...encoder.parameters, ...layer];
  }

  /** Opens the encoder of a folder; `random` draws the markers' rows and the layer. */
  static async open(
    folder: string,
    maxLength: number,
    random: Random,
    { withMaskedHead: isMasked = false, weights, form = "paper", packed = false }: OpenOptions = {},
  ): Promise<TransformerSentences> {
    const loaded = await loadEncoder(folder);
    const encoder = isMasked ? withMaskedHead(loaded, random.fork("masked head")) : loaded;
    const sentences = TransformerSentences.on(encoder, loadTokenizer(folder), maxLength, random, {
      form,
      packed,
    });
    if (weights !== undefined) sentences.read(weights);
    return sentences;
  }

  /** Puts markers and the sentence layer on an encoder, which is then the model's own. */
  static on(
    encoder: TransformerEncoder,
    tokenizer: Tokenizer,
    maxLength: number,
    random: Random,
    { form = "paper", packed = false }: Pick<OpenOptions, "form" | "packed"> = {},
  ): TransformerSentences {
    tokenizer.addMarkers();
    tokenizer.addMarkers([BLANK]);
    encoder.addTokens(Math.max(0, tokenizer.size - encoder.config.vocabularySize), random.fork("markers"));
    const { hiddenSize } = encoder.config;
    const [rows, columns] = form === "code" ? [2, 2] : [1, 3];
    const spread = 1 / Math.sqrt(columns * hiddenSize);
    const layer = [
      createParameter(
        "sentence.weight",
        initialNormal(random.fork("sentence"), [rows * hiddenSize, columns * hiddenSize], spread),
      ),
      createParameter(
        "sentence.bias",
        { shape: [rows * hiddenSize], data: new Float32Array(rows * hiddenSize) },
        { isDecayed: false },
      ),
    ] as const;
    return new TransformerSentences(encoder, tokenizer, maxLength, layer, form, packed);
  }

  /** Sentences as the encoder reads them. */
  encode(sentences: readonly Sentence[]): MentionBatch {
    const { tokenizer, maxLength } = this;
    return encodeSentences(tokenizer, sentences, { markers: "entity", maxLength });
  }

  /** States of mentions and [CLS] (eq. 1). */
  states(sentences: readonly Sentence[], dropout?: DropoutStream): SentenceStates {
    const batch = this.encode(sentences);
    return this.statesOf(this.last(batch, dropout), batch);
  }

  /** The last hidden states of a batch, `[size, length, hidden]`. */
  last(batch: MentionBatch, dropout?: DropoutStream): tf.Tensor3D {
    return this.encoder.forward(batch, { packed: this.packed, dropout }).last;
  }

  /** Mentions and [CLS] among the states of a batch. */
  statesOf(last: tf.Tensor3D, batch: MentionBatch): SentenceStates {
    const half = (start: Int32Array, span: Int32Array): tf.Tensor2D =>
      tf.div(tf.add(statesAt(last, start), statesAt(last, endsOf(span))), 2);
    const { headStart, headSpan, tailStart, tailSpan } = batch;
    return {
      entity:
        this.form === "code"
          ? tf.concat([half(headStart, headSpan), half(tailStart, tailSpan)], 1)
          : tf.concat([spanMeans(last, headSpan), spanMeans(last, tailSpan)], 1),
      context: statesAt(last, new Int32Array(batch.size)),
    };
  }

  /** `h_S = tanh([h_e1 ; h_e2 ; h_CLS] W_S + b_S)` (eq. 2), `[sentences, dim]`. */
  vectorsOf({ entity, context }: SentenceStates): tf.Tensor2D {
    const [weight, bias] = this.layer;
    if (this.form === "code") return linear(entity, weight.value(), bias.value());
    return tf.tanh(linear(tf.concat([entity, context], 1), weight.value(), bias.value()));
  }

  /** Sentence and entity vectors without dropout. */
  vectors(sentences: readonly Sentence[]): SentenceVectors {
    const states = this.states(sentences);
    return { sentence: this.vectorsOf(states), entity: states.entity };
  }

  /** Writes encoder and sentence layer; `open` reads them as `weights`. */
  save(file: string): void {
    writeSafetensors(
      file,
      this.parameters.map((parameter) => ({
        name: parameter.name,
        shape: parameter.shape,
        data: () => parameter.data(),
      })),
      { format: "pt" },
    );
  }

  dispose(): void {
    this.encoder.dispose();
    for (const parameter of this.layer) parameter.dispose();
  }

  private read(file: string): void {
    const saved = readWeights(path.dirname(file));
    const names = new Set(saved.names());
    for (const parameter of this.parameters) {
      const { name, shape } = parameter;
      if (!names.has(name) || saved.shape(name).join() !== shape.join())
        throw new WeightsError(
          `${file}: no tensor "${name}" of shape [${shape.join(", ")}]: pre-train it again`,
        );
      parameter.assign(saved.read(name));
    }
  }
}

/** The end markers: one place after each mention, `[start, end)` flattened. */
const endsOf = (span: Int32Array): Int32Array => span.filter((_, at) => at % 2 === 1);

/** A piecewise convolutional network over the pieces of a tokenizer; its word vectors start at random. */
export class PcnnSentences {
  readonly parameters: readonly Parameter[];
  readonly dim: number;
  private readonly network: Pcnn;

  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly maxLength: number,
    random: Random,
  ) {
    this.network = new Pcnn({ vocabulary: tokenizer.size, random });
    this.parameters = this.network.parameters;
    this.dim = this.network.width;
  }

  /** Sentence vectors `[sentences, 3 filters]`; with dropout in training (0.5, Zeng et al. 2015, on the vector by the bag model). */
  vectors(sentences: readonly Sentence[]): SentenceVectors {
    const { tokenizer, maxLength } = this;
    const batch = encodeSentences(tokenizer, sentences, { markers: "none", maxLength });
    const { ids, mask, size, length, headStart, tailStart } = batch;
    return { sentence: this.network.forward({ ids, mask, size, length, head: headStart, tail: tailStart }) };
  }

  dispose(): void {
    this.network.dispose();
  }
}
