// Large content crosses between the threads as bytes of JSON: made once, moved instead of copied, sent as it is.

import type { Bundle } from "./messages";

/** A bundle, or its JSON in UTF-8 when it is large. */
export type PackedBundle = Bundle | Uint8Array;

/** Characters above which packing pays. */
const LARGE = 1 << 18;

/** `data` as it should cross, and what is to be moved with it. Content of silent cells stays as it is. */
export function pack(data: PackedBundle): { readonly data: PackedBundle; readonly move: ArrayBuffer[] } {
  if (data instanceof Uint8Array) return { data, move: [] };
  let length = 0;
  for (const value of Object.values(data)) if (typeof value === "string") length += value.length;
  if (length < LARGE) return { data, move: [] };
  const bytes = new TextEncoder().encode(JSON.stringify(data));
  return { data: bytes, move: [bytes.buffer] };
}
