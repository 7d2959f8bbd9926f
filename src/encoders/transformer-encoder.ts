// BERT, RoBERTa and CharacterBERT: token ids to hidden states.

import * as tf from "@tensorflow/tfjs";
import { OptionError, type Random } from "../core";
import {
  createParameter,
  type DropoutStream,
  initialNormal,
  moveTowards,
  type InitialValues,
  type Parameter,
} from "../engine";
import { attend, mix } from "./attention";
import { checkBatch, type EncoderBatch } from "./encoder-batch";
import { maskBias, positionsOf, rowsOf, type LookedUp } from "./batch-places";
import type { BlockDropout, BlockShape } from "./block";
import { characterCnn, type CharacterCnnWeights } from "./character-cnn";
import { embed, lookUp } from "./embeddings";
import type { EncoderOutput, ForwardOptions } from "./encoder-output";
import { feedForward } from "./feed-forward";
import { linear } from "./linear";
import { maskedScores } from "./masked-head";
import { Packing } from "./packing";
import { blockSpecs, blockPrefix, embeddingSpecs, maskedHeadNames, WORDS } from "./weight-names";
import type { EncoderConfig } from "./weights";

/**
 * A transformer encoder with its weights. `loadEncoder` makes one from a folder.
 *
 * @example const { last } = encoder.forward(batch, { dropout });
 */
export class TransformerEncoder {
  private settings: EncoderConfig;
  private readonly byName: Map<string, Parameter>;

  /** Takes over `parameters`, named as in `weight-names.ts`. */
  constructor(config: EncoderConfig, parameters: readonly Parameter[]) {
    this.settings = config;
    this.byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  }

  get config(): EncoderConfig {
    return this.settings;
  }

  /** In the order of the data's way: embeddings, blocks, pooler, head. */
  get parameters(): readonly Parameter[] {
    return [...this.byName.values()];
  }

  /** Whether the weights held a pooler. */
  get hasPooler(): boolean {
    return this.byName.has("pooler.dense.weight");
  }

  /** Whether the weights held a masked-language head. */
  get hasMaskedHead(): boolean {
    return this.byName.has(maskedHeadNames(this.settings).bias);
  }

  /** The parameter of that name, such as `encoder.layer.0.output.dense.weight`. */
  parameter(name: string): Parameter {
    const parameter = this.byName.get(name);
    if (parameter === undefined) throw new OptionError(`the encoder has no parameter "${name}"`);
    return parameter;
  }

  /** Hidden states of a batch; differentiable in every output. Tensors belong to the caller's scope. */
  forward(batch: EncoderBatch, options: ForwardOptions = {}): EncoderOutput {
    checkBatch(batch, this.settings, options.positions);
    const { size, length } = batch;
    const { hiddenSize, layers } = this.settings;
    const { dropout, allHidden = false, attention = false, allAttention = false, packed = false } = options;
    const packing = packed ? Packing.of(batch) : undefined;
    const results = tf.tidy(() => {
      const shaped = (x: tf.Tensor): tf.Tensor3D =>
        (packing === undefined ? x : packing.pad(x)).reshape([size, length, hiddenSize]);
      const bias = maskBias(batch);
      const positions = options.positions ?? positionsOf(batch, this.settings);
      let x = this.embedded(rowsOf(batch, positions, packing), dropout);
      const hidden = allHidden ? [shaped(x)] : [];
      const attentions: tf.Tensor4D[] = [];
      for (let index = 0; index < layers; index++) {
        const isAsked = allAttention || (attention && index === layers - 1);
        const after = tf.tidy(() => {
          const block = this.block(index, x, { batch: size, length, packing }, bias, dropout);
          return isAsked ? block : { x: block.x };
        });
        x.dispose();
        x = after.x;
        if (allHidden) hidden.push(shaped(x));
        if ("attention" in after) attentions.push(after.attention);
      }
      const last = allHidden ? hidden.at(-1)! : shaped(x);
      const pooled = this.hasPooler ? [this.pooled(last)] : [];
      return { last: [last], pooled, hidden, attentions };
    });
    return {
      last: results.last[0]!,
      ...(results.pooled[0] === undefined ? {} : { pooled: results.pooled[0] }),
      ...(allHidden ? { hidden: results.hidden } : {}),
      ...(attention ? { attention: results.attentions.at(-1)! } : {}),
      ...(allAttention ? { attentions: results.attentions } : {}),
    };
  }

