// A zip archive read entry by entry (stored or deflated, zip64 included), for wheels and PyTorch files.

import * as fs from "node:fs";
import { crc32, inflateRawSync } from "node:zlib";
import { messageOf, WeightsError } from "../../core";
import { readRange } from "./read-range";

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly storedSize: number;
  readonly isDeflated: boolean;
  readonly checksum: number;
  readonly headerPlace: number;
}

const END_LENGTH = 22;

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The entries of the archive `file` by name; a file that is no zip archive, or a cut one, is a `WeightsError`. */
export function readZip(file: string): Map<string, ZipEntry> {
  try {
    return readDirectory(file);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new WeightsError(`${file}: has a broken zip directory: get the file again`, { cause });
  }
}

function readDirectory(file: string): Map<string, ZipEntry> {
  const length = fs.statSync(file).size;
  const tailLength = Math.min(length, END_LENGTH + 65535);
  const tail = view(readRange(file, length - tailLength, tailLength));
  let end = tailLength - END_LENGTH;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0)
    throw new WeightsError(
      `${file}: is no whole zip archive (${length} bytes, no end record): get the file again`,
    );
  let count = tail.getUint16(end + 10, true);
  let size = tail.getUint32(end + 12, true);
  let place = tail.getUint32(end + 16, true);
  const locator = end - 20;
  if (locator >= 0 && tail.getUint32(locator, true) === 0x07064b50) {
    const wide = view(readRange(file, Number(tail.getBigUint64(locator + 8, true)), 56));
    count = Number(wide.getBigUint64(32, true));
    size = Number(wide.getBigUint64(40, true));
    place = Number(wide.getBigUint64(48, true));
  }
  if (place + size > length)
    throw new WeightsError(
      `${file}: is truncated, got ${length} bytes, expected ${place + size}: get the file again`,
    );
  return directory(readRange(file, place, size), count, file);
}

function directory(bytes: Uint8Array, count: number, file: string): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  const data = view(bytes);
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || data.getUint32(at, true) !== 0x02014b50)
      throw new WeightsError(`${file}: has a broken zip directory at entry ${index + 1}: get the file again`);
    const nameLength = data.getUint16(at + 28, true);
    const extraLength = data.getUint16(at + 30, true);
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString("utf8");
    const narrow = [
      data.getUint32(at + 24, true),
      data.getUint32(at + 20, true),
      data.getUint32(at + 42, true),
    ];
    const [size, storedSize, headerPlace] = widen(narrow, data, at + 46 + nameLength, extraLength);
    entries.set(name, {
      name,
      size: size!,
      storedSize: storedSize!,
      headerPlace: headerPlace!,
      isDeflated: data.getUint16(at + 10, true) === 8,
      checksum: data.getUint32(at + 16, true),
    });
    at += 46 + nameLength + extraLength + data.getUint16(at + 32, true);
  }
  return entries;
}

/** Sizes and place, those that do not fit 32 bits taken from the zip64 extra field. */
function widen(narrow: readonly number[], data: DataView, extra: number, extraLength: number): number[] {
  const out = [...narrow];
  for (let at = extra; at + 4 <= extra + extraLength; at += 4 + data.getUint16(at + 2, true)) {
    if (data.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const [index, value] of narrow.entries()) {
      if (value !== 0xffffffff) continue;
      out[index] = Number(data.getBigUint64(field, true));
      field += 8;
    }
  }
  return out;
}

/** Where the bytes of an entry start in `file`. */
export function zipDataPlace(file: string, entry: ZipEntry): number {
  const header = view(readRange(file, entry.headerPlace, 30));
  return entry.headerPlace + 30 + header.getUint16(26, true) + header.getUint16(28, true);
}

/** The unpacked bytes of an entry, whose length and checksum must be those of the archive's directory. */
export function readZipEntry(file: string, entry: ZipEntry): Uint8Array {
  const stored = readRange(file, zipDataPlace(file, entry), entry.storedSize);
  const broken = (why: string): WeightsError =>
    new WeightsError(`${file}: "${entry.name}" is broken (${why}): get the file again`);
  let bytes = stored;
  try {
    if (entry.isDeflated) bytes = inflateRawSync(stored);
  } catch (cause) {
    throw broken(messageOf(cause));
  }
  if (bytes.length !== entry.size) throw broken(`${bytes.length} bytes, expected ${entry.size}`);
  if (crc32(bytes) !== entry.checksum) throw broken("another checksum than the archive says");
  return bytes;
}
