// The words of the world's own sentences: letters and digits with inner hyphens and apostrophes, or one sign.

import type { Span } from "../sentence";

/** The spans of all words of a text; a hyphen that joins a name to "-induced" divides. */
export function wordSpans(text: string): Span[] {
  return [...text.matchAll(/[\p{L}\p{N}]+(?:'s)?|[^\s\p{L}\p{N}]/gu)].flatMap((match): Span[] => {
    const start = match.index;
    const word = match[0];
    if (!word.endsWith("'s") || word.length === 2) return [{ start, end: start + word.length }];
    return [
      { start, end: start + word.length - 2 },
      { start: start + word.length - 2, end: start + word.length },
    ];
  });
}
