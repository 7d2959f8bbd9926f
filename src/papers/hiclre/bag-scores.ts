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

/**
 * Scores bags, some at a time: beside scores and attention nothing grows with their number. `names` are the relations, NA
 * first; `atTest` is whether recontextualization runs, by default as the model's options say.
 */
export function scoreAll(
  bags: readonly Bag[],
  names: readonly string[],
  sentences: TransformerSentences | PcnnSentences,
  model: BagModel,
  most: number,
  atTest = model.options.atTest,
): ScoredBags {
  const { relations, dim } = model.options;
  const scores = new Float32Array(bags.length * relations);
  const held = Math.min(bags.length, VECTORS);
  const vectors = matrix(new Float32Array(held * dim), held, dim);
  const attention: number[][] = [];
  for (const places of inBatches(bags, most)) {
    const batch = places.map((place) => cutBag(bags[place]!, most));
    const layout = bagLayout(batch.map((bag) => bag.sentences.length));
    tf.tidy(() => {
      const out = model.test(sentences.vectors(batch.flatMap((bag) => bag.sentences)), layout, atTest);
      const own = out.scores.dataSync<"float32">();
      const shares = out.attention.dataSync();
      const best = batch.map((_, row) => bestOf(own, row, relations));
      const flat = out.vectors.reshape([batch.length * relations, dim]);
      const rows = best.map((column, row) => row * relations + column);
      const found = tf.gather(flat, tf.tensor1d(rows, "int32")).dataSync();
      batch.forEach((bag, row) => {
        const place = places[row]!;
        scores.set(own.subarray(row * relations, (row + 1) * relations), place * relations);
        if (place < held) vectors.data.set(found.subarray(row * dim, (row + 1) * dim), place * dim);
        const label = bag.relations.find((name) => name !== NONE);
        const asked = label === undefined ? -1 : names.indexOf(label);
        const from = (row * relations + (asked < 0 ? best[row]! : asked)) * layout.places;
        attention[place] = [...shares.subarray(from, from + bag.sentences.length)];
      });
    });
  }
  return { scores, attention, vectors };
}

/** Places of bags in batches of bags of like size, smallest first: padded bags cost as much as full ones. */
function* inBatches(bags: readonly Bag[], most: number): Generator<number[], void, void> {
  const sizeOf = (place: number): number => Math.min(most, bags[place]!.sentences.length);
  const places = bags.map((_, place) => place).sort((a, b) => sizeOf(a) - sizeOf(b) || a - b);
  let [batch, count]: [number[], number] = [[], 0];
  for (const place of places) {
    batch.push(place);
    count += sizeOf(place);
    if (count < AT_ONCE) continue;
    yield batch;
    [batch, count] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
