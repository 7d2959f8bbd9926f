// Random span words: paper 002 (HiURE), eq. 1-2: the pair of start markers beside P words of the context.

import * as tf from "@tensorflow/tfjs";
import { OptionError, type Random } from "../core";
import type { MarkedEncoding, MentionBatch, Tokenizer } from "../text";

/** Where span words come from: all of the sentence (the paper), or between the mentions first (its released code). */
export type SpanSource = "sentence" | "between";

/** The places of a sentence's context words: the first piece of each, in order. */
export interface ContextWords {
  readonly all: readonly number[];
  /** How many words lie between a word and the gap between the mentions; 0 inside the gap. */
  readonly distance: readonly number[];
}

/**
 * The words of an encoded sentence that are neither mention, marker nor special token. Punctuation is left out, unless
 * there is nothing else.
 */
export function contextWords(encoded: MarkedEncoding, tokenizer: Tokenizer): ContextWords {
  const { encoding, headSpan, tailSpan } = encoded;
  const markers = new Set(tokenizer.markers);
  const { tokens } = encoding;
  const isInside = (piece: number): boolean =>
    [headSpan, tailSpan].some(({ start, end }) => start <= piece && piece < end);
  const words = tokens.flatMap((token, piece) => {
    const word = encoding.wordOf(piece);
    if (word === undefined || markers.has(token) || isInside(piece)) return [];
    return piece > 0 && encoding.wordOf(piece - 1) === word && !markers.has(tokens[piece - 1]!)
      ? []
      : [piece];
  });
  const spoken = words.filter((piece) => /[\p{L}\p{N}]/u.test(tokens[piece]!));
  const all = spoken.length > 0 ? spoken : words;
  const [from, to] = [Math.min(headSpan.end, tailSpan.end), Math.max(headSpan.start, tailSpan.start)];
  const before = all.filter((piece) => piece < from).length;
  const after = all.findIndex((piece) => piece >= to);
  const last = after < 0 ? all.length : after;
  const distance = all.map((_, at) => (at < before ? before - at : at >= last ? at - last + 1 : 0));
  return { all, distance };
}

/**
 * `count` places of context words of each sentence, `[sentences, count]` row-major, each row in order [R2]. Too few
 * words: drawn again; none: the first token. `between` takes words of the gap first, then the nearest around it.
 *
 * @throws OptionError for a count that is no whole number of at least 0
 */
export function drawSpanWords(
  sentences: readonly ContextWords[],
  count: number,
  random: Random,
  from: SpanSource = "sentence",
): Int32Array {
  if (!(Number.isInteger(count) && count >= 0))
    throw new OptionError(`the number of span words is ${count}: it must be a whole number, 0 or more`);
  const drawn = new Int32Array(sentences.length * count);
  sentences.forEach((words, row) => {
    const pool = from === "sentence" ? words.all : nearGap(words, count);
    if (pool.length === 0) return;
    const picked = random.sample(pool, Math.min(count, pool.length));
    while (picked.length < count) picked.push(random.choice(pool));
    drawn.set(
      picked.sort((a, b) => a - b),
      row * count,
    );
  });
  return drawn;
}

/** The words of the gap, and as many of the nearest around it as `count` needs. */
function nearGap({ all, distance }: ContextWords, count: number): readonly number[] {
  const near = all.map((piece, at) => ({ piece, away: distance[at]! })).sort((a, b) => a.away - b.away);
  const inside = near.filter(({ away }) => away === 0).length;
  return near.slice(0, Math.max(count, inside)).map(({ piece }) => piece);
}

/**
 * `h = [h_{[E1]} ; h_{[E2]} ; h_{s1} ; .. ; h_{sP}]`, `[batch, (2 + P) hidden]` (eq. 2), by one gather.
 *
 * @param last hidden states `[batch, length, hidden]`
 * @param spans places from `drawSpanWords`, `[batch, P]` row-major
 */
export function spanWordVectors(
  last: tf.Tensor3D,
  { size, headStart, tailStart }: MentionBatch,
  spans: Int32Array,
): tf.Tensor2D {
  const words = spans.length / size;
  const width = 2 + words;
  const places = new Int32Array(size * width);
  for (let row = 0; row < size; row++) {
    places[row * width] = headStart[row]!;
    places[row * width + 1] = tailStart[row]!;
    places.set(spans.subarray(row * words, (row + 1) * words), row * width + 2);
  }
  const [, length, hidden] = last.shape;
  return tf.tidy(() => {
    const rows = Int32Array.from(places, (place, at) => Math.floor(at / width) * length + place);
    const flat = last.reshape([size * length, hidden]);
    return tf.gather(flat, tf.tensor1d(rows, "int32")).reshape([size, width * hidden]) as tf.Tensor2D;
  });
}
