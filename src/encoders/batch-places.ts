// What a batch's ids and mask say: which positions to look up, which keys to hide.

import * as tf from "@tensorflow/tfjs";
import type { TokenBatch } from "../text/token-batch";
import type { EncoderBatch } from "./encoder-batch";
import type { Packing } from "./packing";
import type { EncoderConfig } from "./weights";

// Added to a score it leaves the smallest float32 number, so that a row with no visible key is uniform, as in PyTorch.
const HIDDEN = -3.4028234663852886e38;

/** What is added to attention scores to hide keys, `[size, 1, 1, length]`; undefined where nothing is hidden. */
export function maskBias({ size, length, mask }: TokenBatch): tf.Tensor | undefined {
  if (mask.every((visible) => visible !== 0)) return undefined;
  return tf.tensor4d(
    Float32Array.from(mask, (visible) => (visible === 0 ? HIDDEN : 0)),
    [size, 1, 1, length],
  );
}

/** Positions of every token: 0, 1, 2, ...; RoBERTa counts tokens that are not padding from `padId + 1` on. */
export function positionsOf({ length, ids }: TokenBatch, { kind, padId }: EncoderConfig): Int32Array {
  if (kind !== "roberta") return ids.map((_, index) => index % length);
  let count = 0;
  return ids.map((id, index) => {
    if (index % length === 0) count = 0;
    return id === padId ? padId : padId + ++count;
  });
}

/** What is looked up for each row of states. */
export interface LookedUp extends Pick<EncoderBatch, "ids" | "characterIds"> {
  readonly positions: Int32Array;
  readonly types: Int32Array;
}

/** The rows of a batch: all its places, or tokens alone where they are packed. */
export function rowsOf(
  { ids, typeIds, characterIds }: EncoderBatch,
  positions: Int32Array,
  packing: Packing | undefined,
): LookedUp {
  const own = (all: Int32Array): Int32Array => packing?.ofTokens(all) ?? all;
  return {
    ids: own(ids),
    positions: own(positions),
    types: own(typeIds),
    ...(characterIds && { characterIds: own(characterIds) }),
  };
}
