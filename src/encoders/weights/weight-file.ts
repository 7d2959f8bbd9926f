// What every reader of weights gives: named float32 arrays with shapes, read one at a time.

import { nearestName, WeightsError } from "../../core";

/** Weights in one or more files; nothing but the headers is in memory until `read`. */
export interface WeightFile {
  /** Names in the order of the files. */
  names(): string[];
  has(name: string): boolean;
  /** The shape of `name`; an unknown name is a `WeightsError` with the nearest known one. */
  shape(name: string): number[];
  /** The values of `name`, row-major, as float32 whatever the file stores. */
  read(name: string): Float32Array;
  /** Free-form strings the file carries (safetensors `__metadata__`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One tensor to write; `data` (or what it returns when its turn comes) has as many values as `shape` says. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | (() => Float32Array);
}

/** The number of values in a tensor of `shape`; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The error for a tensor that `file` does not hold, with the nearest name it does hold. */
export function missingTensor(file: string, name: string, known: readonly string[]): WeightsError {
  const near = nearestName(name, known);
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  return new WeightsError(
    `${file}: no tensor "${name}"${hint} among its ${known.length}, expected weights that fit the configuration: ` +
      `take weights and config.json from the same model`,
  );
}
