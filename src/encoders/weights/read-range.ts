// Part of a file read straight into memory, with nothing left open.

import * as fs from "node:fs";
import { WeightsError } from "../../core";

/** `length` bytes of `file` from `position`; a file that ends before is a `WeightsError`. */
export function readRange(file: string, position: number, length: number): Uint8Array {
  const handle = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(handle);
    if (!(position >= 0 && length >= 0 && position + length <= size))
      throw new WeightsError(
        `${file}: is truncated or broken, it is ${size} bytes long and bytes ${position} to ${position + length} are ` +
          `asked for: get the file again`,
      );
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = fs.readSync(handle, bytes, done, Math.min(length - done, 1 << 30), position + done);
      if (got === 0)
        throw new WeightsError(
          `${file}: ends at byte ${position + done}, expected ${position + length} bytes at least: get the file again`,
        );
      done += got;
    }
    return bytes;
  } finally {
    fs.closeSync(handle);
  }
}
