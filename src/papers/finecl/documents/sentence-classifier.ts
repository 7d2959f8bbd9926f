// Stage 3 on sentences: marked mentions, the mean over each mention's tokens, dropout, a linear layer [R9].

import * as tf from "@tensorflow/tfjs";
import { linearHead } from "../../../classify";
import { crossEntropy } from "../../../contrast";
import type { Random } from "../../../core";
import type { Sentence } from "../../../data";
import { loadEncoder } from "../../../encoders";
import type { DropoutStream } from "../../../engine";
import { scoped } from "../../../engine/scoped";
import { spanMeans } from "../../../relations";
import { encodeSentences, loadTokenizer, markersFor } from "../../../text";
import { tokensOf, type CountingTask } from "../pretraining/throughput";

const READ_AT_ONCE = 128;

/** What a sentence classifier is made of. */
export interface SentenceClassifierOptions {
  readonly folder: string;
  readonly relations: readonly string[];
  readonly maxLength: number;
  readonly dropout: number;
  readonly random: Random;
}

/** A classifier of sentences: its training task, its predictions. */
export interface SentenceClassifier {
  task(sentences: readonly Sentence[], identity: string): CountingTask;
  /** The relation of each sentence. */
  predict(sentences: readonly Sentence[]): string[];
  dispose(): void;
}

/** Opens an encoder's folder and puts a new linear layer above it. */
export async function sentenceClassifier(options: SentenceClassifierOptions): Promise<SentenceClassifier> {
  const { folder, relations, maxLength, dropout: rate, random } = options;
  const tokenizer = loadTokenizer(folder);
  const encoder = await loadEncoder(folder);
  tokenizer.addMarkers(markersFor([], "entity"));
  encoder.addTokens(Math.max(0, tokenizer.size - encoder.config.vocabularySize), random.fork("marker rows"));
  const outputs = relations.length;
  const head = linearHead({ inputs: 2 * encoder.config.hiddenSize, outputs, random: random.fork("head") });
  const numbers = new Map(relations.map((name, at) => [name, at]));
  let tokens = 0;
  const logits = (sentences: readonly Sentence[], dropout?: DropoutStream): tf.Tensor2D => {
    const batch = encodeSentences(tokenizer, sentences, { markers: "entity", maxLength });
    if (dropout !== undefined) tokens += tokensOf(batch);
    const { last } = encoder.forward(batch, dropout === undefined ? {} : { dropout });
    const vectors: tf.Tensor2D = tf.concat(
      [spanMeans(last, batch.headSpan), spanMeans(last, batch.tailSpan)],
      1,
    );
    return head.logits(dropout?.apply(vectors, rate) ?? vectors);
  };
  return {
    task: (sentences, identity) => ({
      parameters: [...encoder.parameters, ...head.parameters],
      size: sentences.length,
      identity,
      get tokens() {
        return tokens;
      },
      terms(indices, { dropout }) {
        const chosen = indices.map((index) => sentences[index]!);
        const labels = chosen.map(({ relation }) => numbers.get(relation ?? "") ?? 0);
        return [
          { name: "CE", weight: 1, value: crossEntropy().loss({ logits: logits(chosen, dropout), labels }) },
        ];
      },
    }),
    predict(sentences) {
      const found: string[] = [];
      for (let from = 0; from < sentences.length; from += READ_AT_ONCE) {
        const part = sentences.slice(from, from + READ_AT_ONCE);
        const best = scoped(() => tf.argMax(logits(part), 1).dataSync<"int32">() as Int32Array);
        found.push(...Array.from(best, (at) => relations[at]!));
      }
      return found;
    },
    dispose() {
      encoder.dispose();
      head.dispose();
    },
  };
}
