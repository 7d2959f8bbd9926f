// Cases of Hugging Face's tokenizers and what ours makes of them.

import { expect } from "vitest";
import type { Encoding } from "../../src/text";

/** The fields that cases compare; each case has some of them. */
export interface ReferenceCase {
  readonly text: string;
  readonly pair?: string;
  readonly words?: readonly string[];
  readonly max_length?: number | null;
  readonly ids: number[];
  readonly tokens?: string[];
  /** In Unicode code points. */
  readonly offsets?: [number, number][];
  /** In UTF-16 units. */
  readonly offsets_utf16?: [number, number][];
  readonly type_ids?: number[];
  readonly attention_mask?: number[];
  readonly special_tokens_mask?: number[];
  readonly word_ids?: (number | null)[];
  readonly sequence_ids?: (number | null)[];
}

/** A case of decoding. */
export interface DecodeCase {
  readonly ids: number[];
  readonly skip_special_tokens: boolean;
  readonly text: string;
}

/** A batch padded to its longest. */
export interface PaddingCase {
  readonly texts: string[];
  readonly ids: number[][];
  readonly attention_mask: number[][];
}

/** UTF-16 offsets as code points of the text that each piece comes from. */
function inCodePoints(encoding: Encoding, texts: readonly (string | undefined)[]): [number, number][] {
  const count = (text: string, units: number): number => [...text.slice(0, units)].length;
  return encoding.offsets.map(([start, end], index) => {
    const sequence = encoding.sequenceIds[index];
    const text = sequence === null || sequence === undefined ? "" : (texts[sequence] ?? "");
    return [count(text, start), count(text, end)];
  });
}

/** Compares every field that the case has. */
export function expectEqual(encoding: Encoding, wanted: ReferenceCase): void {
  expect([...encoding.ids]).toEqual(wanted.ids);
  if (wanted.tokens !== undefined) expect(encoding.tokens).toEqual(wanted.tokens);
  if (wanted.offsets_utf16 !== undefined) expect(encoding.offsets).toEqual(wanted.offsets_utf16);
  if (wanted.offsets !== undefined)
    expect(inCodePoints(encoding, [wanted.text, wanted.pair])).toEqual(wanted.offsets);
  if (wanted.type_ids !== undefined) expect(encoding.typeIds).toEqual(wanted.type_ids);
  if (wanted.attention_mask !== undefined) expect(encoding.ids.map(() => 1)).toEqual(wanted.attention_mask);
  if (wanted.special_tokens_mask !== undefined)
    expect(encoding.specialTokensMask).toEqual(wanted.special_tokens_mask);
  if (wanted.word_ids !== undefined) expect(encoding.wordIds).toEqual(wanted.word_ids);
  if (wanted.sequence_ids !== undefined) expect(encoding.sequenceIds).toEqual(wanted.sequence_ids);
}

/** The options that a case with a limit was encoded with. */
export function limitOf({ max_length: limit }: ReferenceCase): { maxLength?: number } {
  return limit === undefined || limit === null ? {} : { maxLength: limit };
}

/** Rows of a padded array. */
export function rowsOf(values: Int32Array, length: number): number[][] {
  return Array.from({ length: values.length / length }, (_, row) => [
    ...values.slice(row * length, (row + 1) * length),
  ]);
}
