// Widths of text without a canvas: Helvetica's advance widths, so that legends and axes leave the room text needs.

// Advance widths of Helvetica for the characters 32 to 126, in thousandths of the font size (Adobe font metrics).
const ADVANCES = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const LETTER = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u;
/** Bold Helvetica is about this much wider. */
const BOLD = 1.06;

/** Width in pixels of one line of `text` at `fontSize` pixels. */
export function measureText(text: string, fontSize: number, isBold = false): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const known = ADVANCES[code - 32];
    if (known !== undefined) thousandths += known;
    else if (!MARK.test(character)) thousandths += LETTER.test(character) || code < 0x1100 ? 580 : 1000;
  }
  return (thousandths * fontSize * (isBold ? BOLD : 1)) / 1000;
}
