// One file out of a tar.gz archive.

import { gunzipSync } from "node:zlib";
import { DataError, messageOf } from "../../core";

const BLOCK = 512;

/** The content of the entry named `inner` in a gzip-packed tar archive. */
export function entryOfTarGz(packed: Uint8Array, inner: string, archive: string): Buffer {
  let tar: Buffer;
  try {
    tar = gunzipSync(packed);
  } catch (cause) {
    throw new DataError(`broken archive (${messageOf(cause)}): fetch it again`, { file: archive }, { cause });
  }
  const field = (at: number, length: number): string =>
    tar.toString("utf8", at, at + length).replace(/\0[\s\S]*$/, "");
  for (let at = 0; at + BLOCK <= tar.length;) {
    const prefix = field(at + 345, 155);
    const name = (prefix === "" ? "" : `${prefix}/`) + field(at, 100);
    const size = parseInt(field(at + 124, 12).trim() || "0", 8);
    if (!Number.isFinite(size)) break;
    if (name.replace(/^\.\//, "") === inner) return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new DataError(`no entry "${inner}" in the archive: check the address`, { file: archive });
}
