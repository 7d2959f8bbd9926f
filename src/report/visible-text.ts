// Text from data made fit for one line of a terminal: no control characters, and its width known.

const LINE_BREAKS = /[\r\n\t\v\f\u0085\u2028\u2029]+/g;
// C0 and C1 controls (escape sequences of terminals start with one), direction overrides and isolates.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

/** One line of `text`: line breaks become spaces, other control characters the replacement character. */
export function visibleText(text: string): string {
  return text.replace(LINE_BREAKS, " ").replace(INVISIBLE, "\ufffd");
}

/** Columns that `text` takes in a terminal: combining marks take none, Han, kana, hangul and pictures take two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** `text` cut to at most `width` columns, the cut shown by an ellipsis. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  let taken = 1;
  for (const character of text) {
    const size = textWidth(character);
    if (taken + size > width) break;
    cut += character;
    taken += size;
  }
  return `${cut}…`;
}

/** `text` filled with spaces to `width` columns. */
export function padText(text: string, width: number, align: "left" | "right" | "center" = "left"): string {
  const room = Math.max(0, width - textWidth(text));
  const before = align === "right" ? room : align === "center" ? Math.floor(room / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(room - before);
}
