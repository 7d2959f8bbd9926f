// The product of two matrices by the engine's own operation.

import * as tf from "@tensorflow/tfjs";
import { attribute, rawBackend, type Attribute } from "./raw-ops";

const flags = (a: boolean, b: boolean): Attribute[] => [
  attribute.type("T", "float32"),
  attribute.bool("transpose_a", a),
  attribute.bool("transpose_b", b),
];
const ATTRIBUTES = {
  plain: flags(false, false),
  first: flags(true, false),
  second: flags(false, true),
} as const;

/**
 * `a b`, or with the `first` or `second` of them transposed; matrices `[n, m]`, without gradient. On tensorflow it is
 * `MatMul`, 3 to 15 % faster on a CPU than the batched product that `tf.matMul` takes.
 */
export function matrixProduct(
  a: tf.Tensor,
  b: tf.Tensor,
  transposed: keyof typeof ATTRIBUTES = "plain",
): tf.Tensor2D {
  const raw = rawBackend();
  if (raw !== undefined)
    return raw.executeSingleOutput("MatMul", ATTRIBUTES[transposed], [a, b]) as tf.Tensor2D;
  return tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, transposed === "first", transposed === "second");
}
