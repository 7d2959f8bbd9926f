// Bags through a trained model: scores of all relations, and what the sentences of each bag counted for.

import * as tf from "@tensorflow/tfjs";
import { matrix, type Matrix } from "../../core";
import type { Bag } from "../../data";
import { bagLayout } from "../../relations";
import type { BagModel } from "./bag-model";
import { NONE } from "./bag-data";
import type { PcnnSentences, TransformerSentences } from "./sentence-models";

/** Sentences encoded at once. */
const AT_ONCE = 128;

/** Bags whose vectors are kept. */
const VECTORS = 2000;

/** What a model says of bags. */
export interface ScoredBags {
  /** `[bags, relations]`, row-major. */
  readonly scores: Float32Array;
  /** The attention of each bag's sentences, by the query of its label; of its best relation where the label is NA. */
  readonly attention: readonly (readonly number[])[];
  /** The vectors of the first 2,000 bags, by the query of their best relation: `[at most 2000, dim]`. */
  readonly vectors: Matrix;
}

/** A bag cut to as many sentences as are looked at. */
export function cutBag(bag: Bag, most: number): Bag {
  return bag.sentences.length <= most ? bag : { ...bag, sentences: bag.sentences.slice(0, most) };
}

/** The relation of a row with the highest score, NA left out. */
export function bestOf(scores: Float32Array, row: number, relations: number): number {
  let best = Math.min(1, relations - 1);
  for (let column = 1; column < relations; column++)
    if (scores[row * relations + column]! > scores[row * relations + best]!) best = column;
  return best;
}

/** Scores bags, some at a time: beside scores and attention nothing grows with their number. `names` are the relations, NA first. */
export function scoreAll(
  bags: readonly Bag[],
  names: readonly string[],
  sentences: TransformerSentences | PcnnSentences,
  model: BagModel,
  most: number,
): ScoredBags {
  const { relations, dim } = model.options;
  const scores = new Float32Array(bags.length * relations);
  const held = Math.min(bags.length, VECTORS);
  const vectors = matrix(new Float32Array(held * dim), held, dim);
  const attention: number[][] = [];
  for (let at = 0; at < bags.length;) {
    const batch: Bag[] = [];
    for (let count = 0; at + batch.length < bags.length && count < AT_ONCE;) {
      const next = cutBag(bags[at + batch.length]!, most);
      batch.push(next);
      count += next.sentences.length;
    }
    const layout = bagLayout(batch.map((bag) => bag.sentences.length));
    tf.tidy(() => {
      const out = model.test(sentences.vectors(batch.flatMap((bag) => bag.sentences)), layout);
      scores.set(out.scores.dataSync(), at * relations);
      const best = batch.map((_, row) => bestOf(scores, at + row, relations));
      const flat = out.vectors.reshape([batch.length * relations, dim]);
      const rows = best.map((column, row) => row * relations + column);
      const own = rows.slice(0, Math.max(0, held - at));
      if (own.length > 0) vectors.data.set(tf.gather(flat, tf.tensor1d(own, "int32")).dataSync(), at * dim);
      const shares = out.attention.dataSync();
      batch.forEach((bag, row) => {
        const label = bag.relations.find((name) => name !== NONE);
        const asked = label === undefined ? -1 : names.indexOf(label);
        const from = (row * relations + (asked < 0 ? best[row]! : asked)) * layout.places;
        attention.push([...shares.subarray(from, from + bag.sentences.length)]);
      });
    });
    at += batch.length;
  }
  return { scores, attention, vectors };
}