  /** The vectors of the words alone `[size, length, hidden]`, before positions and types are added. */
  wordVectors(batch: EncoderBatch): tf.Tensor3D {
    checkBatch(batch, this.settings);
    return tf.tidy(() => this.words(batch).reshape([batch.size, batch.length, this.settings.hiddenSize]));
  }

  /** Scores of every word at every position, `[size, length, vocabulary]`, from the last hidden states. */
  maskedLogits(last: tf.Tensor3D): tf.Tensor3D {
    if (!this.hasMaskedHead)
      throw new OptionError(
        "the encoder has no masked-language head: load weights of a model for masked language",
      );
    const { activation, layerNormEpsilon } = this.settings;
    const { dense, norm, bias } = maskedHeadNames(this.settings);
    const [size, length, hiddenSize] = last.shape;
    return tf.tidy(() => {
      const weights = { ...this.named(dense, "dense"), ...this.normal(norm), bias: this.parameter(bias) };
      const rows = last.reshape([size * length, hiddenSize]) as tf.Tensor2D;
      const words = this.parameter(`${WORDS}.weight`);
      return maskedScores(rows, words, weights, activation, layerNormEpsilon).reshape([size, length, -1]);
    });
  }

  /**
   * Makes room for `count` more tokens: new rows of the word embeddings, normal with the model's deviation, around 0 or
   * around the row of the token `near` (such as the mask, whose state gathers what its surroundings say).
   */
  addTokens(count: number, random: Random, { near }: { readonly near?: number } = {}): void {
    if (this.settings.characterCnn !== undefined)
      throw new OptionError("a character encoder has no token table to add tokens to");
    if (!(Number.isInteger(count) && count >= 0))
      throw new OptionError(`count of new tokens is ${count}, expected a whole number`);
    const { vocabularySize, hiddenSize, initialDeviation } = this.settings;
    if (near !== undefined && !(Number.isInteger(near) && near >= 0 && near < vocabularySize))
      throw new OptionError(`new tokens shall be near token ${near}, expected an id below ${vocabularySize}`);
    if (count === 0) return;
    const rows = initialNormal(random.fork("new tokens"), [count, hiddenSize], initialDeviation);
    if (near !== undefined) {
      const centre = this.parameter(`${WORDS}.weight`)
        .data()
        .subarray(near * hiddenSize);
      rows.data.forEach((value, at) => (rows.data[at] = value + centre[at % hiddenSize]!));
    }
    this.extend(`${WORDS}.weight`, rows);
    const { bias } = maskedHeadNames(this.settings);
    if (this.byName.has(bias)) this.extend(bias, { shape: [count], data: new Float32Array(count) });
    const size = vocabularySize + count;
    this.settings = {
      ...this.settings,
      vocabularySize: size,
      raw: { ...this.settings.raw, vocab_size: size },
    };
  }

  private extend(name: string, rows: InitialValues): void {
    const before = this.parameter(name);
    const data = new Float32Array(before.data().length + rows.data.length);
    data.set(before.data());
    data.set(rows.data, data.length - rows.data.length);
    const shape = [before.shape[0]! + rows.shape[0]!, ...before.shape.slice(1)];
    const { isDecayed, isTrainable } = before;
    this.byName.set(name, createParameter(name, { shape, data }, { isDecayed, isTrainable }));
    before.dispose();
  }

  /** Leaves embeddings and the lowest `layers` blocks out of training; all others are trained again. */
  freeze({ embeddings = false, layers = 0 }: { embeddings?: boolean; layers?: number }): void {
    if (!(Number.isInteger(layers) && layers >= 0 && layers <= this.settings.layers))
      throw new OptionError(
        `layers to freeze is ${layers}, expected a whole number from 0 to ${this.settings.layers}`,
      );
    const frozen = new Set<string>();
    if (embeddings) for (const { name } of embeddingSpecs(this.settings)) frozen.add(name);
    for (let index = 0; index < layers; index++)
      for (const { name } of blockSpecs(this.settings, index)) frozen.add(name);
    for (const parameter of this.byName.values()) parameter.isTrainable = !frozen.has(parameter.name);
  }

  /** A second encoder with copies of the weights, not trained; it goes after this one by `follow`. */
  momentumCopy(): TransformerEncoder {
    const copies: Parameter[] = [];
    tf.tidy(() => {
      for (const parameter of this.parameters) {
        const { name, isDecayed } = parameter;
        copies.push(createParameter(name, parameter.value(), { isDecayed, isTrainable: false }));
      }
    });
    return new TransformerEncoder(this.settings, copies);
  }

