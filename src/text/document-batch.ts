// Documents as an encoder reads them: windows of bounded length, and where entities, mentions and pairs are in them.

import { DataError, OptionError } from "../core";
import type { EncodedDocument } from "./document-encoding";
import { padded } from "./padding";
import type { TokenBatch } from "./token-batch";

/** Two entities (positions in `document.entities`) of a document (position in the batch). */
export interface PairPlace {
  readonly document: number;
  readonly head: number;
  readonly tail: number;
}

/** Mentions of the entities that pairs need, one entry each. Places are those of the document, special tokens included. */
export interface MentionPlaces {
  /** Row of the mention's entity, `document * slots + slot`. */
  readonly entity: Int32Array;
  /** Start marker (or first piece). */
  readonly at: Int32Array;
  /** Pieces `[start, end)`, flattened to `[mentions, 2]`. */
  readonly span: Int32Array;
}

/**
 * A token batch whose rows are windows of documents. A document that fits the encoder is one window, row for row. A
 * longer one is several overlapping windows; `windowRows` says which of them show each of its places.
 */
export interface DocumentBatch extends TokenBatch {
  readonly documents: number;
  /** Places of the longest document. */
  readonly documentLength: number;
  /**
   * For each place of each document (`[documents, documentLength, 2]`) its row in `[size * length]` in the first and in
   * the second window that shows it, -1 for none. Undefined where every document is one window.
   */
  readonly windowRows: Int32Array | undefined;
  /** Places for entities in each document: the most that the pairs of a document name. */
  readonly slots: number;
  readonly mentions: MentionPlaces;
  /** Rows of head and tail, `document * slots + slot`, flattened to `[pairs, 2]`. */
  readonly pairs: Int32Array;
  /** For each pair, whether head and tail have a mention left (a cut may have taken them all). */
  readonly isVisible: readonly boolean[];
  /** Which position of `document.entities` each slot holds, `[documents]` of lists. */
  readonly entitiesOf: readonly (readonly number[])[];
}

/** How a batch of documents is made. */
export interface DocumentBatchOptions {
  readonly padId: number;
  /** The longest input of the encoder, special tokens included. Default 512. */
  readonly window?: number;
}

interface Window {
  readonly document: number;
  /** Place in the document (special tokens included) that the window's place 0 would have. */
  readonly offset: number;
  readonly ids: readonly number[];
  /** Places of the window that are the document's: without special tokens that are there for the window's sake. */
  readonly from: number;
  readonly to: number;
}

/** Windows of `room` pieces each, evenly spaced, the last one ending where the document ends; at most two meet. */
function windowsOf({ ids, before, after }: EncodedDocument, document: number, window: number): Window[] {
  const room = window - before.length - after.length;
  if (room < 1)
    throw new OptionError(`window is ${window}: special tokens and a piece of the document have to fit`);
  const count = Math.max(1, Math.ceil(ids.length / room));
  return Array.from({ length: count }, (_, index): Window => {
    const start = count === 1 ? 0 : Math.round((index * (ids.length - room)) / (count - 1));
    const part = count === 1 ? ids : ids.slice(start, start + room);
    const whole = [...before, ...part, ...after];
    const from = index === 0 ? 0 : before.length;
    const to = index === count - 1 ? whole.length : before.length + part.length;
    return { document, offset: start, ids: whole, from, to };
  });
}

function windowRowsOf(
  windows: readonly Window[],
  documents: number,
  documentLength: number,
  length: number,
): Int32Array {
  const places = new Int32Array(documents * documentLength * 2).fill(-1);
  windows.forEach(({ document, offset, from, to }, row) => {
    for (let at = from; at < to; at++) {
      const place = 2 * (document * documentLength + offset + at);
      places[places[place]! < 0 ? place : place + 1] = row * length + at;
    }
  });
  return places;
}

/** The entities that pairs of each document name, in order. */
function slotsOf(encoded: readonly EncodedDocument[], pairs: readonly PairPlace[]): number[][] {
  const named = encoded.map(() => new Set<number>());
  for (const { document, head, tail } of pairs) {
    const entities = encoded[document]?.document.entities.length ?? 0;
    const bad = [head, tail].find(
      (entity) => !(Number.isInteger(entity) && entity >= 0 && entity < entities),
    );
    if (bad !== undefined)
      throw new DataError(
        `a pair names entity ${bad} of document ${document} of the batch, which has ${entities}, counted from 0`,
      );
    named[document]!.add(head).add(tail);
  }
  return named.map((entities) => [...entities].sort((a, b) => a - b));
}

/**
 * Documents and pairs of their entities as one batch, as plain numbers. The order of the pairs is kept.
 *
 * @example const batch = documentBatch(documents.map((one) => encodeDocument(tokenizer, one)), pairs, { padId });
 */
export function documentBatch(
  encoded: readonly EncodedDocument[],
  pairs: readonly PairPlace[],
  { padId, window = 512 }: DocumentBatchOptions,
): DocumentBatch {
  const windows = encoded.flatMap((document, index) => windowsOf(document, index, window));
  const tokens = padded(
    windows.map(({ ids }) => ({ ids, typeIds: new Array<number>(ids.length).fill(0) })),
    padId,
  );
  const isWhole = windows.length === encoded.length;
  const lengths = encoded.map(({ ids, before, after }) => ids.length + before.length + after.length);
  const documentLength = isWhole ? tokens.length : Math.max(...lengths);
  const entitiesOf = slotsOf(encoded, pairs);
  const slots = Math.max(0, ...entitiesOf.map(({ length }) => length));
  const slotOf = entitiesOf.map((entities) => new Map(entities.map((entity, slot) => [entity, slot])));
  const [entity, at, span]: [number[], number[], number[]] = [[], [], []];
  entitiesOf.forEach((entities, index) => {
    const { document, mentions, before } = encoded[index]!;
    entities.forEach((position, slot) => {
      for (const mention of document.entities[position]!.mentions) {
        const placed = mentions[mention];
        if (placed === undefined) continue;
        entity.push(index * slots + slot);
        at.push(before.length + placed.at);
        span.push(before.length + placed.start, before.length + placed.end);
      }
    });
  });
  const visible = new Set(entity);
  const rows = pairs.map(({ document, head, tail }) => [
    document * slots + slotOf[document]!.get(head)!,
    document * slots + slotOf[document]!.get(tail)!,
  ]);
  return {
    ...tokens,
    documents: encoded.length,
    documentLength,
    windowRows: isWhole ? undefined : windowRowsOf(windows, encoded.length, documentLength, tokens.length),
    slots,
    mentions: { entity: Int32Array.from(entity), at: Int32Array.from(at), span: Int32Array.from(span) },
    pairs: Int32Array.from(rows.flat()),
    isVisible: rows.map((ends) => ends.every((row) => visible.has(row))),
    entitiesOf,
  };
}
