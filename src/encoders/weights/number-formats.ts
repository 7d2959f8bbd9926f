// The number formats that weight files store, widened or narrowed to float32.

/** Bytes of one value by its safetensors name; the formats that `toFloat32` reads. */
export const BYTES_OF: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** Float16 values by their 16 bits; made when first needed. */
let halves: Float32Array | undefined;

function halfTable(): Float32Array {
  if (halves !== undefined) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 0) halves[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) halves[bits] = fraction === 0 ? sign * Infinity : NaN;
    else halves[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halves;
}

/** The values in `bytes` (little-endian, `format` a key of `BYTES_OF`) as float32. */
export function toFloat32(format: string, bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  const aligned = byteOffset % 8 === 0 ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  const start = aligned === buffer ? byteOffset : 0;
  const count = byteLength / BYTES_OF[format]!;
  switch (format) {
    case "F32":
      return new Float32Array(aligned, start, count);
    case "F64":
      return Float32Array.from(new Float64Array(aligned, start, count));
    case "F16": {
      const table = halfTable();
      return Float32Array.from(new Uint16Array(aligned, start, count), (bits) => table[bits]!);
    }
    case "BF16": {
      const words = Uint32Array.from(new Uint16Array(aligned, start, count), (bits) => bits << 16);
      return new Float32Array(words.buffer);
    }
    case "I64": {
      const out = new Float32Array(count);
      new BigInt64Array(aligned, start, count).forEach((value, index) => (out[index] = Number(value)));
      return out;
    }
    case "I32":
      return Float32Array.from(new Int32Array(aligned, start, count));
    case "I16":
      return Float32Array.from(new Int16Array(aligned, start, count));
    case "I8":
      return Float32Array.from(new Int8Array(aligned, start, count));
    default:
      return Float32Array.from(new Uint8Array(aligned, start, count));
  }
}
