// An encoder of words: sentences of words to one vector a word, from word pieces or from characters.

import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../core";
import { characterSequence, loadEncoder, type TransformerEncoder } from "../../encoders";
import type { DropoutStream } from "../../engine";
import { getModel } from "../../models";
import { wordStates, type WordReading } from "../../relations";
import { loadTokenizer, wordBatch, wordSequence, type WordBatch, type WordSequence } from "../../text";

/** Hidden states of a batch. */
export interface WordOutput {
  /** `[total, hidden]`, the words of all sentences in order. */
  readonly words: tf.Tensor2D;
  /** `[size, length, hidden]`, special tokens included. */
  readonly last: tf.Tensor3D;
  readonly batch: WordBatch;
}

/** An encoder with what turns words into its input. */
export class WordEncoder {
  constructor(
    readonly encoder: TransformerEncoder,
    private readonly sequence: (words: readonly string[]) => WordSequence,
    private readonly padId: number,
    readonly reading: WordReading,
  ) {}

  /** Loads a model by name; a word is its first piece or the mean of its pieces, or a token for CharacterBERT [R1]. */
  static async open(name: string, reading: WordReading = "first"): Promise<WordEncoder> {
    const folder = await getModel(name);
    const encoder = await loadEncoder(folder);
    const { characterCnn, positions, padId } = encoder.config;
    if (characterCnn !== undefined) {
      const options = { maxCharacters: characterCnn.maxCharacters, maxLength: positions };
      return new WordEncoder(encoder, (words) => characterSequence(words, options), padId, reading);
    }
    const tokenizer = loadTokenizer(folder);
    return new WordEncoder(
      encoder,
      (words) => wordSequence(tokenizer, words, positions),
      tokenizer.padId,
      reading,
    );
  }

  get dim(): number {
    return this.encoder.config.hiddenSize;
  }

  /** Freezes the embeddings and the lower half of the layers (the first six of twelve). */
  freezeLowerHalf(): void {
    this.encoder.freeze({ embeddings: true, layers: Math.floor(this.encoder.config.layers / 2) });
  }

  /** The input of each sentence, to be made once. */
  sequences(sentences: readonly { readonly words: readonly string[] }[]): WordSequence[] {
    return sentences.map(({ words }) => this.sequence(words));
  }

  /** States of a batch; differentiable. Tensors belong to the caller's scope. */
  forward(sequences: readonly WordSequence[], dropout?: DropoutStream): WordOutput {
    const batch = wordBatch(sequences, this.padId);
    const { last } = this.encoder.forward(batch, { dropout });
    return { words: wordStates(last, batch, this.reading), last, batch };
  }

  /**
   * One vector for every word of every sentence, in order, `[words, dim]`; without dropout. `after` maps states of words
   * on, such as by a learned layer. Sentences of like length are encoded together.
   */
  vectors(
    sequences: readonly WordSequence[],
    after: (words: tf.Tensor2D) => tf.Tensor2D = (words) => words,
    batchSize = 64,
  ): Matrix {
    const offsets = offsetsOf(sequences);
    const rows = offsets.at(-1)!;
    const order = sequences
      .map((_, at) => at)
      .sort((a, b) => sequences[a]!.ids.length - sequences[b]!.ids.length);
    let data: Float32Array | undefined;
    let columns = 0;
    for (let from = 0; from < order.length; from += batchSize) {
      const chosen = order.slice(from, from + batchSize);
      const found = tf.tidy(() => after(this.forward(chosen.map((at) => sequences[at]!)).words));
      columns = found.shape[1];
      data ??= new Float32Array(rows * columns);
      const values = found.dataSync();
      found.dispose();
      let word = 0;
      for (const at of chosen) {
        const count = sequences[at]!.starts.length;
        data.set(values.subarray(word * columns, (word + count) * columns), offsets[at]! * columns);
        word += count;
      }
    }
    return { data: data ?? new Float32Array(0), rows, columns };
  }

  dispose(): void {
    this.encoder.dispose();
  }
}

/** Where the words of each sentence begin, then where the last end. */
export function offsetsOf(sequences: readonly WordSequence[]): Int32Array {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach(({ starts }, at) => (offsets[at + 1] = offsets[at]! + starts.length));
  return offsets;
}
