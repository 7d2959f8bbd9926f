// Completions as a terminal shows them: what all matches share is put in, the rest is listed in columns.

import { cutText, padText, textWidth } from "../../report";

/** What can stand from `start` to `end`, offsets in UTF-16 units. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly string[];
}

/** The longest text with which all of `words` begin. */
export function commonStart(words: readonly string[]): string {
  const [first = "", ...others] = words;
  let length = first.length;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** `words` in columns that fit, at most `rows` rows, the last of which says how many are left out. */
export function listed(words: readonly string[], columns: number, rows: number): string[] {
  const width = Math.min(columns - 1, Math.max(...words.map(textWidth)) + 2);
  const across = Math.max(1, Math.floor((columns - 1) / width));
  const isTooMany = Math.ceil(words.length / across) > rows;
  const shown = isTooMany ? words.slice(0, across * Math.max(1, rows - 1)) : words;
  const down = Math.ceil(shown.length / across);
  const lines = Array.from({ length: down }, (_, row) =>
    Array.from({ length: across }, (__, column) => shown[column * down + row])
      .filter((word) => word !== undefined)
      .map((word) => padText(cutText(word, width - 2), width))
      .join("")
      .trimEnd(),
  );
  return isTooMany ? [...lines, `… and ${words.length - shown.length} more`] : lines;
}
