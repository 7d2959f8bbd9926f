// What rows were like an epoch ago (eq. 14): plain numbers, in and out of checkpoints.

import * as tf from "@tensorflow/tfjs";
import type { SavedTensor } from "../../train";

/** A memory of vectors by row number; only what the epoch before left counts. */
export class EpochMemory {
  private readonly rows = new Map<number, { readonly epoch: number; readonly data: Float32Array }>();

  /** The vectors that these rows had in epoch `epoch - 1`, zero where there is none: `[rows, dim]`. */
  recall(rows: readonly number[], epoch: number, dim: number): tf.Tensor2D {
    const data = new Float32Array(rows.length * dim);
    rows.forEach((row, at) => {
      const found = this.rows.get(row);
      if (found?.epoch === epoch - 1) data.set(found.data, at * dim);
    });
    return tf.tensor2d(data, [rows.length, dim]);
  }

  /** Keeps vectors `[rows, dim]`. */
  keep(rows: readonly number[], epoch: number, vectors: Float32Array): void {
    const dim = vectors.length / rows.length;
    rows.forEach((row, at) => {
      this.rows.set(row, { epoch, data: vectors.slice(at * dim, (at + 1) * dim) });
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
      data.set(vector, at * width + 2);
    });
    return { name, shape: [entries.length, width], data };
  }

  /** Puts back what `saved` gave. Row numbers are exact up to 2^24. */
  restore({ shape, data }: SavedTensor): void {
    const [count, width] = shape as [number, number];
    this.rows.clear();
    for (let at = 0; at < count; at++)
      this.rows.set(data[at * width]!, {
        epoch: data[at * width + 1]!,
        data: data.slice(at * width + 2, (at + 1) * width),
      });
  }
}
