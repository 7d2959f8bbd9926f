// A small zip writer, so that tests can make wheels: files stored or deflated, and faults on request.

import { crc32, deflateRawSync } from "node:zlib";

/** One file of the archive; `isStored` leaves it unpacked, `crc` overrides its checksum. */
export interface ZipFile {
  readonly name: string;
  readonly content: string | Buffer;
  readonly isStored?: boolean;
  readonly crc?: number;
}

function header(
  signature: number,
  length: number,
  fields: readonly (readonly [number, number, 2 | 4])[],
): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUInt32LE(signature, 0);
  for (const [at, value, size] of fields) buffer.writeUIntLE(value, at, size);
  return buffer;
}

/** The bytes of a zip archive with these files. */
export function zip(files: readonly ZipFile[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isStored = false, crc } of files) {
    const data = Buffer.from(content);
    const packed = isStored ? data : deflateRawSync(data);
    const label = Buffer.from(name);
    const sum = crc ?? crc32(data);
    const method = isStored ? 0 : 8;
    const sizes = [sum, packed.length, data.length] as const;
    const head = header(0x04034b50, 30, [
      [8, method, 2],
      [14, sizes[0], 4],
      [18, sizes[1], 4],
      [22, sizes[2], 4],
      [26, label.length, 2],
    ]);
    central.push(
      header(0x02014b50, 46, [
        [10, method, 2],
        [16, sizes[0], 4],
        [20, sizes[1], 4],
        [24, sizes[2], 4],
        [28, label.length, 2],
        [42, offset, 4],
      ]),
      label,
    );
    local.push(head, label, packed);
    offset += head.length + label.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = header(0x06054b50, 22, [
    [10, files.length, 2],
    [12, directory.length, 4],
    [16, offset, 4],
  ]);
  return Buffer.concat([...local, directory, end]);
}
