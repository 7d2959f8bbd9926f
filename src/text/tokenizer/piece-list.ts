// The pieces of a text while they are found: flat lists that grow together.

/** Pieces in order: ids, places in the text (UTF-16 units) and the index of the word each belongs to. */
export interface PieceList {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
  readonly words: number[];
  /** Words so far: the index that the next word gets. */
  wordCount: number;
}

/** The pieces of one word, places counted from the word's start; found once and kept. */
export interface WordPieces {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Splits text into words and words into pieces. */
export interface WordSplitter {
  /** Adds the pieces of `text[start, end)`, which holds no added token. */
  split(text: string, start: number, end: number, into: PieceList): void;
  /** Whether places leave out white space that a token took with it. */
  readonly trimsPlaces: boolean;
}

/** An empty list. */
export function newPieces(): PieceList {
  return { ids: [], starts: [], ends: [], words: [], wordCount: 0 };
}

/** Adds a word whose first unit is at `start`. A word without pieces takes no index. */
export function addWord(into: PieceList, { ids, starts, ends }: WordPieces, start: number): void {
  if (ids.length === 0) return;
  const word = into.wordCount++;
  for (let i = 0; i < ids.length; i++) {
    into.ids.push(ids[i]!);
    into.starts.push(start + starts[i]!);
    into.ends.push(start + ends[i]!);
    into.words.push(word);
  }
}

/** Adds one piece that is a word of its own. */
export function addPiece(into: PieceList, id: number, start: number, end: number): void {
  into.ids.push(id);
  into.starts.push(start);
  into.ends.push(end);
  into.words.push(into.wordCount++);
}

const CACHE_LIMIT = 200_000;

/** Words and their pieces, found by `learn` the first time; emptied when it grows past 200,000 words. */
export class WordCache {
  private readonly known = new Map<string, WordPieces>();
  constructor(private readonly learn: (word: string) => WordPieces) {}

  get(word: string): WordPieces {
    const found = this.known.get(word);
    if (found !== undefined) return found;
    if (this.known.size >= CACHE_LIMIT) this.known.clear();
    const pieces = this.learn(word);
    this.known.set(word, pieces);
    return pieces;
  }
}
