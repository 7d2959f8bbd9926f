// BERT's words (white space and punctuation end them, Han characters stand alone) and their WordPieces.

import { WordPiece } from "@huggingface/tokenizers";
import { type BertNormalizer, CharacterClass } from "./bert-normalizer";
import { addWord, type PieceList, WordCache, type WordPieces, type WordSplitter } from "./piece-list";

/** `model` of a tokenizer.json, type WordPiece. */
export interface WordPieceModel {
  readonly type: "WordPiece";
  readonly unk_token: string;
  readonly continuing_subword_prefix: string;
  readonly max_input_chars_per_word: number;
  readonly vocab: Readonly<Record<string, number>>;
}

/**
 * The word splitter of BERT. Words are cut from the raw text and looked up as they stand; only a word never seen is
 * normalised and goes through the library's WordPiece model.
 */
export class BertWords implements WordSplitter {
  readonly trimsPlaces = false;
  private readonly cache = new WordCache((word) => this.learn(word));
  private readonly model: WordPiece;

  constructor(
    private readonly options: WordPieceModel,
    private readonly normalizer: BertNormalizer,
  ) {
    this.model = new WordPiece({ ...options, vocab: { ...options.vocab } });
  }

  split(text: string, start: number, end: number, into: PieceList): void {
    let wordStart = -1;
    let at = start;
    while (at < end) {
      let kind = this.normalizer.classOfUnit(text.charCodeAt(at));
      let width = 1;
      if (kind === CharacterClass.surrogate) {
        const codePoint = text.codePointAt(at)!;
        if (codePoint > 0xffff) width = 2;
        kind = this.normalizer.classOf(codePoint);
      }
      if (kind === CharacterClass.inside || kind === CharacterClass.dropped) {
        if (wordStart < 0) wordStart = at;
      } else {
        if (wordStart >= 0) addWord(into, this.cache.get(text.slice(wordStart, at)), wordStart);
        wordStart = -1;
        if (kind === CharacterClass.alone) addWord(into, this.cache.get(text.slice(at, at + width)), at);
      }
      at += width;
    }
    if (wordStart >= 0) addWord(into, this.cache.get(text.slice(wordStart, end)), wordStart);
  }

  private learn(word: string): WordPieces {
    const { normal, starts, ends } = this.normalizer.normalizeWithPlaces(word);
    const found: { ids: number[]; starts: number[]; ends: number[] } = { ids: [], starts: [], ends: [] };
    if (normal === "") return found;
    const tokens = this.model.encode([normal]);
    const isUnknown = tokens.length === 1 && tokens[0] === this.options.unk_token;
    let at = 0;
    for (const [index, token] of tokens.entries()) {
      const prefix = index === 0 ? 0 : this.options.continuing_subword_prefix.length;
      const length = isUnknown ? normal.length : token.length - prefix;
      found.ids.push(this.options.vocab[token]!);
      found.starts.push(starts[at]!);
      found.ends.push(ends[at + length - 1]!);
      at += length;
    }
    return found;
  }
}
