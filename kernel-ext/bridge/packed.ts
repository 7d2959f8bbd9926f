// Large content crosses between the threads as bytes of JSON: made once, moved instead of copied, sent as it is.

import { randomUUID } from "node:crypto";
import type { Bundle } from "./messages";

/** An object, or its JSON in UTF-8 when it is large. */
export type Packed = { readonly [key: string]: unknown } | Uint8Array;

/** Characters above which packing pays. */
const LARGE = 1 << 18;

/** Characters that are turned into JSON at once: they stay in the processor's cache. */
const CHUNK = 1 << 16;

/** As they were when the kernel started: user code may put others in their place. */
const { parse, stringify } = JSON;

/**
 * `content` as JSON keeps it: functions, classes and the like do not cross a thread and must fail, or be left out, where
 * the user's code still stands. Throws a TypeError for cycles and BigInt.
 */
export function plainJson<T extends object>(content: T): T {
  return parse(stringify(content)) as T;
}

/**
 * `content` as it should cross, and what is to be moved with it; `bundle` says how large it is. Throws a TypeError for
 * what JSON cannot hold.
 */
export function pack(
  content: { readonly [key: string]: unknown },
  bundle: Bundle,
): { readonly content: Packed; readonly move: ArrayBuffer[] } {
  let length = 0;
  for (const value of Object.values(bundle)) if (typeof value === "string") length += value.length;
  const json = length < LARGE ? stringify(content) : undefined;
  if (json !== undefined && json.length < LARGE) return { content: parse(json) as typeof content, move: [] };
  const bytes = json === undefined ? jsonBytes(content, length) : new TextEncoder().encode(json);
  return { content: bytes, move: [bytes.buffer] };
}

/** `JSON.stringify(content)` in UTF-8, its large strings piece by piece; `length` is a guess at the size. */
function jsonBytes(content: object, length: number): Uint8Array<ArrayBuffer> {
  const large: string[] = [];
  const mark = randomUUID();
  const frame = stringify(content, (_, value: unknown) =>
    typeof value === "string" && value.length > CHUNK ? `${mark}${large.push(value) - 1}` : value,
  );
  const writer = new ByteWriter(Math.ceil(1.2 * length));
  let from = 0;
  for (const [index, text] of large.entries()) {
    const hole = `"${mark}${index}"`;
    const at = frame.indexOf(hole, from);
    writer.write(`${frame.slice(from, at)}"`);
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = pieceEnd(text, start);
      writer.write(stringify(text.slice(start, end)).slice(1, -1));
    }
    writer.write('"');
    from = at + hole.length;
  }
  writer.write(frame.slice(from));
  return writer.bytes();
}

/** The end of the piece that begins at `start`: never between the two halves of a character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + CHUNK);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}

/** Collects text as UTF-8 in one growing buffer. */
class ByteWriter {
  private buffer: Buffer<ArrayBuffer>;
  private length = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size + 1024);
  }

  write(text: string): void {
    if (this.buffer.length - this.length < 3 * text.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.buffer.length + 3 * text.length);
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.length += this.buffer.write(text, this.length);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.buffer.buffer, 0, this.length);
  }
}
