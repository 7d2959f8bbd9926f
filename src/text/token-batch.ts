// What an encoder reads: padded token ids, as plain numbers, without any tensor.

/** `size` sequences padded to `length`; every array is row-major `[size, length]`. */
export interface TokenBatch {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array;
  /** 1 for a token, 0 for padding. */
  readonly mask: Int32Array;
  readonly typeIds: Int32Array;
}

/** A token batch of sentences with the places of their two mentions, one entry a sentence. */
export interface MentionBatch extends TokenBatch {
  /** Position of the head's start marker (or first piece where there are no markers), `[size]`. */
  readonly headStart: Int32Array;
  readonly tailStart: Int32Array;
  /** The pieces of each mention, `[start, end)` flattened to `[size, 2]`, markers left out. */
  readonly headSpan: Int32Array;
  readonly tailSpan: Int32Array;
}
