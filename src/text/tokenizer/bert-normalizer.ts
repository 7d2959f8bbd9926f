// What BERT's normaliser makes of one character, and whether the character stands alone, ends a word or is dropped.

import {
  KEPT_MARKS,
  MORE_MARKS,
  MORE_PUNCTUATION,
  NO_PUNCTUATION,
  NOT_DROPPED,
  UNDECOMPOSED,
} from "./unicode-tables";

/** `normalizer` of a tokenizer.json, type BertNormalizer. */
export interface BertNormalizerOptions {
  readonly cleanText: boolean;
  readonly splitHan: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

/** How a character takes part in words. */
export const CharacterClass = {
  unknown: 0,
  inside: 1,
  alone: 2,
  space: 3,
  dropped: 4,
  surrogate: 5,
} as const;

const SPACE = /^\p{White_Space}+$/u;
const DROPPED = /^[\p{Cc}\p{Cf}\p{Co}\u0000\uFFFD]$/u;
const PUNCTUATION = /^[!-/:-@[-`{-~\p{P}]$/u;
const MARK = /^\p{Mn}$/u;

/** The ranges that the reference takes for Han (its 2B920 where Unicode has 2B820 included). */
const HAN: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

function isPunctuation(character: string): boolean {
  const code = character.codePointAt(0)!;
  return (PUNCTUATION.test(character) && !NO_PUNCTUATION.has(code)) || MORE_PUNCTUATION.has(code);
}

function isMark(character: string): boolean {
  const code = character.codePointAt(0)!;
  return (MARK.test(character) && !KEPT_MARKS.has(code)) || MORE_MARKS.has(code);
}

function withoutAccents(character: string): string {
  const parts = UNDECOMPOSED.has(character.codePointAt(0)!) ? character : character.normalize("NFD");
  return [...parts].filter((part) => !isMark(part)).join("");
}

function isHan(codePoint: number): boolean {
  return HAN.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/**
 * BERT's normaliser, one code point at a time. Lower-casing looks at no neighbour, so a final capital sigma
 * becomes U+03C3, as in the reference.
 */
export class BertNormalizer {
  private readonly classes = new Uint8Array(65536).fill(CharacterClass.surrogate, 0xd800, 0xe000);
  constructor(private readonly options: BertNormalizerOptions) {}

  /** The class of the UTF-16 unit; `surrogate` means: ask `classOf` with the code point. */
  classOfUnit(unit: number): number {
    return this.classes[unit] || (this.classes[unit] = this.classOf(unit));
  }

  /** The class of a code point. */
  classOf(codePoint: number): number {
    const normal = this.normalize(codePoint);
    if (normal === "") return CharacterClass.dropped;
    if (SPACE.test(normal)) return CharacterClass.space;
    if ((this.options.splitHan && isHan(codePoint)) || isPunctuation(normal)) return CharacterClass.alone;
    return CharacterClass.inside;
  }

  /** What is left of a code point: mostly one character, none when dropped, several for a Hangul syllable. */
  normalize(codePoint: number): string {
    const { cleanText, stripAccents, lowercase } = this.options;
    let text = String.fromCodePoint(codePoint);
    if (cleanText) {
      if (DROPPED.test(text) && !/[\t\n\r]/.test(text) && !NOT_DROPPED.has(codePoint)) return "";
      if (SPACE.test(text)) return " ";
    }
    if (stripAccents) text = withoutAccents(text);
    return lowercase ? Array.from(text, (character) => character.toLowerCase()).join("") : text;
  }

  /**
   * `text` normalised, with the place `[starts[i], ends[i])` that each unit of the result came from. `padHan` puts the
   * spaces around Han characters that the reference puts there.
   */
  normalizeWithPlaces(text: string, padHan = false): { normal: string; starts: number[]; ends: number[] } {
    const starts: number[] = [];
    const ends: number[] = [];
    let normal = "";
    let at = 0;
    for (const character of text) {
      const code = character.codePointAt(0)!;
      const plain = this.normalize(code);
      const made = padHan && this.options.splitHan && isHan(code) ? ` ${plain} ` : plain;
      for (let i = 0; i < made.length; i++) {
        starts.push(at);
        ends.push(at + character.length);
      }
      normal += made;
      at += character.length;
    }
    return { normal, starts, ends };
  }
}
