// Lines of a text file one at a time, whatever its line ends, byte-order mark or packing: memory stays small for plain files.

import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import { DataError, readBytes } from "../../core";

/** A line without its line end, and its number from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;
const LONGEST = 1 << 28;

/** The file itself, or its `.gz` neighbour; a `DataError` when there is neither. */
export function findFile(file: string): string {
  for (const candidate of [file, `${file}.gz`]) if (isFile(candidate)) return candidate;
  throw new DataError("no such file (nor a .gz of it): check the path", { file });
}

/** True for an existing file (not a folder). */
export function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The bytes of a file, or of its `.gz` neighbour, unpacked, piece by piece. */
export function* chunksOf(file: string): Generator<Buffer> {
  const found = findFile(file);
  const handle = fs.openSync(found, "r");
  const length = Math.min(CHUNK, Math.max(1, fs.fstatSync(handle).size));
  let isPacked = false;
  try {
    for (let first = true; ; first = false) {
      const chunk = Buffer.allocUnsafe(length);
      const size = fs.readSync(handle, chunk, 0, length, null);
      if (size === 0) return;
      isPacked = first && chunk[0] === 0x1f && chunk[1] === 0x8b;
      if (isPacked) break;
      yield chunk.subarray(0, size);
    }
  } finally {
    fs.closeSync(handle);
  }
  if (isPacked) yield readBytes(found);
}

function decode(bytes: Buffer, file: string, line: number): string {
  if (!isUtf8(bytes)) throw new DataError("not UTF-8 text: convert the file to UTF-8", { file, line });
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x0d) end--;
  const start = line === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.toString("utf8", start, end);
}

/**
 * The lines of a UTF-8 file, gzip or plain, LF or CRLF, with or without byte-order mark.
 *
 * @example for (const { number, text } of linesOf("train.txt")) ...
 */
export function* linesOf(file: string): Generator<Line> {
  let number = 0;
  let rest: Buffer[] = [];
  let restLength = 0;
  for (const chunk of chunksOf(file)) {
    if (number === 0 && restLength === 0) checkEncoding(chunk, file);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      const bytes = restLength === 0 ? piece : Buffer.concat([...rest, piece]);
      if (restLength > 0) [rest, restLength] = [[], 0];
      start = end + 1;
      yield { number: ++number, text: decode(bytes, file, number) };
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      restLength += chunk.length - start;
      if (restLength > LONGEST)
        throw new DataError(`a line longer than ${LONGEST} bytes: is this a text file?`, {
          file,
          line: number + 1,
        });
    }
  }
  if (restLength > 0) yield { number: ++number, text: decode(Buffer.concat(rest), file, number) };
}

/** A whole UTF-8 file, gzip or plain, without byte-order mark. */
export function wholeText(file: string): string {
  const bytes = readBytes(findFile(file));
  checkEncoding(bytes, file);
  if (!isUtf8(bytes)) throw new DataError("not UTF-8 text: convert the file to UTF-8", { file });
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

function checkEncoding(bytes: Buffer, file: string): void {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16)
    throw new DataError("UTF-16 text where UTF-8 is expected: save the file as UTF-8", { file, line: 1 });
}
