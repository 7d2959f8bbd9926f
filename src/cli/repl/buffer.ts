// The text being typed and the cursor in it: pure operations of a line editor, over any number of lines.

/** Text with a cursor, an offset in UTF-16 units that never splits a character. */
export interface Buffer {
  readonly text: string;
  readonly cursor: number;
}

/** One operation of the editor. */
export type Edit = (buffer: Buffer) => Buffer;

/** Nothing typed. */
export const EMPTY: Buffer = { text: "", cursor: 0 };

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORD = /[\p{ID_Continue}$]/u;

/** The offset one character as people see it before `at`. */
function before(text: string, at: number): number {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  if (start === at) return Math.max(0, at - 1);
  return start + ([...segmenter.segment(text.slice(start, at))].at(-1)?.index ?? 0);
}

/** The offset one character after `at`. */
function after(text: string, at: number): number {
  const [first] = segmenter.segment(text.slice(at, at + 64));
  return at + (first?.segment.length ?? 0);
}

function wordBefore(text: string, at: number): number {
  let place = at;
  while (place > 0 && !WORD.test(text[place - 1]!)) place--;
  while (place > 0 && WORD.test(text[place - 1]!)) place--;
  return place;
}

function wordAfter(text: string, at: number): number {
  let place = at;
  while (place < text.length && !WORD.test(text[place]!)) place++;
  while (place < text.length && WORD.test(text[place]!)) place++;
  return place;
}

/** Where the line of `at` begins and ends. */
export function lineAround(text: string, at: number): { readonly start: number; readonly end: number } {
  const end = text.indexOf("\n", at);
  return { start: text.lastIndexOf("\n", at - 1) + 1, end: end < 0 ? text.length : end };
}

const moved =
  (to: (text: string, cursor: number) => number): Edit =>
  ({ text, cursor }) => ({ text, cursor: to(text, cursor) });

const removed =
  (range: (text: string, cursor: number) => readonly [from: number, to: number]): Edit =>
  ({ text, cursor }) => {
    const [from, to] = range(text, cursor);
    return { text: text.slice(0, from) + text.slice(to), cursor: from };
  };

/** Puts `added` at the cursor. */
export function insert(added: string): Edit {
  return ({ text, cursor }) => replace(cursor, cursor, added)({ text, cursor });
}

/** Puts `added` in place of what stands from `from` to `to`, the cursor behind it. */
export function replace(from: number, to: number, added: string): Edit {
  return ({ text }) => ({ text: text.slice(0, from) + added + text.slice(to), cursor: from + added.length });
}

export const left: Edit = moved(before);
export const right: Edit = moved(after);
export const wordLeft: Edit = moved(wordBefore);
export const wordRight: Edit = moved(wordAfter);
export const home: Edit = moved((text, cursor) => lineAround(text, cursor).start);
export const end: Edit = moved((text, cursor) => lineAround(text, cursor).end);
export const backspace: Edit = removed((text, cursor) => {
  const { start } = lineAround(text, cursor);
  // an indent goes two spaces at a time, as it came
  const isIndent = cursor > start + 1 && /^ +$/.test(text.slice(start, cursor));
  return [isIndent ? cursor - 2 : before(text, cursor), cursor];
});
export const deleteForward: Edit = removed((text, cursor) => [cursor, after(text, cursor)]);
export const deleteWord: Edit = removed((text, cursor) => [wordBefore(text, cursor), cursor]);
export const deleteWordForward: Edit = removed((text, cursor) => [cursor, wordAfter(text, cursor)]);
export const deleteToStart: Edit = removed((text, cursor) => [lineAround(text, cursor).start, cursor]);
export const deleteToEnd: Edit = removed((text, cursor) => {
  const last = lineAround(text, cursor).end;
  return [cursor, last === cursor ? after(text, cursor) : last];
});

/** The same column one line up; undefined on the first line. */
export function up({ text, cursor }: Buffer): Buffer | undefined {
  const { start } = lineAround(text, cursor);
  if (start === 0) return undefined;
  const above = lineAround(text, start - 1);
  return { text, cursor: Math.min(above.start + cursor - start, above.end) };
}

/** The same column one line down; undefined on the last line. */
export function down({ text, cursor }: Buffer): Buffer | undefined {
  const { start, end: last } = lineAround(text, cursor);
  if (last === text.length) return undefined;
  const below = lineAround(text, last + 1);
  return { text, cursor: Math.min(below.start + cursor - start, below.end) };
}
