// EType+ and UIE: a classifier over entity types, or over the encoded sentence, taught by the link predictor.

import * as tf from "@tensorflow/tfjs";
import { linearHead } from "../../../classify";
import type { Random } from "../../../core";
import type { Sentence } from "../../../data";
import { scoped } from "../../../engine/scoped";
import type { TransformerEncoder } from "../../../encoders";
import { train, type TrainingTask } from "../../../train";
import type { RelationFeatures } from "../relation-features";
import { typedPairs } from "./entity-types";
import { LinkPredictor } from "./link-prediction";

/** How long and how fast a classifier is taught. */
export interface LinkTraining {
  readonly relations: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly rate: number;
  /** Weight of L_d against answers that collapse into few relations. */
  readonly dispersion: number;
}

/** Entities by number: identifiers where there are, else the words of the mention. */
function entityNumbers(sentences: readonly Sentence[]): {
  count: number;
  heads: Int32Array;
  tails: Int32Array;
} {
  const numbers = new Map<string, number>();
  const numberOf = (sentence: Sentence, role: "head" | "tail"): number => {
    const { entity, start, end } = sentence[role];
    const name = entity ?? sentence.text.slice(start, end).toLowerCase();
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  };
  const pairs = sentences.map(
    (sentence) => [numberOf(sentence, "head"), numberOf(sentence, "tail")] as const,
  );
  return {
    count: numbers.size,
    heads: Int32Array.from(pairs, ([head]) => head),
    tails: Int32Array.from(pairs, ([, tail]) => tail),
  };
}

/** A classifier: its parameters, and its scores for sentences by index, `[batch, relations]`. */
interface Answering {
  readonly parameters: TrainingTask["parameters"];
  logits(indices: readonly number[], dropout?: Parameters<TrainingTask["terms"]>[1]["dropout"]): tf.Tensor2D;
}

/** Trains a classifier with the link predictor; resolves to the answer for each sentence. */
async function taught(
  answering: Answering,
  sentences: readonly Sentence[],
  { relations, dispersion, ...training }: LinkTraining,
  random: Random,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const { count, heads, tails } = entityNumbers(sentences);
  const links = new LinkPredictor({ entities: count, relations, dispersion, random: random.fork("links") });
  const pick = (of: Int32Array, indices: readonly number[]): Int32Array =>
    Int32Array.from(indices, (index) => of[index]!);
  const task: TrainingTask = {
    parameters: [...links.parameters, ...answering.parameters],
    size: sentences.length,
    terms: (indices, { random: own, dropout }) =>
      links.terms(
        {
          heads: pick(heads, indices),
          tails: pick(tails, indices),
          answers: tf.softmax(answering.logits(indices, dropout)),
        },
        own,
      ),
  };
  const steps = train(task, {
    ...training,
    random: random.fork("training"),
    warmup: 0,
    decay: "constant",
    weightDecay: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  while ((await steps.next()).done !== true);
  links.dispose();
  const answers: number[] = [];
  for (let from = 0; from < sentences.length; from += 128) {
    const indices = Array.from({ length: Math.min(128, sentences.length - from) }, (_, at) => from + at);
    answers.push(...scoped(() => tf.argMax(answering.logits(indices), 1).dataSync<"int32">()));
  }
  return Int32Array.from(answers);
}

/**
 * EType+: a linear classifier of the two entity types.
 *
 * @throws DataError for mentions without type
 */
export async function typeClassifier(
  sentences: readonly Sentence[],
  training: LinkTraining,
  random: Random,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const { names, heads, tails } = typedPairs(sentences);
  const head = linearHead({
    inputs: 2 * names.length,
    outputs: training.relations,
    random: random.fork("classifier"),
  });
  const answering: Answering = {
    parameters: head.parameters,
    logits: (indices) => {
      const input = new Float32Array(indices.length * 2 * names.length);
      indices.forEach((index, at) => {
        input[at * 2 * names.length + heads[index]!] = 1;
        input[at * 2 * names.length + names.length + tails[index]!] = 1;
      });
      return head.logits(tf.tensor2d(input, [indices.length, 2 * names.length]));
    },
  };
  const answers = await taught(answering, sentences, training, random, signal);
  head.dispose();
  return answers;
}

/** UIE with a transformer: a linear classifier of the start-marker pair, encoder trained too. */
export async function sentenceClassifier(
  {
    encoder,
    features,
    sentences,
  }: { encoder: TransformerEncoder; features: RelationFeatures; sentences: readonly Sentence[] },
  training: LinkTraining,
  random: Random,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const encoded = features.encode(sentences);
  const head = linearHead({
    inputs: 2 * encoder.config.hiddenSize,
    outputs: training.relations,
    random: random.fork("classifier"),
  });
  const answering: Answering = {
    parameters: [...encoder.parameters, ...head.parameters],
    logits: (indices, dropout) => {
      const batch = indices.map((index) => encoded[index]!);
      const vectors = features.read(encoder, batch, new Int32Array(0), dropout);
      // unit vectors are too short for a classifier of this size
      return head.logits(tf.mul<tf.Tensor2D>(vectors, Math.sqrt(vectors.shape[1])));
    },
  };
  const answers = await taught(answering, sentences, training, random, signal);
  head.dispose();
  return answers;
}
