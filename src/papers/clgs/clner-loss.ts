// CLNER (paper 003, eq. 6): a word is drawn to words of its own tag, in a space of its own.

import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import { linearHead, type LinearHead } from "../../classify";
import { balancedCandidates, clner } from "../../contrast";
import type { Parameter } from "../../engine";
import { encode, type Chance, type Part } from "./part";
import type { ClnerSettings } from "./settings";
import type { WordEncoder } from "./word-encoder";

/** The trained part of CLNER beside the encoder: one linear layer, without activation. */
export class Clner {
  private readonly layer: LinearHead;

  constructor(
    private readonly words: WordEncoder,
    private readonly settings: ClnerSettings,
    random: Random,
  ) {
    this.layer = linearHead({ inputs: words.dim, outputs: words.dim, random, name: "entity" });
  }

  get parameters(): Parameter[] {
    return [...this.layer.parameters];
  }

  /** Words in the space of entities, `[words, dim]`. */
  project(words: tf.Tensor2D): tf.Tensor2D {
    return this.layer.logits(words);
  }

  /** Eq. 6 over all words of some sentences, each against a balanced sample [R8]. */
  loss(part: Part, indices: readonly number[], chance: Chance): tf.Scalar {
    const { samples, positives, temperature, reduce: how } = this.settings;
    const { words, sentences } = encode(this.words, part, indices, chance);
    const tags = sentences.flatMap((sentence) => sentence.tags);
    const candidates = balancedCandidates(tags, { samples, positives }, chance.random);
    return clner({ temperature, reduce: how }).loss({ tokens: this.project(words), tags, candidates });
  }

  dispose(): void {
    this.layer.dispose();
  }
}
