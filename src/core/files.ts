// Files read with their faults forgiven (gzip, byte-order mark) and written whole or not at all.

import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { DataError, messageOf } from "./errors";

/** The bytes of `file`, or of `file.gz` unpacked; gzip is recognised by content, not by name. */
export function readBytes(file: string): Buffer {
  const found = fs.existsSync(file) ? file : fs.existsSync(`${file}.gz`) ? `${file}.gz` : undefined;
  if (found === undefined) throw new DataError("no such file (nor a .gz of it): check the path", { file });
  const bytes = fs.readFileSync(found);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new DataError(
      `broken gzip (${messageOf(cause)}): fetch the file again`,
      { file: found },
      { cause },
    );
  }
}

/** The text of a UTF-8 file, gzip or plain, without its byte-order mark. */
export function readText(file: string): string {
  return readBytes(file)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

let writes = 0;

/** Writes a whole file or nothing: into a temporary neighbour, flushed to disk, then renamed over `file`. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${++writes}.tmp`;
  try {
    const handle = fs.openSync(temporary, "w");
    try {
      fs.writeFileSync(handle, content);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
