// What the paper's methods are compared with: SupCon on pairs, a tagger, and a pair classifier, all with the encoder.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import { linearHead, type LinearHead } from "../../classify";
import { crossEntropy, supCon } from "../../contrast";
import type { Parameter } from "../../engine";
import { comparedPairs } from "./cldr-loss";
import { TAGS, type TaggedSentence } from "./corpus";
import { encode, rowsAt, type Chance, type Part } from "./part";
import type { CldrSettings, TrainingSettings } from "./settings";
import type { WordEncoder } from "./word-encoder";

/** SupCon on pairs of words: true pairs of the step attract each other, so do CLDR's wrong pairs; no graph at all. */
export function supConOnPairs(words: WordEncoder, settings: CldrSettings) {
  return (part: Part, indices: readonly number[], chance: Chance): tf.Scalar => {
    const { words: states, starts } = encode(words, part, indices, chance);
    const { relations, width, inStep, isPair } = comparedPairs(
      part,
      indices,
      starts,
      settings,
      chance.random,
    );
    const chosen = Array.from(isPair.keys()).filter((at) => isPair[at] === 1);
    if (relations === 0) return tf.mul(tf.sum(states), 0) as tf.Scalar;
    const places = Int32Array.from(chosen.flatMap((at) => [inStep[2 * at]!, inStep[2 * at + 1]!]));
    const pairs = rowsAt<tf.Tensor3D>(states, places, [chosen.length, 2]);
    const embeddings = pairs.reshape([chosen.length, 2 * words.dim]) as tf.Tensor2D;
    const labels = chosen.map((at) => (at % width === 0 ? 1 : 0));
    return supCon({ temperature: settings.temperature }).loss({ embeddings, labels });
  };
}

/** A BIO tagger: one linear layer on every word, cross-entropy. */
export class Tagger {
  private readonly head: LinearHead;

  constructor(
    private readonly words: WordEncoder,
    random: Random,
  ) {
    this.head = linearHead({ inputs: words.dim, outputs: TAGS.length, random, name: "tags" });
  }

  get parameters(): Parameter[] {
    return [...this.head.parameters];
  }

  scores(words: tf.Tensor2D): tf.Tensor2D {
    return this.head.logits(words);
  }

  loss(part: Part, indices: readonly number[], chance: Chance): tf.Scalar {
    const { words, sentences } = encode(this.words, part, indices, chance);
    const labels = sentences.flatMap(({ tags }) => tags.map((tag) => TAGS.indexOf(tag)));
    return crossEntropy().loss({ logits: this.scores(words), labels });
  }

  dispose(): void {
    this.head.dispose();
  }
}

/** The candidate pairs of a sentence in the order of its text, and which are related [R9]. */
export function candidatePairs({ words, pairs }: Pick<TaggedSentence, "words" | "pairs">): {
  readonly pairs: readonly (readonly [number, number])[];
  readonly labels: readonly number[];
} {
  const related = new Set(pairs.map(([a, b]) => Math.min(a, b) * words.length + Math.max(a, b)));
  const all: [number, number][] = [];
  const labels: number[] = [];
  for (let i = 0; i < words.length; i++)
    for (let j = i + 1; j < words.length; j++) {
      all.push([i, j]);
      labels.push(related.has(i * words.length + j) ? 1 : 0);
    }
  return { pairs: all, labels };
}

/** Encoder and pair classifier together, cross-entropy over all candidate pairs (the paper's footnote 6). */
export class PairClassifier {
  private readonly head: LinearHead;

  constructor(
    private readonly words: WordEncoder,
    random: Random,
  ) {
    this.head = linearHead({ inputs: words.dim, outputs: 4, random, name: "pairs" });
  }

  get parameters(): Parameter[] {
    return [...this.head.parameters];
  }

  /** Each word scored for both sides once, `[words, 4]`; a pair adds two rows of two. */
  loss(part: Part, indices: readonly number[], chance: Chance): tf.Scalar {
    const { words, sentences, starts } = encode(this.words, part, indices, chance);
    const scores = this.head.logits(words);
    const [left, right]: [number[], number[]] = [[], []];
    const labels: number[] = [];
    sentences.forEach((sentence, at) => {
      const candidates = candidatePairs(sentence);
      labels.push(...candidates.labels);
      for (const [i, j] of candidates.pairs) {
        left.push(starts[at]! + i);
        right.push(starts[at]! + j);
      }
    });
    const side = (of: number[], from: number): tf.Tensor2D =>
      rowsAt(tf.slice(scores, [0, from], [scores.shape[0], 2]), Int32Array.from(of), [of.length]);
    return crossEntropy().loss({ logits: tf.add(side(left, 0), side(right, 2)), labels });
  }

  dispose(): void {
    this.head.dispose();
  }
}

/** The settings of the tagger's training: those of CLNER. */
export type TaggerSettings = TrainingSettings;
