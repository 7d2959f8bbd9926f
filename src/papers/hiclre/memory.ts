// What rows were like an epoch ago (eq. 14): plain numbers of two bytes, in and out of checkpoints.

import * as tf from "@tensorflow/tfjs";
import type { SavedTensor } from "../../train";

/** Writes the upper halves of 32-bit floats, rounded: 8 bits of precision, which move a cosine by less than 0.001. */
function writeHalves(bits: Uint32Array, from: number, target: Uint16Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (bits[from + at]! + 0x8000) >>> 16;
}

/** The floats of upper halves. */
function floats(upper: Uint16Array): Float32Array {
  const bits = Uint32Array.from(upper, (one) => one << 16);
  return new Float32Array(bits.buffer);
}

/**
 * A memory of vectors by row number; only what the epoch before left counts, and older rows are dropped. It holds two
 * bytes a number: 1 million rows of 768 numbers are 1.5 GB.
 */
export class EpochMemory {
  private readonly rows = new Map<number, { readonly epoch: number; readonly data: Uint16Array }>();
  private epoch = 0;

  /** Rows held. */
  get size(): number {
    return this.rows.size;
  }

  /** The vectors that these rows had in epoch `epoch - 1`, zero where there is none: `[rows, dim]`. */
  recall(rows: readonly number[], epoch: number, dim: number): tf.Tensor2D {
    const data = new Float32Array(rows.length * dim);
    rows.forEach((row, at) => {
      const found = this.rows.get(row);
      if (found?.epoch === epoch - 1) data.set(floats(found.data), at * dim);
    });
    return tf.tensor2d(data, [rows.length, dim]);
  }

  /** Keeps vectors `[rows, dim]`; what is older than the epoch before goes. */
  keep(rows: readonly number[], epoch: number, vectors: Float32Array): void {
    if (epoch !== this.epoch)
      for (const [row, held] of this.rows) if (held.epoch < epoch - 1) this.rows.delete(row);
    this.epoch = epoch;
    const dim = vectors.length / rows.length;
    const bits = new Uint32Array(vectors.buffer, vectors.byteOffset, vectors.length);
    rows.forEach((row, at) => {
      // A row that is held is written over: half a million rows an epoch would be as much garbage.
      const held = this.rows.get(row)?.data;
      const data = held?.length === dim ? held : new Uint16Array(dim);
      writeHalves(bits, at * dim, data);
      this.rows.set(row, { epoch, data });
    });
  }

  /** The memory as a tensor `[kept, 2 + dim]`: row number, epoch, vector. */
  saved(name: string): SavedTensor {
    const entries = [...this.rows];
    const width = 2 + (entries[0]?.[1].data.length ?? 0);
    const data = new Float32Array(entries.length * width);
    entries.forEach(([row, { epoch, data: vector }], at) => {
      data[at * width] = row;
      data[at * width + 1] = epoch;
      data.set(floats(vector), at * width + 2);
    });
    return { name, shape: [entries.length, width], data };
  }

  /** Puts back what `saved` gave. Row numbers are exact up to 2^24. */
  restore({ shape, data }: SavedTensor): void {
    const [count, width] = shape as [number, number];
    this.rows.clear();
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (let at = 0; at < count; at++) {
      const vector = new Uint16Array(width - 2);
      writeHalves(bits, at * width + 2, vector);
      this.rows.set(data[at * width]!, { epoch: data[at * width + 1]!, data: vector });
    }
  }
}
