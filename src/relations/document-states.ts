// Windows put together to documents: each place of a document is the mean of the windows that show it.

import * as tf from "@tensorflow/tfjs";
import type { DocumentBatch } from "../text";

/** Rows of `values` `[rows, width]` that windows show of each place, summed with `weight(first, second)`. */
function gathered(
  values: tf.Tensor2D,
  windowRows: Int32Array,
  weigh: (windows: 0 | 1 | 2) => number,
): tf.Tensor2D {
  const count = windowRows.length / 2;
  const sum = ([0, 1] as const).map((side) => {
    const rows = new Int32Array(count);
    const weights = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const own = windowRows[2 * i + side]!;
      rows[i] = Math.max(0, own);
      const windows = windowRows[2 * i]! < 0 ? 0 : windowRows[2 * i + 1]! < 0 ? 1 : 2;
      weights[i] = own < 0 ? 0 : weigh(windows);
    }
    const picked = tf.gather(values, tf.tensor1d(rows, "int32"));
    return tf.mul(picked, tf.tensor2d(weights, [count, 1]));
  });
  return tf.add(sum[0]!, sum[1]!) as tf.Tensor2D;
}

/**
 * Hidden states of documents `[documents * documentLength, hidden]` from those of their windows
 * `[size, length, hidden]`: the mean where two windows show a place (ATLOP's long documents), 0 where there is none.
 */
export function documentStates(last: tf.Tensor3D, batch: DocumentBatch): tf.Tensor2D {
  const [size, length, hidden] = last.shape;
  const rows = last.reshape([size * length, hidden]) as tf.Tensor2D;
  if (batch.windowRows === undefined) return rows;
  const { windowRows } = batch;
  return tf.tidy(() => gathered(rows, windowRows, (windows) => 1 / Math.max(1, windows)));
}

/** Sums over windows, `[size * length, width]` to `[documents * documentLength, width]`. */
export function sumOverWindows(rows: tf.Tensor2D, { windowRows }: DocumentBatch): tf.Tensor2D {
  return windowRows === undefined ? rows : tf.tidy(() => gathered(rows, windowRows, () => 1));
}
