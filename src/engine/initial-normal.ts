// First values of weights.

import type { Random } from "../core";
import type { InitialValues } from "./create-parameter";

/** Normal numbers with mean 0 and standard deviation `sd`. */
export function initialNormal(random: Random, shape: readonly number[], sd: number): InitialValues {
  const data = new Float32Array(sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = sd * random.normal();
  return { shape, data };
}

/** The same number everywhere, such as 0 for biases and 1 for the scale of LayerNorm. */
export function initialConstant(shape: readonly number[], value: number): InitialValues {
  return { shape, data: new Float32Array(sizeOf(shape)).fill(value) };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
