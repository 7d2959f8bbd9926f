// Weights written as safetensors: whole or not at all, and readable by `transformers`.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, ShapeError, WeightsError } from "../../core";
import { type NamedTensor, sizeOf } from "./weight-file";

let writes = 0;

/**
 * Writes float32 tensors in the order given. One tensor is in memory at a time where `data` is a function.
 * `metadata` is stored as `__metadata__` (default `{ format: "pt" }`, which `transformers` asks for).
 */
export function writeSafetensors(
  file: string,
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const list = [...tensors];
  const header = headerOf(file, list, { format: "pt", ...metadata });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${++writes}.tmp`;
  try {
    const handle = fs.openSync(temporary, "w");
    try {
      fs.writeFileSync(handle, header);
      for (const tensor of list) fs.writeFileSync(handle, bytesOf(tensor));
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    throw new WeightsError(
      `${file}: cannot be written (${messageOf(cause)}), nothing was changed: free some space or choose another folder`,
      { cause },
    );
  }
}

function headerOf(file: string, tensors: readonly NamedTensor[], metadata: Record<string, string>): Buffer {
  const entries: [string, unknown][] = [["__metadata__", metadata]];
  const seen = new Set<string>(["__metadata__"]);
  let place = 0;
  for (const { name, shape } of tensors) {
    if (seen.has(name))
      throw new WeightsError(`${file}: two tensors are named "${name}", expected one of each name`);
    seen.add(name);
    const end = place + 4 * sizeOf(shape);
    entries.push([name, { dtype: "F32", shape, data_offsets: [place, end] }]);
    place = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), "utf8");
  const padding = (8 - (json.length % 8)) % 8;
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length + padding));
  return Buffer.concat([length, json, Buffer.alloc(padding, " ")]);
}

function bytesOf({ name, shape, data }: NamedTensor): Uint8Array {
  const values = typeof data === "function" ? data() : data;
  if (values.length !== sizeOf(shape))
    throw new ShapeError(`the data of "${name}"`, [values.length], [sizeOf(shape)]);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
