// A pre-trained encoder to look at: tokens and hidden states of a sentence, and the relation encoders made from it.

import * as tf from "@tensorflow/tfjs";
import { DISPLAY, matrix, type Displayable, type Matrix, type MimeBundle, type Random } from "../core";
import type { Sentence } from "../data";
import { scoped } from "../engine/scoped";
import { loadEncoder, readEncoderConfig, type TransformerEncoder } from "../encoders";
import {
  checkFits,
  encodeSentence,
  loadTokenizer,
  mentionBatch,
  type MentionBatch,
  type Tokenizer,
} from "../text";
import { RelationEncoder, type RelationOptions } from "./relation-encoder";

/** What an encoder made of one sentence: its pieces and one vector a piece. */
export interface SentenceStates {
  readonly tokens: readonly string[];
  /** `[pieces, hidden]`, the last layer. */
  readonly last: Matrix;
  /** Last layer's attention, mean over heads, `[pieces, pieces]`; rows sum to 1. */
  readonly attention: Matrix;
  readonly batch: MentionBatch;
}

/** A pre-trained encoder. Looking changes nothing; `relation()` makes something trainable. */
export class LabEncoder implements Displayable {
  readonly name: string;
  readonly tokenizer: Tokenizer;
  private readonly folder: string;
  private readonly encoder: TransformerEncoder;
  private readonly random: Random;

  private constructor(
    name: string,
    folder: string,
    random: Random,
    tokenizer: Tokenizer,
    encoder: TransformerEncoder,
  ) {
    this.name = name;
    this.folder = folder;
    this.random = random;
    this.tokenizer = tokenizer;
    this.encoder = encoder;
  }

  static async open(name: string, folder: string, random: Random): Promise<LabEncoder> {
    const tokenizer = loadTokenizer(folder);
    checkFits(tokenizer, readEncoderConfig(folder), folder);
    return new LabEncoder(name, folder, random, tokenizer, await loadEncoder(folder));
  }

  get config(): TransformerEncoder["config"] {
    return this.encoder.config;
  }

  /** Number of weights. */
  get size(): number {
    return this.encoder.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  }

  /** Hidden states and attention of one sentence, unmarked. */
  states(sentence: Sentence): SentenceStates {
    const encoding = encodeSentence(this.tokenizer, sentence, { markers: "none" });
    const batch = mentionBatch([encoding], this.tokenizer.padId);
    return scoped(() => {
      const { last, attention } = this.encoder.forward(batch, { attention: true });
      const [, pieces, hidden] = last.shape;
      const heads = tf.mean(attention!, 1).dataSync<"float32">();
      return {
        tokens: encoding.encoding.tokens,
        last: matrix(last.dataSync<"float32">() as Float32Array, pieces, hidden),
        attention: matrix(heads as Float32Array, pieces, pieces),
        batch,
      };
    });
  }

  /** A trainable relation encoder on its own copy of these weights, read on first use. */
  relation(options: RelationOptions = {}): RelationEncoder {
    return new RelationEncoder(this.name, this.folder, this.random, options);
  }

  dispose(): void {
    this.encoder.dispose();
  }

  [DISPLAY](): MimeBundle {
    const { kind, layers, hiddenSize, heads, vocabularySize } = this.config;
    const text = `${this.name}: ${kind}, ${layers} layers, ${hiddenSize} hidden, ${heads} heads, ${vocabularySize.toLocaleString("en")} pieces, ${(this.size / 1e6).toFixed(1)} M weights`;
    return { "text/plain": text };
  }
}
