// Byte-level BPE (GPT-2, RoBERTa): words by the GPT-2 pattern, their UTF-8 bytes written as characters, then merges.

import { BPE } from "@huggingface/tokenizers";
import { addWord, type PieceList, WordCache, type WordPieces, type WordSplitter } from "./piece-list";

/** `model` of a tokenizer.json, type BPE. */
export interface BpeModel {
  readonly type: "BPE";
  readonly unk_token: string | null;
  readonly ignore_merges?: boolean;
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (string | readonly [string, string])[];
}

/** How bytes become words: `ByteLevel` of a tokenizer.json. */
export interface ByteLevelOptions {
  /** A space is put before a text that has none there. */
  readonly addPrefixSpace: boolean;
  /** Offsets leave out the space that a piece begins with. */
  readonly trimOffsets: boolean;
}

/** Letters and digits that are younger than the Unicode tables of the reference, which takes them for signs. */
const YOUNG_LETTERS =
  "\\u088f\\u0c5c\\u0cdc\\ua7ce\\ua7cf\\ua7d2\\ua7d4\\ua7f1\\u{10940}-\\u{10959}\\u{10ec5}-\\u{10ec7}\\u{11db0}-\\u{11ddb}" +
  "\\u{16ea0}-\\u{16eb8}\\u{16ebb}-\\u{16ed3}\\u{16ff2}\\u{16ff3}\\u{187f8}-\\u{187ff}\\u{18d09}-\\u{18d1e}" +
  "\\u{18d80}-\\u{18df2}\\u{1e6c0}-\\u{1e6de}\\u{1e6e0}-\\u{1e6e2}\\u{1e6e4}\\u{1e6e5}\\u{1e6e7}-\\u{1e6ed}" +
  "\\u{1e6f0}-\\u{1e6f4}\\u{1e6fe}\\u{1e6ff}\\u{2b73a}-\\u{2b73f}\\u{2cea2}-\\u{2cead}\\u{323b0}-\\u{33479}";
const YOUNG_DIGITS = "\\u{11de0}-\\u{11de9}\\u{16ff4}-\\u{16ff6}";

const LETTER = `[\\p{L}--[${YOUNG_LETTERS}]]`;
const DIGIT = `[\\p{N}--[${YOUNG_DIGITS}]]`;
const SIGN = `[[^\\p{White_Space}\\p{L}\\p{N}]${YOUNG_LETTERS}${YOUNG_DIGITS}]`;

/** GPT-2's words: English endings, letters, digits, signs (each with a space before it), white space. */
const WORD = new RegExp(
  `'s|'t|'re|'ve|'m|'ll|'d| ?${LETTER}+| ?${DIGIT}+| ?${SIGN}+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+`,
  "gv",
);

/** The character that stands for each byte: printable bytes for themselves, the others from U+0100 on. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

function byteCharacters(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCharCode(isPrintable ? byte : next++);
  });
}

const SPACE_CHARACTER = BYTE_CHARACTERS[32]!;

/**
 * The word splitter of byte-level BPE; a word never seen goes through the library's BPE model. With a prefix space,
 * pieces at the very start keep their spaces and the others lose one, also where it was added: so does the reference.
 */
export class ByteWords implements WordSplitter {
  private readonly cache = new WordCache((word) => this.learn(word));
  private readonly model: BPE;
  private readonly encoder = new TextEncoder();
  private readonly tokens: string[] = [];

  constructor(
    private readonly options: BpeModel,
    private readonly level: ByteLevelOptions,
  ) {
    for (const [token, id] of Object.entries(options.vocab)) this.tokens[id] = token;
    this.model = new BPE({
      ...options,
      vocab: { ...options.vocab },
      merges: options.merges.map((merge) =>
        typeof merge === "string" ? splitMerge(merge) : [merge[0], merge[1]],
      ),
    } as unknown as ConstructorParameters<typeof BPE>[0]);
  }

  get trimsPlaces(): boolean {
    return this.level.trimOffsets;
  }

  split(text: string, start: number, end: number, into: PieceList): void {
    const part = start === 0 && end === text.length ? text : text.slice(start, end);
    if (this.level.addPrefixSpace) return this.splitWithPrefix(part, start, into);
    let at = start;
    for (const word of part.match(WORD) ?? []) {
      addWord(into, this.cache.get(word), at);
      at += word.length;
    }
  }

  private splitWithPrefix(part: string, start: number, into: PieceList): void {
    const isAdded = !part.startsWith(" ");
    const firstWidth = part.codePointAt(0)! > 0xffff ? 2 : 1;
    const first = into.ids.length;
    let at = isAdded ? start - 1 : start;
    for (const word of (isAdded ? ` ${part}` : part).match(WORD) ?? []) {
      addWord(into, this.cache.get(word), at);
      at += word.length;
    }
    if (isAdded && into.starts[first]! < start) {
      into.starts[first] = start;
      if (into.ends[first]! <= start) into.ends[first] = start + firstWidth;
    }
    if (!this.level.trimOffsets) return;
    for (let i = first; i < into.ids.length; i++) {
      const token = this.tokens[into.ids[i]!]!;
      const isFirst = i === 0 || into.starts[i] === 0;
      const width = isAdded && i === first ? firstWidth : 1;
      [into.starts[i], into.ends[i]] = trimmed(token, into.starts[i]!, into.ends[i]!, isFirst, width);
    }
  }

  private learn(word: string): WordPieces {
    const starts: number[] = [];
    const ends: number[] = [];
    let bytes = "";
    let at = 0;
    for (const character of word) {
      for (const byte of this.encoder.encode(character)) {
        bytes += BYTE_CHARACTERS[byte]!;
        starts.push(at);
        ends.push(at + character.length);
      }
      at += character.length;
    }
    const found: { ids: number[]; starts: number[]; ends: number[] } = { ids: [], starts: [], ends: [] };
    let place = 0;
    for (const token of this.model.encode([bytes])) {
      const here = bytes.indexOf(token, place);
      const first = here < 0 ? place : here;
      const length = here < 0 ? 1 : token.length;
      const [from, to] = [starts[first]!, ends[first + length - 1]!];
      const isTrimmed = this.level.trimOffsets && !this.level.addPrefixSpace;
      const [start, end] = isTrimmed ? trimmed(token, from, to, false) : [from, to];
      found.ids.push(this.options.vocab[token]!);
      found.starts.push(start);
      found.ends.push(end);
      place = first + length;
    }
    return found;
  }
}

/** A place without the spaces that its token begins (unless `keepsLeading`) and ends with, each `width` units wide. */
function trimmed(
  token: string,
  start: number,
  end: number,
  keepsLeading: boolean,
  width = 1,
): [number, number] {
  let leading = 0;
  while (token[leading] === SPACE_CHARACTER) leading++;
  let trailing = 0;
  while (token[token.length - 1 - trailing] === SPACE_CHARACTER) trailing++;
  const first = keepsLeading ? start : Math.min(start + leading * width, end);
  const last = end >= trailing * width ? Math.max(end - trailing * width, first) : end;
  return [first, last];
}

function splitMerge(merge: string): [string, string] {
  const space = merge.indexOf(" ");
  return [merge.slice(0, space), merge.slice(space + 1)];
}
