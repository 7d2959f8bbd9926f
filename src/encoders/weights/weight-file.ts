// What every reader of weights gives: named float32 arrays with shapes, read one at a time.

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

/** One tensor to write; `data` has as many values as `shape` says. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
