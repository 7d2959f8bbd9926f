// A part of the corpus made ready for training: its input, and the frozen teacher's vectors of its words.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import type { DropoutStream } from "../../engine";
import type { WordSequence } from "../../text";
import type { TaggedSentence } from "./corpus";
import { offsetsOf, type WordEncoder, type WordOutput } from "./word-encoder";

/** Sentences ready to be encoded. */
export interface Part {
  readonly sentences: readonly TaggedSentence[];
  readonly sequences: readonly WordSequence[];
  /** Where the words of each sentence begin among all words, then where the last end. */
  readonly offsets: Int32Array;
}

/** Makes sentences ready. */
export function partOf(words: WordEncoder, sentences: readonly TaggedSentence[]): Part {
  const sequences = words.sequences(sentences);
  return { sentences, sequences, offsets: offsetsOf(sequences) };
}

/** Sentences of a step, encoded by the encoder that is trained. */
export interface Encoded extends WordOutput {
  readonly sentences: readonly TaggedSentence[];
  /** Where the words of each sentence begin among the words of the step. */
  readonly starts: Int32Array;
}

/** What is random in a step. */
export interface Chance {
  readonly random: Random;
  /** Absent in validation. */
  readonly dropout?: DropoutStream;
}

/** Encodes some sentences of a part. Tensors belong to the caller's scope. */
export function encode(words: WordEncoder, part: Part, indices: readonly number[], chance: Chance): Encoded {
  const chosen = indices.map((at) => part.sequences[at]!);
  return {
    ...words.forward(chosen, chance.dropout),
    sentences: indices.map((at) => part.sentences[at]!),
    starts: offsetsOf(chosen),
  };
}

/**
 * The vectors of the encoder before it is tuned: the nodes of all graphs (paper 003, section 2.1). Computed once; the
 * caller disposes of it.
 */
export function teacherOf(words: WordEncoder, { sequences }: Part): tf.Tensor2D {
  const { data, rows, columns } = words.vectors(sequences);
  return tf.tensor2d(data, [rows, columns]);
}

/** The rows of a matrix at places of any shape: `[rows, dim]` and `[...shape]` to `[...shape, dim]`. */
export function rowsAt<T extends tf.Tensor>(
  matrix: tf.Tensor2D,
  places: Int32Array,
  shape: readonly number[],
): T {
  return tf.gather(matrix, tf.tensor1d(places, "int32")).reshape([...shape, matrix.shape[1]]) as T;
}
