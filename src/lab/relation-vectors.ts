// Relation vectors with the sentences they stand for: neighbours, classifiers, maps.

import { DISPLAY, escapeHtml, OptionError, row, type Displayable, type Matrix, type MimeBundle, type Random } from "../core";
import { classwiseKnn, knn, nearestCentroid } from "../classify";
import type { Sentence, SentenceSet } from "../data";

/** One neighbour: its sentence, its place in the set, and the cosine to the query. */
export interface Neighbour {
  readonly sentence: Sentence;
  readonly index: number;
  readonly cosine: number;
}

function norm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.max(Math.sqrt(sum), 1e-8);
}

/** Relation vectors, one row a sentence. */
export class RelationVectors implements Displayable {
  readonly matrix: Matrix;
  readonly sentences: SentenceSet;
  private readonly random: Random;

  constructor(vectors: Matrix, sentences: SentenceSet, random: Random) {
    this.matrix = vectors;
    this.sentences = sentences;
    this.random = random;
  }

  get length(): number {
    return this.matrix.rows;
  }

  /** The `count` sentences of `among` (default: these) nearest to row `index` by cosine, itself left out. */
  nearest(index: number, count = 5, among: RelationVectors = this): Neighbour[] {
    if (!Number.isInteger(index) || index < 0 || index >= this.length)
      throw new OptionError(`row ${index} does not exist: there are ${this.length} vectors, counted from 0`);
    const query = row(this.matrix, index);
    const length = norm(query);
    const scored = among.sentences.items.map((sentence, at) => {
      const other = row(among.matrix, at);
      let dot = 0;
      for (let i = 0; i < query.length; i++) dot += query[i]! * other[i]!;
      return { sentence, index: at, cosine: dot / (length * norm(other)) };
    });
    const others = among === this ? scored.filter(({ index: at }) => at !== index) : scored;
    return others.sort((a, b) => b.cosine - a.cosine).slice(0, count);
  }

  [DISPLAY](): MimeBundle {
    const text = `${this.length.toLocaleString("en")} relation vectors of ${this.matrix.columns} numbers (${this.sentences.name})`;
    return { "text/plain": text, "text/html": `<div>${escapeHtml(text)}</div>` };
  }
}
