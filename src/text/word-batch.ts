// Words as an encoder reads them: the pieces of each word, and padded batches that know where every word stands.

import { DataError, OptionError } from "../core";
import type { TokenBatch } from "./token-batch";
import type { Tokenizer } from "./tokenizer/tokenizer";

/** A sentence as an encoder reads it: tokens with special ones, and the tokens of each word. */
export interface WordSequence {
  /** Token ids, special tokens included; for an encoder of characters 0 everywhere. */
  readonly ids: Int32Array;
  /** First token of each word, `[words]`. */
  readonly starts: Int32Array;
  /** Token behind the last of each word, `[words]`. */
  readonly ends: Int32Array;
  /** Character codes of each token, `[tokens, maxCharacters]` row-major, for encoders that read characters. */
  readonly characters?: Int32Array;
}

/** A batch of sentences of words. Words of all sentences follow each other: `total` of them. */
export interface WordBatch extends TokenBatch {
  /** Number of words of each sentence, `[size]`. */
  readonly counts: Int32Array;
  /** Number of words of all sentences. */
  readonly total: number;
  /** Where each word begins and ends among the flat tokens (`sentence * length + token`), `[total, 2]` row-major. */
  readonly places: Int32Array;
  /** Character codes `[size, length, maxCharacters]`, for encoders that read characters. */
  readonly characterIds?: Int32Array;
}

/**
 * The pieces of each word between the tokenizer's special tokens. A word without pieces (white space, control
 * characters) is read as the unknown word.
 *
 * @throws DataError for a sentence without words, OptionError for one with more than `maxLength` pieces
 */
export function wordSequence(
  tokenizer: Tokenizer,
  words: readonly string[],
  maxLength = Infinity,
): WordSequence {
  if (words.length === 0)
    throw new DataError("a sentence without words cannot be encoded: leave it out of the set");
  const unknown = tokenizer.unknownId;
  const spelt = words.map((word) => {
    const { ids } = tokenizer.pieces([word]);
    return ids.length > 0 || unknown === undefined ? ids : [unknown];
  });
  const ids: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const item of tokenizer.itemsOf(false, true)) {
    if (item.kind === "special") {
      ids.push(item.id);
      continue;
    }
    for (const pieces of spelt) {
      starts.push(ids.length);
      ids.push(...pieces);
      ends.push(ids.length);
    }
  }
  if (ids.length > maxLength)
    throw new OptionError(
      `the sentence "${words.slice(0, 6).join(" ")} ..." has ${ids.length} pieces, more than the ${maxLength} that the encoder reads: split it, or leave it out`,
    );
  return { ids: Int32Array.from(ids), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

/** Sentences padded to the longest one. `padId` stands in the padding (default 0). */
export function wordBatch(sequences: readonly WordSequence[], padId = 0): WordBatch {
  const size = sequences.length;
  const length = Math.max(1, ...sequences.map(({ ids }) => ids.length));
  const ids = new Int32Array(size * length).fill(padId);
  const mask = new Int32Array(size * length);
  const counts = Int32Array.from(sequences, ({ starts }) => starts.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const places = new Int32Array(2 * total);
  const first = sequences[0];
  const width = first?.characters === undefined ? 0 : first.characters.length / first.ids.length;
  const characterIds = new Int32Array(size * length * width);
  let word = 0;
  sequences.forEach((sequence, row) => {
    const from = row * length;
    ids.set(sequence.ids, from);
    mask.fill(1, from, from + sequence.ids.length);
    if (sequence.characters !== undefined) characterIds.set(sequence.characters, from * width);
    sequence.starts.forEach((start, at) => {
      places[2 * word] = from + start;
      places[2 * word + 1] = from + sequence.ends[at]!;
      word++;
    });
  });
  const typeIds = new Int32Array(size * length);
  const batch = { size, length, ids, mask, typeIds, counts, total, places };
  return width === 0 ? batch : { ...batch, characterIds };
}
