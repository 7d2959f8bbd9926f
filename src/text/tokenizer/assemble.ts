// Pieces and special tokens put together as a template says.

import type { EncodingParts } from "../encoding";
import type { PieceList } from "./piece-list";
import type { TemplateItem } from "./template";

/** Puts the pieces of one or two texts, cut to `lengths`, into a template. */
export function assemble(
  items: readonly TemplateItem[],
  texts: readonly [PieceList, PieceList | undefined],
  lengths: readonly [number, number],
): EncodingParts {
  const parts: EncodingParts = { ids: [], typeIds: [], starts: [], ends: [], words: [], sequences: [] };
  const add = (
    id: number,
    type: number,
    start: number,
    end: number,
    word: number,
    sequence: number,
  ): void => {
    parts.ids.push(id);
    parts.typeIds.push(type);
    parts.starts.push(start);
    parts.ends.push(end);
    parts.words.push(word);
    parts.sequences.push(sequence);
  };
  for (const item of items) {
    if (item.kind === "special") {
      add(item.id, item.type, 0, 0, -1, -1);
      continue;
    }
    const { type, sequence } = item;
    const pieces = texts[sequence];
    if (pieces === undefined) continue;
    for (let i = 0; i < lengths[sequence]; i++)
      add(pieces.ids[i]!, type, pieces.starts[i]!, pieces.ends[i]!, pieces.words[i]!, sequence);
  }
  return parts;
}
