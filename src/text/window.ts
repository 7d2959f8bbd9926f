// Which pieces of a sentence stay when it is longer than the encoder reads: both mentions do.

import type { Span } from "../data/sentence";

/** What must stay and what may go, as places in the list of pieces. */
export interface WindowRequest {
  /** Number of pieces and how many may stay. */
  readonly count: number;
  readonly room: number;
  /** Pieces that stay whatever happens: the markers. */
  readonly markers: readonly number[];
  /** The pieces of head and tail. */
  readonly mentions: readonly Span[];
}

/**
 * The pieces that stay, in order. First the markers; then the mentions, each from its beginning; then what lies between
 * them, nearest to a mention first (so a long gap loses its middle); then what lies around, nearest first (so the rest
 * of the room is shared between both sides, and what one side does not need goes to the other).
 */
export function windowOf({ count, room, markers, mentions }: WindowRequest): number[] {
  const all = Array.from({ length: count }, (_, piece) => piece);
  if (count <= room) return all;
  const isMarker = new Set(markers);
  const first = Math.min(...mentions.map(({ start }) => start), ...markers);
  const last = Math.max(...mentions.map(({ end }) => end - 1), ...markers);
  const rank = (piece: number): [number, number] => {
    if (isMarker.has(piece)) return [0, 0];
    const inside = mentions.filter(({ start, end }) => start <= piece && piece < end);
    if (inside.length > 0) return [1, Math.min(...inside.map(({ start }) => piece - start))];
    if (piece < first) return [3, first - piece];
    if (piece > last) return [3, piece - last];
    return [2, Math.min(...mentions.map(({ start, end }) => Math.max(start - piece, piece - end + 1)))];
  };
  const ranks = all.map(rank);
  return all
    .sort((a, b) => ranks[a]![0] - ranks[b]![0] || ranks[a]![1] - ranks[b]![1] || a - b)
    .slice(0, room)
    .sort((a, b) => a - b);
}
