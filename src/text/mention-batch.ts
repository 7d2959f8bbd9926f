// Sentences as an encoder reads them: pieces with markers, and where both mentions are.

import { DISPLAY, type MimeBundle, OptionError } from "../core";
import { checkSentence, type Sentence, type Span } from "../data/sentence";
import { Encoding } from "./encoding";
import { markersOf, type MarkerStyle, markSentence } from "./markers";
import { padded, type PadTo } from "./padding";
import { piecesBundle, type ShownPiece } from "./show-pieces";
import type { MentionBatch } from "./token-batch";
import type { PieceList } from "./tokenizer/piece-list";
import { specialsIn } from "./tokenizer/template";
import { assemble } from "./tokenizer/assemble";
import type { Tokenizer } from "./tokenizer/tokenizer";
import { windowOf } from "./window";

/** How sentences are marked and cut. */
export interface SentenceOptions {
  /** Default "entity": `[E1] head [/E1]`, `[E2] tail [/E2]`. */
  readonly markers?: MarkerStyle;
  /** The most pieces of a sentence, special tokens and markers included; default 128. Both mentions stay. */
  readonly maxLength?: number;
}

/** A sentence as pieces, with the places of its mentions among them. */
export interface MarkedEncoding {
  readonly encoding: Encoding;
  /** The text with markers, which the offsets of `encoding` count in. */
  readonly text: string;
  /** The piece of the head's start marker, or its first piece where there are no markers. */
  readonly headStart: number;
  readonly tailStart: number;
  /** The pieces of each mention, own markers left out; never empty (a mention without pieces: its marker or neighbour). */
  readonly headSpan: Span;
  readonly tailSpan: Span;
  /** Whether pieces were left out to fit `maxLength`. */
  readonly isCut: boolean;
  /** Pieces in colour: head, tail, markers, special tokens. */
  [DISPLAY](): MimeBundle;
}

interface Marked {
  readonly text: string;
  readonly pieces: PieceList;
  readonly markers: readonly number[];
  readonly starts: readonly [head: number, tail: number];
  readonly spans: readonly [head: Span, tail: Span];
}

/** Encodes one sentence with markers around its mentions; see `encodeSentences`. */
export function encodeSentence(
  tokenizer: Tokenizer,
  sentence: Sentence,
  options: SentenceOptions = {},
): MarkedEncoding {
  const { markers = "entity", maxLength = 128 } = options;
  checkSentence(sentence);
  const marked =
    markers === "none" ? unmarkedPieces(tokenizer, sentence) : markedPieces(tokenizer, sentence, markers);
  const items = tokenizer.itemsOf(false, true);
  const room = maxLength - specialsIn(items);
  const needed = marked.markers.length + 2;
  if (!Number.isInteger(maxLength) || room < needed)
    throw new OptionError(
      `maxLength is ${maxLength}, expected a whole number of at least ${needed + specialsIn(items)}: ` +
        `special tokens, markers and a piece of each mention have to fit`,
    );
  const count = marked.pieces.ids.length;
  const kept = windowOf({ count, room, markers: marked.markers, mentions: marked.spans });
  const pieces = kept.length < count ? chosen(marked.pieces, kept) : marked.pieces;
  const before = items.findIndex(({ kind }) => kind === "text");
  const encoding = new Encoding(assemble(items, [pieces, undefined], [kept.length, 0]), tokenizer);
  const isCut = kept.length < count;
  const placeOf = (piece: number): number =>
    before + (isCut ? kept.filter((one) => one < piece).length : piece);
  const spanOf = ({ start, end }: Span, marker: number): Span => {
    const span = { start: placeOf(start), end: placeOf(end) };
    return span.start < span.end ? span : { start: placeOf(marker), end: placeOf(marker) + 1 };
  };
  const [head, tail] = marked.starts;
  const result = {
    encoding,
    text: marked.text,
    headStart: placeOf(head),
    tailStart: placeOf(tail),
    headSpan: spanOf(marked.spans[0], head),
    tailSpan: spanOf(marked.spans[1], tail),
    isCut,
  };
  return { ...result, [DISPLAY]: () => bundleOf(result, tokenizer) };
}

