// Words joined by one space into a text, with the span of each word; spans are shared, so that millions stay small.

import type { Span } from "../sentence";

const KNOWN_STARTS = 2048;
const KNOWN_LENGTHS = 32;
const shared: (Span | undefined)[] = [];

/** A frozen span; small ones are one object each however often they are asked for. */
export function spanOf(start: number, end: number): Span {
  const length = end - start;
  if (start < 0 || start >= KNOWN_STARTS || length < 0 || length >= KNOWN_LENGTHS)
    return Object.freeze({ start, end });
  const slot = start * KNOWN_LENGTHS + length;
  return (shared[slot] ??= Object.freeze({ start, end }));
}

/** A text and where each of its words lies in it. */
export interface WordedText {
  readonly text: string;
  readonly words: readonly Span[];
}

/**
 * Words joined by one space. Nothing is trimmed: a word that is white space keeps its place, so that word positions
 * of the source stay right.
 */
export function joinWords(words: readonly string[]): WordedText {
  const spans: Span[] = new Array<Span>(words.length);
  let start = 0;
  for (let index = 0; index < words.length; index++) {
    const end = start + words[index]!.length;
    spans[index] = spanOf(start, end);
    start = end + 1;
  }
  return { text: words.join(" "), words: spans };
}

/** The characters that words `[first, last)` cover; undefined when that is outside the words or empty. */
export function spanOfWords(words: readonly Span[], first: number, last: number): Span | undefined {
  if (
    !Number.isInteger(first) ||
    !Number.isInteger(last) ||
    first < 0 ||
    last > words.length ||
    first >= last
  )
    return undefined;
  const [from, to] = [words[first]!, words[last - 1]!];
  return from.start < to.end ? spanOf(from.start, to.end) : undefined;
}

/** The span of each sentence, given the words of each and where all words lie; empty sentences are left out. */
export function sentenceSpans(sentences: readonly (readonly string[])[], words: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let first = 0;
  for (const { length } of sentences) {
    const span = spanOfWords(words, first, first + length);
    if (span !== undefined) spans.push(span);
    first += length;
  }
  return spans;
}

/**
 * Turns an offset counted in code points (as Python counts) into UTF-16 units (as JavaScript counts); one pass to
 * prepare, then constant time. Texts without characters beyond the basic plane need no table.
 */
export function codePointOffsets(text: string): (offset: number) => number {
  if (!/[\uD800-\uDBFF]/.test(text)) return (offset) => offset;
  const table: number[] = [];
  let unit = 0;
  for (const character of text) {
    table.push(unit);
    unit += character.length;
  }
  table.push(unit);
  return (offset) => table[offset] ?? offset + text.length;
}
