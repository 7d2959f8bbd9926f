// First values of weights.

import type { Random } from "../core";
import type { InitialValues } from "./create-parameter";

/** Normal numbers with mean 0 and standard deviation `sd`. */
export function initialNormal(random: Random, shape: readonly number[], sd: number): InitialValues {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Float32Array.from({ length: size }, () => sd * random.normal()) };
}

/** The same number everywhere, such as 0 for biases and 1 for the scale of LayerNorm. */
export function initialConstant(shape: readonly number[], value: number): InitialValues {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: new Float32Array(size).fill(value) };
}