/**
 * Encodes sentences for an encoder. A sentence longer than `maxLength` keeps its markers, its mentions and, as far as
 * there is room, what lies between and around them (`windowOf` has the rule). Text that merely looks like a marker is
 * encoded as text. The markers must have been added to the tokenizer (`tokenizer.addMarkers(markersFor(sentences, style))`).
 *
 * `padTo`: "longest" (default) of the batch, "max", or the longest rounded up to a multiple.
 *
 * @example const batch = encodeSentences(tokenizer, sentences, { markers: "entity", maxLength: 128 });
 */
export function encodeSentences(
  tokenizer: Tokenizer,
  sentences: readonly Sentence[],
  options: SentenceOptions & { readonly padTo?: PadTo } = {},
): MentionBatch {
  const { maxLength = 128, padTo = "longest" } = options;
  return mentionBatch(
    sentences.map((sentence) => encodeSentence(tokenizer, sentence, options)),
    tokenizer.padId,
    { maxLength, padTo },
  );
}

/** Sentences encoded before, as one batch; `padId` fills the rows. */
export function mentionBatch(
  encoded: readonly MarkedEncoding[],
  padId: number,
  options: { readonly maxLength?: number; readonly padTo?: PadTo } = {},
): MentionBatch {
  const batch = padded(
    encoded.map(({ encoding }) => encoding),
    padId,
    options,
  );
  return {
    ...batch,
    headStart: Int32Array.from(encoded, ({ headStart }) => headStart),
    tailStart: Int32Array.from(encoded, ({ tailStart }) => tailStart),
    headSpan: Int32Array.from(encoded.flatMap(({ headSpan }) => [headSpan.start, headSpan.end])),
    tailSpan: Int32Array.from(encoded.flatMap(({ tailSpan }) => [tailSpan.start, tailSpan.end])),
  };
}

function markedPieces(tokenizer: Tokenizer, sentence: Sentence, style: MarkerStyle): Marked {
  const { text, places } = markSentence(sentence, markersOf(sentence, style));
  const { pieces, placed } = tokenizer.piecesMarkedAt(text, places);
  const names = markersOf(sentence, style)!;
  const at = (marker: string): number => placed[places.findIndex((place) => place.marker === marker)]!;
  const [head, tail] = [at(names.head[0]), at(names.tail[0])];
  return {
    text,
    pieces,
    markers: placed,
    starts: [head, tail],
    spans: [
      { start: head + 1, end: at(names.head[1]) },
      { start: tail + 1, end: at(names.tail[1]) },
    ],
  };
}

function unmarkedPieces(tokenizer: Tokenizer, sentence: Sentence): Marked {
  const { pieces } = tokenizer.piecesMarkedAt(sentence.text, []);
  const spans = [spanIn(pieces, sentence.head), spanIn(pieces, sentence.tail)] as const;
  return { text: sentence.text, pieces, markers: [], starts: [spans[0].start, spans[1].start], spans };
}

/** The pieces that touch a mention, or the nearest one where it has none (zero-width characters). */
function spanIn(pieces: PieceList, mention: Span): Span {
  const count = pieces.ids.length;
  let start = 0;
  while (start < count && pieces.ends[start]! <= mention.start) start++;
  let end = start;
  while (end < count && pieces.starts[end]! < mention.end) end++;
  if (start < end) return { start, end };
  const near = Math.max(0, Math.min(start, count - 1));
  return { start: near, end: Math.min(near + 1, count) };
}

function chosen(pieces: PieceList, kept: readonly number[]): PieceList {
  const pick = (list: readonly number[]): number[] => kept.map((piece) => list[piece]!);
  const { ids, starts, ends, words, wordCount } = pieces;
  return { ids: pick(ids), starts: pick(starts), ends: pick(ends), words: pick(words), wordCount };
}

function bundleOf(
  { encoding, headSpan, tailSpan }: Pick<MarkedEncoding, "encoding" | "headSpan" | "tailSpan">,
  { markers }: Tokenizer,
): MimeBundle {
  const shown = encoding.tokens.map((token, piece): ShownPiece => {
    const isHead = headSpan.start <= piece && piece < headSpan.end;
    const isTail = tailSpan.start <= piece && piece < tailSpan.end;
    const word = encoding.wordOf(piece) ?? -1;
    const mention = isHead && isTail ? "both" : isHead ? "head" : isTail ? "tail" : undefined;
    const role = word < 0 ? "special" : markers.includes(token) ? "marker" : mention;
    return { token, id: encoding.ids[piece]!, word, role };
  });
  return piecesBundle(shown);
}
