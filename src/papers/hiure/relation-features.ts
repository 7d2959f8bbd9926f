// Sentences as unit relation vectors of eq. 2: encoded once, with span words drawn for every reading.

import * as tf from "@tensorflow/tfjs";
import { matrix, type Matrix, type Random } from "../../core";
import type { Sentence } from "../../data";
import type { DropoutStream } from "../../engine";
import { scoped } from "../../engine/scoped";
import type { TransformerEncoder } from "../../encoders";
import { contextWords, drawSpanWords, readout, spanWordVectors, type ContextWords } from "../../relations";
import {
  encodeSentence,
  mentionBatch,
  type MarkedEncoding,
  type MentionBatch,
  type Tokenizer,
} from "../../text";
import type { HiureSettings } from "./settings";

/** A sentence as pieces, with the places of its context words. */
export interface EncodedSentence {
  readonly encoded: MarkedEncoding;
  readonly context: ContextWords;
}

/** Sentences at a time where nothing is trained. */
const READING = 128;

/** Rows of a matrix divided by their length. */
export function unitVectors(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const length = tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12));
    return tf.div<tf.Tensor2D>(x, length);
  });
}

/** How sentences become vectors: markers, pieces, span words. */
export class RelationFeatures {
  constructor(
    private readonly tokenizer: Tokenizer,
    private readonly settings: HiureSettings,
  ) {}

  /** Pieces and context words of sentences; their relation is not looked at. */
  encode(sentences: readonly Sentence[]): EncodedSentence[] {
    const { markers, maxLength } = this.settings;
    return sentences.map((sentence) => {
      const encoded = encodeSentence(this.tokenizer, sentence, { markers, maxLength });
      return { encoded, context: contextWords(encoded, this.tokenizer) };
    });
  }

  /** Span words of each sentence, `[sentences, P]`. */
  draw(sentences: readonly EncodedSentence[], random: Random): Int32Array {
    const { spanWords, spanFrom } = this.settings;
    return drawSpanWords(
      sentences.map(({ context }) => context),
      spanWords,
      random,
      spanFrom,
    );
  }

  /** Eq. 2, with start markers or with the means of the mentions. */
  private vectors(last: tf.Tensor3D, batch: MentionBatch, spans: Int32Array): tf.Tensor2D {
    const whole = spanWordVectors(last, batch, spans);
    if (this.settings.pair === "markers") return whole;
    const pair = readout("mentions").read(last, batch);
    const width = pair.shape[1];
    const words = tf.slice(whole, [0, width], [batch.size, whole.shape[1] - width]);
    return tf.concat([pair, words], 1);
  }

  /** Unit relation vectors `[batch, (2 + P) hidden]`; with dropout where a stream is given. Differentiable. */
  read(
    encoder: TransformerEncoder,
    sentences: readonly EncodedSentence[],
    spans: Int32Array,
    dropout?: DropoutStream,
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const batch = mentionBatch(
        sentences.map(({ encoded }) => encoded),
        this.tokenizer.padId,
      );
      const { last } = encoder.forward(batch, { dropout });
      const vectors = this.vectors(last, batch, spans);
      return unitVectors(dropout?.apply(vectors, this.settings.vectorDropout) ?? vectors);
    });
  }

  /**
   * Unit relation vectors of many sentences in evaluation mode, in their order: the mean over `draws` of span words, made
   * unit again. Yields to the event loop.
   */
  async readAll(
    encoder: TransformerEncoder,
    sentences: readonly EncodedSentence[],
    draws: readonly Int32Array[],
  ): Promise<Matrix> {
    const { spanWords } = this.settings;
    const width = (2 + spanWords) * encoder.config.hiddenSize;
    const data = new Float32Array(sentences.length * width);
    const lengthOf = (at: number): number => sentences[at]!.encoded.encoding.length;
    const order = Array.from(sentences.keys()).sort((a, b) => lengthOf(a) - lengthOf(b));
    for (let from = 0; from < order.length; from += READING) {
      const chosen = order.slice(from, from + READING);
      const batch = mentionBatch(
        chosen.map((at) => sentences[at]!.encoded),
        this.tokenizer.padId,
      );
      const rows = scoped(() => {
        const { last } = encoder.forward(batch);
        const each = draws.map((spans) => {
          const own = chosen.flatMap((at) => [...spans.subarray(at * spanWords, (at + 1) * spanWords)]);
          return unitVectors(this.vectors(last, batch, Int32Array.from(own)));
        });
        return unitVectors(tf.addN(each)).dataSync<"float32">();
      });
      chosen.forEach((at, row) => data.set(rows.subarray(row * width, (row + 1) * width), at * width));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return matrix(data, sentences.length, width);
  }

  /** Draws of span words for features to cluster: `clusterDraws` of them. */
  draws(sentences: readonly EncodedSentence[], random: Random): Int32Array[] {
    return Array.from({ length: this.settings.clusterDraws }, (_, at) =>
      this.draw(sentences, random.fork(`draw ${at}`)),
    );
  }
}
