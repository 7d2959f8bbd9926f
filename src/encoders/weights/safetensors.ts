// The safetensors format: a JSON header with the place of every tensor, then their bytes.

import * as fs from "node:fs";
import { messageOf, WeightsError } from "../../core";
import { BYTES_OF, toFloat32 } from "./number-formats";
import { readRange } from "./read-range";
import { missingTensor, sizeOf, type WeightFile } from "./weight-file";

interface Entry {
  readonly name: string;
  readonly format: string;
  readonly shape: readonly number[];
  /** First byte and the byte after the last, from the start of the data. */
  readonly begin: number;
  readonly end: number;
}

const HEADER_LIMIT = 100_000_000;

/** Opens one safetensors file: its header is read and checked against the file's length, its tensors are not read. */
export function openSafetensors(file: string): WeightFile {
  if (!fs.existsSync(file))
    throw new WeightsError(`${file}: no such file, expected safetensors: check the path`);
  const { entries, metadata, dataStart } = readHeader(file);
  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw missingTensor(file, name, [...entries.keys()]);
    return entry;
  };
  return {
    metadata,
    names: () => [...entries.keys()],
    has: (name) => entries.has(name),
    shape: (name) => [...find(name).shape],
    read(name) {
      const { format, begin, end } = find(name);
      if (BYTES_OF[format] === undefined)
        throw new WeightsError(
          `${file}: tensor "${name}" is stored as ${format}, expected one of ${Object.keys(BYTES_OF).join(", ")}: ` +
            `convert it to float32`,
        );
      return toFloat32(format, readRange(file, dataStart + begin, end - begin));
    },
  };
}

function readHeader(file: string): {
  entries: ReadonlyMap<string, Entry>;
  metadata: Record<string, string>;
  dataStart: number;
} {
  const length = fs.statSync(file).size;
  if (length < 8)
    throw new WeightsError(`${file}: is ${length} bytes long, too short for safetensors: get it again`);
  const prefix = readRange(file, 0, 8);
  const headerLength = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (headerLength > HEADER_LIMIT)
    throw new WeightsError(
      `${file}: announces a header of ${headerLength} bytes, expected at most ${HEADER_LIMIT}: ` +
        `this is no safetensors file, get it again`,
    );
  const dataStart = 8 + headerLength;
  if (dataStart > length) throw truncated(file, length, dataStart);
  const parsed = parseHeader(file, readRange(file, 8, headerLength));
  const { __metadata__: given, ...tensors } = parsed;
  const entries = Object.entries(tensors).map(([name, value]) => entryOf(file, name, value));
  checkPlaces(file, entries, length - dataStart, dataStart);
  return {
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    metadata: Object.fromEntries(Object.entries(given ?? {}).map(([key, value]) => [key, String(value)])),
    dataStart,
  };
}

function truncated(file: string, got: number, expected: number): WeightsError {
  return new WeightsError(
    `${file}: is truncated, got ${got} bytes, expected ${expected}: delete it and get the weights again`,
  );
}

function parseHeader(file: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return { ...parsed, __proto__: null } as Record<string, unknown>;
  } catch (cause) {
    throw new WeightsError(
      `${file}: its header is not JSON (${messageOf(cause)}), expected safetensors: get it again`,
      {
        cause,
      },
    );
  }
  throw new WeightsError(
    `${file}: its header is no JSON object, expected safetensors: get the weights again`,
  );
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function entryOf(file: string, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: places } = (value ?? {}) as Record<string, unknown>;
  const [begin, end] = Array.isArray(places) ? (places as unknown[]) : [];
  const isShape = Array.isArray(shape) && shape.every(isWhole);
  if (typeof dtype !== "string" || !isShape || !isWhole(begin) || !isWhole(end) || begin > end)
    throw new WeightsError(
      `${file}: its header gives tensor "${name}" no dtype, shape and data_offsets, expected safetensors: get it again`,
    );
  const bytes = BYTES_OF[dtype];
  if (bytes !== undefined && sizeOf(shape) * bytes !== end - begin)
    throw new WeightsError(
      `${file}: tensor "${name}" of shape [${shape.join(", ")}] and ${dtype} has ${end - begin} bytes, ` +
        `expected ${sizeOf(shape) * bytes}: get the weights again`,
    );
  return { name, format: dtype, shape, begin, end };
}

/** Tensors must lie one after the other, without overlap or hole, to the last byte of the file. */
function checkPlaces(file: string, entries: readonly Entry[], dataLength: number, dataStart: number): void {
  let place = 0;
  let before = "the header";
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== place)
      throw new WeightsError(
        `${file}: tensor "${name}" ${begin < place ? "overlaps" : "leaves a hole after"} ${before} ` +
          `(starts at byte ${begin} of the data, expected ${place}): get the weights again`,
      );
    place = end;
    before = `"${name}"`;
  }
  if (dataLength < place) throw truncated(file, dataStart + dataLength, dataStart + place);
  if (dataLength > place)
    throw new WeightsError(
      `${file}: has ${dataLength - place} bytes after its last tensor, expected none: get the weights again`,
    );
}
