// A sentence with two mentions, the form that relation extraction starts from.

import { DataError, type Place } from "../core";
import { shorten } from "./input/faults";

/** A stretch of text, `[start, end)` in UTF-16 units (the unit of JavaScript strings). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A mention of an entity in a text; `type` is its entity type, `entity` the identifier of what it names. */
export interface Mention extends Span {
  readonly type?: string;
  readonly entity?: string;
}

/** What a text really states of a pair, beside the label that it was given: for scoring, never for training. */
export interface Truth {
  readonly relation: string;
  /** Which way of saying the relation the text takes. */
  readonly phrasing?: string;
}

/** A sentence, its head and tail mention, and the relation between them where it is known. */
export interface Sentence {
  readonly id: string;
  readonly text: string;
  readonly head: Mention;
  readonly tail: Mention;
  /** Relation from head to tail, as its data set spells it. */
  readonly relation?: string;
  /** The words of `text` where the source gives them (else the tokenizer finds them). */
  readonly words?: readonly Span[];
  /** What the text states, where that is known apart from the label. */
  readonly truth?: Truth;
}

/** The characters a span covers. */
export function textOf(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** The sentence itself, or a `DataError` that names the first mention that does not lie in the text. */
export function checkSentence(sentence: Sentence, place: Place = {}): Sentence {
  for (const role of ["head", "tail"] as const) {
    const { start, end } = sentence[role];
    const whole = Number.isInteger(start) && Number.isInteger(end);
    if (!whole || start < 0 || end > sentence.text.length || start >= end)
      throw new DataError(
        `sentence "${shorten(sentence.id, 40)}": ${role} span [${start}, ${end}) lies outside its ${sentence.text.length} characters, ` +
          `expected 0 <= start < end <= ${sentence.text.length}: correct the span`,
        place,
      );
  }
  return sentence;
}
