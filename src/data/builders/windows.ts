// Windows around the two mentions of a sentence, for encoders that take only so many words.

import { OptionError } from "../../core";
import type { Sentence, Span } from "../sentence";
import { spanOf } from "../input/words";

const WORD = /\S+/g;

/**
 * The sentence cut to at most `most` words that hold both mentions whole, with the rest shared out to both sides; the
 * sentence itself when it is short enough. Mentions further apart than `most` words keep what lies between them.
 * Words are those of the source, else what stands between blanks.
 */
export function mentionWindow(sentence: Sentence, most: number): Sentence {
  if (!Number.isInteger(most) || most < 2)
    throw new OptionError(`a window of ${most} words: give a whole number from 2`);
  const { text, head, tail } = sentence;
  const words: readonly Span[] =
    sentence.words ??
    [...text.matchAll(WORD)].map((word) => spanOf(word.index ?? 0, (word.index ?? 0) + word[0].length));
  if (words.length <= most) return sentence;
  const [from, to] = [Math.min(head.start, tail.start), Math.max(head.end, tail.end)];
  let first = words.findIndex(({ end }) => end > from);
  let last = words.findLastIndex(({ start }) => start < to);
  const room = Math.max(0, most - (last - first + 1));
  const after = Math.min(words.length - 1 - last, Math.max(Math.floor(room / 2), room - first));
  first -= Math.min(first, room - after);
  last += after;
  const [start, end] = [Math.min(words[first]!.start, from), Math.max(words[last]!.end, to)];
  const move = <S extends Span>(span: S): S => ({
    ...span,
    start: span.start - start,
    end: span.end - start,
  });
  return {
    ...sentence,
    text: text.slice(start, end),
    head: move(head),
    tail: move(tail),
    ...(sentence.words === undefined ? {} : { words: words.slice(first, last + 1).map(move) }),
  };
}
