// One file out of a tar.gz or zip archive. Unpacking is Node's own zlib; only the tables of contents are read here.

import { crc32, gunzipSync, inflateRawSync } from "node:zlib";
import { DataError, messageOf } from "../../core";

const BLOCK = 512;
/** No file of a data set is larger unpacked; a smaller archive that claims so is a trap or broken. */
const LARGEST = 2 ** 31;

/** The content of the entry named `inner` in an archive; which kind it is, its first bytes say. */
export function entryOfArchive(packed: Buffer, inner: string, archive: string): Buffer {
  const find = packed.toString("latin1", 0, 2) === "PK" ? entryOfZip : entryOfTarGz;
  let found: Buffer | undefined;
  try {
    found = find(packed, inner);
  } catch (cause) {
    throw new DataError(`broken archive (${messageOf(cause)}): fetch it again`, { file: archive }, { cause });
  }
  if (found !== undefined) return found;
  throw new DataError(`no entry "${inner}" in the archive: check the address`, { file: archive });
}

function entryOfTarGz(packed: Buffer, inner: string): Buffer | undefined {
  const tar = gunzipSync(packed, { maxOutputLength: LARGEST });
  const field = (at: number, length: number): string =>
    tar.toString("utf8", at, at + length).replace(/\0[\s\S]*$/, "");
  for (let at = 0; at + BLOCK <= tar.length;) {
    const prefix = field(at + 345, 155);
    const name = (prefix === "" ? "" : `${prefix}/`) + field(at, 100);
    const size = parseInt(field(at + 124, 12).trim() || "0", 8);
    if (!Number.isFinite(size) || size < 0) break;
    const start = at + BLOCK;
    if (name.replace(/^\.\//, "") === inner) {
      if (start + size > tar.length) throw new RangeError(`"${inner}" is cut off`);
      return tar.subarray(start, start + size);
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const END_LENGTH = 22;

/** By the central directory at the end, as the format asks (APPNOTE 4.3); stored and deflated entries below 4 GB. */
function entryOfZip(packed: Buffer, inner: string): Buffer | undefined {
  let end = packed.length - END_LENGTH;
  while (end >= 0 && packed.readUInt32LE(end) !== END_MARK) end--;
  if (end < 0) throw new RangeError("its table of contents is missing");
  let at = packed.readUInt32LE(end + 16);
  for (let left = packed.readUInt16LE(end + 10); left > 0; left--) {
    if (packed.readUInt32LE(at) !== ENTRY_MARK) throw new RangeError("its table of contents is broken");
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((by) => packed.readUInt16LE(at + by));
    const name = packed.toString("utf8", at + 46, at + 46 + nameLength!);
    if (name === inner) return unpacked(packed, at, inner);
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
  return undefined;
}

function unpacked(packed: Buffer, at: number, inner: string): Buffer {
  const [flags, method] = [packed.readUInt16LE(at + 8), packed.readUInt16LE(at + 10)];
  const [sum, packedSize, size, start] = [16, 20, 24, 42].map((by) => packed.readUInt32LE(at + by));
  if ((flags & 1) === 1) throw new RangeError(`"${inner}" is encrypted`);
  if (method !== 0 && method !== 8) throw new RangeError(`"${inner}" is packed by unknown method ${method}`);
  const body = start! + 30 + packed.readUInt16LE(start! + 26) + packed.readUInt16LE(start! + 28);
  if (body + packedSize! > packed.length) throw new RangeError(`"${inner}" is cut off`);
  const raw = packed.subarray(body, body + packedSize!);
  const content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: LARGEST });
  if (content.length !== size || crc32(content) !== sum)
    throw new RangeError(`"${inner}" is not what its checksum says`);
  return content;
}
