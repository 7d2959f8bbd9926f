// The sizes and the training of the tiny BERT that comes with relata.

/** Sizes and training of the tiny BERT that comes with relata. */
export const TINY = {
  seed: 1,
  passes: 12,
  pieces: 2000,
  layers: 2,
  hidden: 128,
  heads: 4,
  rate: 2e-3,
} as const;

/** Most tokens of a batch. */
export const TOKENS = 2048;

/**
 * Deviation of new weights, about `1 / sqrt(hidden)`: with BERT's 0.02, which is meant for 768, attention begins so even
 * that the loss stands still for hundreds of steps.
 */
export const DEVIATION = 0.08;

/** Threads of the engine: fixed, because another number adds up in another order and gives other last digits. */
export const TINY_THREADS = 1;
