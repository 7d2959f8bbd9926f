// The errors of relata: one sentence each, saying what is wrong, where, what was expected and what to do.

/** Where a fault was found: a file, and the line in it (1-based) when there is one. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
}

/** Base of every error relata throws on purpose. `message` is one sentence a user can act on. */
export class RelataError extends Error {
  override readonly name: string = "RelataError";
}

/** A data file, sentence or span that is not what its format says; `place` names file and line. */
export class DataError extends RelataError {
  override readonly name = "DataError";
  readonly place: Place;
  constructor(message: string, place: Place = {}, options?: ErrorOptions) {
    const where =
      place.file === undefined ? "" : `${place.file}${place.line === undefined ? "" : `:${place.line}`}: `;
    super(where + message, options);
    this.place = place;
  }
}

/** An option, argument or name outside what is allowed. */
export class OptionError extends RelataError {
  override readonly name = "OptionError";
}

/** A tensor whose shape does not fit; `got` and `wanted` are shapes, `null` for any size. */
export class ShapeError extends RelataError {
  override readonly name = "ShapeError";
  readonly got: readonly number[];
  readonly wanted: readonly (number | null)[];
  constructor(what: string, got: readonly number[], wanted: readonly (number | null)[]) {
    super(`${what} has shape [${got.join(", ")}], expected [${wanted.map((n) => n ?? "any").join(", ")}]`);
    this.got = got;
    this.wanted = wanted;
  }
}

/** An engine that cannot be had or broke. */
export class EngineError extends RelataError {
  override readonly name = "EngineError";
}

/** Weights or tokenizer files that are missing, truncated or do not fit the configuration. */
export class WeightsError extends RelataError {
  override readonly name = "WeightsError";
}

/** A checkpoint that cannot be written or read. */
export class CheckpointError extends RelataError {
  override readonly name = "CheckpointError";
}

/** A training run that cannot go on, such as a loss that is not a number. */
export class TrainingError extends RelataError {
  override readonly name = "TrainingError";
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
