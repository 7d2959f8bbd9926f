// A text as pieces: ids, tokens, places, words, and the ways from characters to pieces and back.

import { DISPLAY, type Displayable, type MimeBundle } from "../core";
import type { Span } from "../data/sentence";
import { piecesBundle } from "./show-pieces";

/** Flat lists an encoding is made of; all are as long as `ids`. */
export interface EncodingParts {
  readonly ids: number[];
  readonly typeIds: number[];
  readonly starts: number[];
  readonly ends: number[];
  /** Word of each piece, -1 for special tokens. */
  readonly words: number[];
  /** 0 for the first text, 1 for the second, -1 for special tokens. */
  readonly sequences: number[];
}

/** What an encoding asks its tokenizer. */
export interface TokenNames {
  tokenOf(id: number): string | undefined;
  readonly markers: readonly string[];
}

/** The pieces of one text or a pair. Places are UTF-16 units of the text they come from; special tokens have [0, 0]. */
export class Encoding implements Displayable {
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  private readonly parts: EncodingParts;
  private readonly names: TokenNames;

  constructor(parts: EncodingParts, names: TokenNames) {
    this.ids = parts.ids;
    this.typeIds = parts.typeIds;
    this.parts = parts;
    this.names = names;
  }

  /** Number of pieces, special tokens included. */
  get length(): number {
    return this.ids.length;
  }

  /** The piece of each id as the vocabulary spells it. */
  get tokens(): string[] {
    return this.parts.ids.map((id) => this.names.tokenOf(id) ?? "");
  }

  /** `[start, end)` of each piece in UTF-16 units (of its word, where the input was a list of words). */
  get offsets(): [number, number][] {
    return this.parts.starts.map((start, index) => [start, this.parts.ends[index]!]);
  }

  /** The word each piece belongs to, null for special tokens. */
  get wordIds(): (number | null)[] {
    return this.parts.words.map((word) => (word < 0 ? null : word));
  }

  /** Which text each piece comes from, null for special tokens. */
  get sequenceIds(): (number | null)[] {
    return this.parts.sequences.map((sequence) => (sequence < 0 ? null : sequence));
  }

  /** 1 for special tokens that the template added. */
  get specialTokensMask(): number[] {
    return this.parts.sequences.map((sequence) => (sequence < 0 ? 1 : 0));
  }

  /** The word of a piece, undefined for special tokens and pieces that are not there. */
  wordOf(piece: number): number | undefined {
    const word = this.parts.words[piece];
    return word === undefined || word < 0 ? undefined : word;
  }

  /** The characters of a piece, undefined for special tokens and pieces that are not there. */
  charactersOf(piece: number): Span | undefined {
    if (this.wordOf(piece) === undefined) return undefined;
    return { start: this.parts.starts[piece]!, end: this.parts.ends[piece]! };
  }

  /** The first piece that covers the character (UTF-16 unit) of the first text; undefined for white space. */
  pieceAt(character: number): number | undefined {
    const { starts, ends, sequences } = this.parts;
    const found = starts.findIndex(
      (start, piece) => sequences[piece] === 0 && start <= character && character < ends[piece]!,
    );
    return found < 0 ? undefined : found;
  }

  /** The pieces that share a character with `span` of the first text, `[start, end)`; undefined when there are none. */
  piecesOf(span: Span): Span | undefined {
    const { starts, ends, sequences } = this.parts;
    const touches = (piece: number): boolean =>
      sequences[piece] === 0 && starts[piece]! < span.end && ends[piece]! > span.start;
    const pieces = starts.map((_, piece) => piece).filter(touches);
    return pieces.length === 0 ? undefined : { start: pieces[0]!, end: pieces[pieces.length - 1]! + 1 };
  }

  /** The pieces of a word of the first text, `[start, end)`; undefined when it has none. */
  piecesOfWord(word: number): Span | undefined {
    const { words, sequences } = this.parts;
    const isOf = (piece: number): boolean => words[piece] === word && sequences[piece] === 0;
    const pieces = words.map((_, piece) => piece).filter(isOf);
    return pieces.length === 0 ? undefined : { start: pieces[0]!, end: pieces[pieces.length - 1]! + 1 };
  }

  /** Pieces in colour: markers and special tokens stand out. */
  [DISPLAY](): MimeBundle {
    const { markers } = this.names;
    const shown = this.tokens.map((token, index) => ({
      token,
      id: this.ids[index]!,
      role: markers.includes(token)
        ? ("marker" as const)
        : this.parts.words[index]! < 0
          ? ("special" as const)
          : undefined,
      word: this.parts.words[index]!,
    }));
    return piecesBundle(shown);
  }
}
