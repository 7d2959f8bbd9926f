// Tensors, typed arrays and image bytes.

import type { Bundle } from "../bridge/messages";

const HEAD = 6;
const READABLE = 4_000_000;

interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<number | string>;
}

function isTensor(value: unknown): value is TensorLike {
  if (value === null || typeof value !== "object") return false;
  const tensor = value as Partial<TensorLike> & { dataId?: unknown };
  return tensor.dataId !== undefined && Array.isArray(tensor.shape) && typeof tensor.dtype === "string";
}

function numberText(value: number | string | boolean | bigint): string {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) || !Number.isFinite(value)
    ? String(value)
    : String(Number(value.toPrecision(5)));
}

/** Nested brackets for the data of `shape`, at most `HEAD` entries a level. */
function nested(
  data: ArrayLike<number | string>,
  shape: readonly number[],
  offset: number,
  indent: number,
): string {
  if (shape.length === 0) return numberText(data[offset]!);
  const [count, ...rest] = shape as [number, ...number[]];
  const stride = rest.reduce((product, size) => product * size, 1);
  const shown = Math.min(count, HEAD);
  const parts = Array.from({ length: shown }, (_, k) => nested(data, rest, offset + k * stride, indent + 1));
  if (count > shown) parts.push("…");
  return `[${parts.join(rest.length === 0 ? ", " : `,\n${" ".repeat(indent + 1)}`)}]`;
}

/** A tensor: kind, shape and the first numbers; a disposed one says so. */
export function tensorFormatter(value: unknown): Bundle | undefined {
  if (!isTensor(value)) return undefined;
  const head = `Tensor ${value.dtype} [${value.shape.join(", ")}]`;
  if (value.isDisposed) return { "text/plain": `${head} (disposed)` };
  if (value.size > READABLE || typeof value.dataSync !== "function") return { "text/plain": head };
  return { "text/plain": `${head}\n${nested(value.dataSync(), value.shape, 0, 0)}` };
}

/** A typed array: its length and first numbers. */
export function numbersFormatter(value: unknown): Bundle | undefined {
  if (!ArrayBuffer.isView(value) || value instanceof DataView || Buffer.isBuffer(value)) return undefined;
  const array = value as unknown as ArrayLike<number | bigint> & { constructor: { name: string } };
  if (array.length <= 24) return undefined;
  const head = Array.from({ length: 12 }, (_, k) => numberText(array[k]!));
  const tail = Array.from({ length: 3 }, (_, k) => numberText(array[array.length - 3 + k]!));
  return {
    "text/plain": `${array.constructor.name}(${array.length}) [${head.join(", ")}, … ${tail.join(", ")}]`,
  };
}

const IMAGES: readonly [mime: string, start: readonly number[]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/** Bytes that are a PNG, JPEG or GIF image. */
export function imageFormatter(value: unknown): Bundle | undefined {
  if (!(value instanceof Uint8Array)) return undefined;
  const found = IMAGES.find(([, start]) => start.every((byte, index) => value[index] === byte));
  if (found === undefined) return undefined;
  const [mime] = found;
  return { [mime]: Buffer.from(value).toString("base64"), "text/plain": `[${mime}, ${value.length} bytes]` };
}
