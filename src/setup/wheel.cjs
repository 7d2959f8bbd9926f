// Python wheels without Python: reads a zip's central directory and unpacks chosen files as streams.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { Transform } = require("node:stream");
const { pipeline } = require("node:stream/promises");
const zlib = require("node:zlib");

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;

/** The sha256 of a file as hex, read in pieces. */
async function sha256(file) {
  const hash = createHash("sha256");
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

function readAt(handle, position, length, file) {
  const buffer = Buffer.alloc(length);
  const got = fs.readSync(handle, buffer, 0, length, position);
  if (got !== length) throw new Error(`the archive "${file}" ends too early: delete it and run set-up again`);
  return buffer;
}

/** Every file of a zip: `{ name, method, crc, compressed, size, offset }`. Zip64 is not read. */
function entriesOf(handle, file) {
  const { size } = fs.fstatSync(handle);
  const tailLength = Math.min(size, END_SIZE + 0xffff);
  const tail = readAt(handle, size - tailLength, tailLength, file);
  let end = tail.length - END_SIZE;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error(`"${file}" is not a whole zip archive: delete it and run set-up again`);
  const count = tail.readUInt16LE(end + 10);
  const length = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff)
    throw new Error(`"${file}" is a zip64 archive, which set-up cannot read`);
  const directory = readAt(handle, start, length, file);
  const entries = [];
  for (let at = 0, i = 0; i < count; i++) {
    if (directory.readUInt32LE(at) !== CENTRAL)
      throw new Error(`the directory of "${file}" is broken: delete it and run set-up again`);
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      compressed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

function targetOf(folder, name) {
  const target = path.resolve(folder, name);
  if (!target.startsWith(path.resolve(folder) + path.sep))
    throw new Error(`the archive holds "${name}", which leads out of its folder`);
  return target;
}

async function writeEntry(handle, file, entry, folder, onBytes) {
  const target = targetOf(folder, entry.name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const head = readAt(handle, entry.offset, 30, file);
  if (head.readUInt32LE(0) !== LOCAL)
    throw new Error(`"${entry.name}" in "${file}" is broken: delete the archive and run set-up again`);
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  if (entry.size === 0) return fs.writeFileSync(target, "");
  let crc = 0;
  let size = 0;
  const check = new Transform({
    transform(chunk, _encoding, done) {
      crc = zlib.crc32(chunk, crc);
      size += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  const source = fs.createReadStream(file, {
    start,
    end: start + entry.compressed - 1,
    highWaterMark: 1 << 20,
  });
  const sink = fs.createWriteStream(target);
  if (entry.method === 0) await pipeline(source, check, sink);
  else if (entry.method === 8)
    await pipeline(source, zlib.createInflateRaw({ chunkSize: 1 << 20 }), check, sink);
  else
    throw new Error(
      `"${entry.name}" in "${file}" is packed by method ${entry.method}, which set-up cannot read`,
    );
  if (crc !== entry.crc || size !== entry.size)
    throw new Error(
      `"${entry.name}" in "${file}" does not have its checksum: delete the archive and run set-up again`,
    );
}

/**
 * Unpacks the files of the zip `file` whose name `isWanted` into `folder`, checking sizes and checksums.
 * `onBytes(count)` hears of unpacked bytes, `onTotal(bytes)` their sum beforehand. Returns how many files it wrote.
 */
async function unpack(file, folder, isWanted, { onBytes = () => {}, onTotal = () => {} } = {}) {
  const handle = fs.openSync(file, "r");
  try {
    const wanted = entriesOf(handle, file).filter(
      (entry) => !entry.name.endsWith("/") && isWanted(entry.name),
    );
    onTotal(wanted.reduce((sum, entry) => sum + entry.size, 0));
    for (const entry of wanted) await writeEntry(handle, file, entry, folder, onBytes);
    return wanted.length;
  } finally {
    fs.closeSync(handle);
  }
}

module.exports = { sha256, unpack };
