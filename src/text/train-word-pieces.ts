// A WordPiece vocabulary learnt from text: the most frequent pair of neighbouring pieces becomes one piece, again and again.

import { OptionError } from "../core";
import { BertNormalizer, CharacterClass } from "./tokenizer/bert-normalizer";
import { Tokenizer } from "./tokenizer/tokenizer";
import { bertTokenizer, BERT_SPECIALS } from "./tokenizer/vocabulary-files";

/** How large a vocabulary is to become, and of what. */
export interface WordPieceOptions {
  /** Pieces in all, special tokens included; fewer where the text has no more pairs. Default 2,500. */
  readonly size?: number;
  /** A pair is joined only when the text has it as often as this. Default 2. */
  readonly minimumCount?: number;
  /** Default true. */
  readonly lowercase?: boolean;
  /**
   * Characters that get a piece, and one as a continuation, whether the text has them or not, so that other texts
   * have few unknown words. Default: printable ASCII.
   */
  readonly alphabet?: string;
}

const ASCII = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("");
const CONTINUES = "##";

/**
 * Learns a BERT tokenizer ([PAD], [UNK], [CLS], [SEP], [MASK]) from `texts` by byte-pair merges within words, as
 * Hugging Face's trainer of WordPiece does. Pairs of equal count are joined in the order of their pieces, so the same
 * text gives the same vocabulary, whatever the order of its sentences.
 *
 * @example trainWordPieces(sentences, { size: 2000 }).save("models/mine");
 */
export function trainWordPieces(texts: Iterable<string>, options: WordPieceOptions = {}): Tokenizer {
  const { size = 2500, minimumCount = 2, lowercase = true, alphabet = ASCII } = options;
  const normalizer = new BertNormalizer({
    cleanText: true,
    splitHan: true,
    stripAccents: lowercase,
    lowercase,
  });
  const counts = wordCounts(texts, normalizer);
  if (counts.size === 0) throw new OptionError("the texts hold no word: give text to learn pieces from");
  const first = new Set([...normalizer.normalizeWithPlaces(alphabet).normal]);
  for (const word of counts.keys()) for (const character of word) first.add(character);
  const letters = [...first].sort();
  const pieces = [...BERT_SPECIALS, ...letters, ...letters.map((letter) => CONTINUES + letter)];
  if (size < pieces.length)
    throw new OptionError(
      `size is ${size}, but special tokens and characters alone are ${pieces.length} pieces: give a size above that`,
    );
  const words = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  pieces.push(...new Merges(words, pieces).take(size - pieces.length, minimumCount));
  return new Tokenizer(bertTokenizer(pieces, lowercase));
}

/** How often each word comes, as the tokenizer cuts words. */
function wordCounts(texts: Iterable<string>, normalizer: BertNormalizer): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (word: string): void => void (word && counts.set(word, (counts.get(word) ?? 0) + 1));
  for (const text of texts) {
    let word = "";
    for (const character of normalizer.normalizeWithPlaces(text, true).normal) {
      const unit = character.charCodeAt(0);
      const known = normalizer.classOfUnit(unit);
      const kind = known === CharacterClass.surrogate ? normalizer.classOf(character.codePointAt(0)!) : known;
      if (kind === CharacterClass.inside) {
        word += character;
        continue;
      }
      count(word);
      word = "";
      if (kind === CharacterClass.alone) count(character);
    }
    count(word);
  }
  return counts;
}

interface Word {
  readonly count: number;
  pieces: number[];
}

/** Two neighbouring pieces, how often they come, and the words that had them. */
interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  readonly words: Set<Word>;
}

class Merges {
  private readonly names: string[];
  private readonly ids: Map<string, number>;
  private readonly pairs = new Map<string, Pair>();

  constructor(words: readonly (readonly [string, number])[], pieces: readonly string[]) {
    this.names = [...pieces];
    this.ids = new Map(pieces.map((piece, id) => [piece, id]));
    for (const [text, count] of words) {
      const letters = [...text].map((letter, place) => (place === 0 ? letter : CONTINUES + letter));
      const word: Word = { count, pieces: letters.map((letter) => this.ids.get(letter)!) };
      this.add(word, count);
    }
  }

  /** The next `most` pieces, each the commonest pair that is left. */
  take(most: number, minimumCount: number): string[] {
    const taken: string[] = [];
    while (taken.length < most) {
      const best = this.commonest();
      if (best === undefined || best.count < minimumCount) break;
      const name = this.names[best.left]! + this.names[best.right]!.slice(CONTINUES.length);
      // The same letters may have been joined another way before.
      const isNew = !this.ids.has(name);
      if (isNew) {
        this.ids.set(name, this.names.length);
        this.names.push(name);
        taken.push(name);
      }
      this.join(best, this.ids.get(name)!);
    }
    return taken;
  }

  private commonest(): Pair | undefined {
    let best: Pair | undefined;
    for (const pair of this.pairs.values()) {
      if (best === undefined || pair.count > best.count) best = pair;
      else if (
        pair.count === best.count &&
        (pair.left < best.left || (pair.left === best.left && pair.right < best.right))
      )
        best = pair;
    }
    return best;
  }

  private join({ left, right, words }: Pair, joined: number): void {
    for (const word of words) {
      this.add(word, -word.count);
      const pieces: number[] = [];
      for (let place = 0; place < word.pieces.length; place++) {
        const isPair = word.pieces[place] === left && word.pieces[place + 1] === right;
        pieces.push(isPair ? joined : word.pieces[place]!);
        if (isPair) place++;
      }
      word.pieces = pieces;
      this.add(word, word.count);
    }
    this.pairs.delete(`${left} ${right}`);
  }

  /** Counts the pairs of `word`, or takes them back when `count` is negative. */
  private add(word: Word, count: number): void {
    for (let place = 0; place + 1 < word.pieces.length; place++) {
      const [left, right] = [word.pieces[place]!, word.pieces[place + 1]!];
      const key = `${left} ${right}`;
      let pair = this.pairs.get(key);
      if (pair === undefined) this.pairs.set(key, (pair = { left, right, count: 0, words: new Set() }));
      pair.count += count;
      if (count > 0) pair.words.add(word);
      if (pair.count === 0) this.pairs.delete(key);
    }
  }
}
