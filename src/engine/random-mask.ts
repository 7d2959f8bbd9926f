// Random masks on tensorflow from 16 random bits an entry: half the work of a random float32 each.

import * as tf from "@tensorflow/tfjs";
import type { Attribute, RawBackend } from "./raw-ops";

// tfjs has no name for 16-bit integers, so these operations are called below it, on handles that are freed here.
const [INT16, INT32, BOOL] = [5, 3, 10];
const type = (name: string, value: number): Attribute => ({ name, type: 4, value });
const RANDOM = [type("dtype", INT32), type("T", INT32), type("Tseed", INT32)];
const AS_INT16 = [type("T", INT32), type("type", INT16)];
const TO_INT16 = [type("SrcT", INT32), type("DstT", INT16)];
const COMPARE = [type("T", INT16)];
const SHAPE = [type("T", BOOL), type("Tshape", INT32)];

/**
 * A bool tensor of `shape`, false for a share `rate` of its entries (to 1 part in 65536), by a two-number seed. The
 * same seed gives the same mask.
 */
export function randomMask(
  raw: RawBackend,
  shape: readonly number[],
  rate: number,
  seed: readonly [number, number],
): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const pairs = Math.ceil(size / 2);
  const limit = Math.round(rate * 65536) - 32768;
  return tf.tidy(() => {
    const handles: number[] = [];
    const run = (name: string, attributes: readonly Attribute[], inputs: readonly number[]): number => {
      const { id } = raw.binding.executeOp(name, attributes, inputs, 1)[0]!;
      handles.push(id);
      return id;
    };
    const [count, key, edge] = raw.getInputTensorIds([
      tf.tensor1d([pairs], "int32"),
      tf.tensor1d([...seed], "int32"),
      tf.scalar(limit, "int32"),
    ]) as [number, number, number];
    try {
      const words = run("StatelessRandomUniformFullInt", RANDOM, [count, key]);
      const halves = run("Bitcast", AS_INT16, [words]);
      const isKept = run("GreaterEqual", COMPARE, [halves, run("Cast", TO_INT16, [edge])]);
      const isOdd = size % 2 === 1;
      const [wanted] = raw.getInputTensorIds([tf.tensor1d(isOdd ? [2 * pairs] : [...shape], "int32")]) as [
        number,
      ];
      const mask = raw.createOutputTensor(raw.binding.executeOp("Reshape", SHAPE, [isKept, wanted], 1)[0]!);
      return isOdd ? mask.slice([0], [size]).reshape([...shape]) : mask;
    } finally {
      for (const handle of handles) raw.binding.deleteTensor(handle);
    }
  });
}
