// Sequences of different lengths made one rectangle.

import { OptionError } from "../core";
import type { TokenBatch } from "./token-batch";

/** To the longest of the batch, to the most allowed, or to the longest rounded up to a multiple of a number. */
export type PadTo = "longest" | "max" | number;

/** The common length of sequences under `padTo`; `maxLength` is what "max" means and the limit of rounding up. */
export function paddedLength(longest: number, padTo: PadTo, maxLength: number): number {
  if (padTo === "longest") return longest;
  if (padTo === "max") return Math.max(longest, maxLength);
  if (!Number.isInteger(padTo) || padTo < 1)
    throw new OptionError(`padTo is ${padTo}, expected "longest", "max" or a whole number such as 8`);
  return Math.max(longest, Math.min(maxLength, Math.ceil(longest / padTo) * padTo));
}

/** Ids (and type ids) padded on the right, `[size, length]`. */
export function padded(
  sequences: readonly { readonly ids: readonly number[]; readonly typeIds: readonly number[] }[],
  padId: number,
  options: { padTo?: PadTo; maxLength?: number } = {},
): TokenBatch {
  const { padTo = "longest", maxLength = Infinity } = options;
  if (padTo === "max" && maxLength === Infinity)
    throw new OptionError('padTo is "max" without a maxLength: give maxLength, or padTo "longest"');
  const size = sequences.length;
  const longest = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const length = paddedLength(longest, padTo, maxLength);
  const ids = new Int32Array(size * length).fill(padId);
  const mask = new Int32Array(size * length);
  const typeIds = new Int32Array(size * length);
  for (const [row, sequence] of sequences.entries()) {
    ids.set(sequence.ids, row * length);
    typeIds.set(sequence.typeIds, row * length);
    mask.fill(1, row * length, row * length + sequence.ids.length);
  }
  return { size, length, ids, mask, typeIds };
}
