// A document as pieces, with the place of every mention among them.

import { OptionError } from "../core";
import type { Document } from "../data/document";
import { markDocument, type DocumentMarkerStyle } from "./document-marks";
import type { PieceList } from "./tokenizer/piece-list";
import { specialsIn } from "./tokenizer/template";
import type { Tokenizer } from "./tokenizer/tokenizer";

/** How a document is marked and cut. */
export interface DocumentOptions {
  /** Default "entity": `[E] mention [/E]`. */
  readonly markers?: DocumentMarkerStyle;
  /** The most pieces of a document, special tokens and markers included; what is beyond is cut off. Default 1,024. */
  readonly maxLength?: number;
  /** Entities (positions in `document.entities`) whose mentions are replaced by [BLANK]. Default none. */
  readonly hidden?: ReadonlySet<number>;
}

/** Where a mention is among the pieces; places count from the first piece of the text, special tokens left out. */
export interface PlacedMention {
  /** Its start marker, or its first piece where there are no markers. */
  readonly at: number;
  /** Its pieces, `[start, end)`, own markers left out. */
  readonly start: number;
  readonly end: number;
}

/** A document as an encoder may read it. */
export interface EncodedDocument {
  readonly document: Document;
  /** Ids of the text's pieces, without special tokens. */
  readonly ids: readonly number[];
  /** Special tokens before and after the text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** One entry a mention; undefined for one that was cut off. */
  readonly mentions: readonly (PlacedMention | undefined)[];
  /** Whether pieces were cut off. */
  readonly isCut: boolean;
}

/** Number of pieces that end at or before `character`: the first piece that reaches beyond it. */
function piecesBefore(pieces: PieceList, character: number): number {
  let [low, high] = [0, pieces.ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces.ends[middle]! <= character) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of pieces that begin before `character`. */
function piecesBegun(pieces: PieceList, character: number): number {
  let [low, high] = [0, pieces.starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces.starts[middle]! < character) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Encodes a document. Its tokens must have been added: `tokenizer.addMarkers(documentMarkers())`. A mention whose
 * marker (or first piece) lies beyond `maxLength` is undefined; one that is cut keeps the pieces that are left.
 *
 * @example encodeDocument(tokenizer, document, { maxLength: 512 }).mentions[0]?.at
 * @throws OptionError for a maxLength without room for a piece
 */
export function encodeDocument(
  tokenizer: Tokenizer,
  document: Document,
  { markers = "entity", maxLength = 1024, hidden = new Set() }: DocumentOptions = {},
): EncodedDocument {
  const items = tokenizer.itemsOf(false, true);
  const room = maxLength - specialsIn(items);
  if (!Number.isInteger(maxLength) || room < 1)
    throw new OptionError(
      `maxLength of a document is ${maxLength}, expected a whole number of at least ${specialsIn(items) + 1}: ` +
        `special tokens and a piece have to fit`,
    );
  const marked = markDocument(document, { markers, hidden });
  const { pieces, placed } = tokenizer.piecesMarkedAt(marked.text, marked.places);
  const text = items.findIndex(({ kind }) => kind === "text");
  const idsOf = (from: number, to: number): number[] =>
    items.slice(from, to).flatMap((item) => (item.kind === "special" ? [item.id] : []));
  const mentions = marked.mentions.map(({ start, end, open, close }): PlacedMention | undefined => {
    const first = open === undefined ? piecesBefore(pieces, start) : placed[open]! + 1;
    const last = close === undefined ? piecesBegun(pieces, end) : placed[close]!;
    const at = open === undefined ? first : placed[open]!;
    if (at >= Math.min(room, pieces.ids.length)) return undefined;
    // a mention without pieces of its own is read at its marker or at its neighbour
    const begin = last > first && first < room ? first : at;
    return { at, start: begin, end: Math.max(begin + 1, Math.min(last, room)) };
  });
  return {
    document,
    ids: pieces.ids.slice(0, room),
    before: idsOf(0, text),
    after: idsOf(text + 1, items.length),
    mentions,
    isCut: pieces.ids.length > room,
  };
}