  /** Moves every weight towards `online`: `theta <- m theta + (1 - m) theta_online` (He et al. 2020, eq. 2). */
  follow(online: TransformerEncoder, m: number): void {
    for (const parameter of this.parameters) moveTowards(parameter, online.parameter(parameter.name), m);
  }

  /** Frees the weights. */
  dispose(): void {
    for (const parameter of this.byName.values()) parameter.dispose();
  }

  private words({ ids, characterIds }: Pick<EncoderBatch, "ids" | "characterIds">): tf.Tensor2D {
    const { characterCnn: cnn, padId } = this.settings;
    return cnn === undefined
      ? lookUp(this.parameter(`${WORDS}.weight`).value(), ids, padId)
      : characterCnn(characterIds!, this.characterWeights(), cnn);
  }

  private embedded(rows: LookedUp, dropout: DropoutStream | undefined): tf.Tensor {
    const { layerNormEpsilon, kind, padId, hiddenDropout } = this.settings;
    const weights = {
      position: this.parameter("embeddings.position_embeddings.weight"),
      type: this.parameter("embeddings.token_type_embeddings.weight"),
      ...this.normal("embeddings.LayerNorm"),
    };
    const places = { ...rows, skippedPosition: kind === "roberta" ? padId : undefined };
    return tf.tidy(() => {
      const x = embed(this.words(rows), weights, places, layerNormEpsilon);
      return dropout === undefined ? x : dropout.apply(x, hiddenDropout);
    });
  }

  private block(
    index: number,
    x: tf.Tensor,
    sequences: Pick<BlockShape, "batch" | "length" | "packing">,
    bias: tf.Tensor | undefined,
    stream: DropoutStream | undefined,
  ): { x: tf.Tensor; attention: tf.Tensor4D } {
    const { heads, hiddenSize, hiddenDropout, attentionDropout, activation, layerNormEpsilon } =
      this.settings;
    const prefix = blockPrefix(index);
    const shape = { ...sequences, heads, hidden: hiddenSize };
    const dropout: BlockDropout | undefined = stream && {
      stream,
      hidden: hiddenDropout,
      attention: attentionDropout,
    };
    const self = `${prefix}.attention.self`;
    const attention = attend(
      x,
      { ...this.named(`${self}.query`, "query"), ...this.named(`${self}.key`, "key") },
      shape,
      bias,
    );
    const mixing = {
      ...this.named(`${self}.value`, "value"),
      ...this.named(`${prefix}.attention.output.dense`, "output"),
      ...this.normal(`${prefix}.attention.output.LayerNorm`),
    };
    const mixed = mix(x, attention, mixing, shape, layerNormEpsilon, dropout);
    const feeding = {
      ...this.named(`${prefix}.intermediate.dense`, "inner"),
      ...this.named(`${prefix}.output.dense`, "outer"),
      ...this.normal(`${prefix}.output.LayerNorm`),
    };
    return { x: feedForward(mixed, feeding, activation, layerNormEpsilon, dropout), attention };
  }

  private pooled(last: tf.Tensor3D): tf.Tensor2D {
    const [size, , hiddenSize] = last.shape;
    const first = last.slice([0, 0, 0], [size, 1, hiddenSize]).reshape([size, hiddenSize]) as tf.Tensor2D;
    const { dense, denseBias } = this.named("pooler.dense", "dense");
    return tf.tanh(linear(first, dense.value(), denseBias.value()));
  }

  private characterWeights(): CharacterCnnWeights {
    const { filters, highways } = this.settings.characterCnn!;
    const pair = (name: string): { weight: Parameter; bias: Parameter } => ({
      weight: this.parameter(`${WORDS}.${name}.weight`),
      bias: this.parameter(`${WORDS}.${name}.bias`),
    });
    return {
      characters: this.parameter(`${WORDS}._char_embedding_weights`),
      convolutions: filters.map((_, index) => pair(`char_conv_${index}`)),
      highways: Array.from({ length: highways }, (_, index) => pair(`_highways._layers.${index}`)),
      projection: pair("_projection"),
    };
  }

  private named<Name extends string>(prefix: string, name: Name): Record<Name | `${Name}Bias`, Parameter> {
    const both = {
      [name]: this.parameter(`${prefix}.weight`),
      [`${name}Bias`]: this.parameter(`${prefix}.bias`),
    };
    return both as Record<Name | `${Name}Bias`, Parameter>;
  }

  private normal(prefix: string): { gamma: Parameter; beta: Parameter } {
    return { gamma: this.parameter(`${prefix}.weight`), beta: this.parameter(`${prefix}.bias`) };
  }
}
