// Masking for masked language models (Devlin et al. 2019, section 3.1): which tokens to hide, and what stands in their place.

import { OptionError, type Random } from "../core";
import type { MentionBatch, TokenBatch } from "./token-batch";

/** A batch with hidden tokens, and what they were. */
export interface MaskedBatch extends TokenBatch {
  /** Row-major places in `[size, length]` of the tokens to guess, ascending. */
  readonly places: Int32Array;
  /** Their ids before masking, as many as `places`. */
  readonly targets: Int32Array;
}

/** Whether the token at `position` of sentence `row` may be hidden. */
export type MayMask = (row: number, position: number) => boolean;

/** How to mask. */
export interface MaskingOptions {
  readonly random: Random;
  /** Share of the tokens that are to be guessed; default 0.15. */
  readonly rate?: number;
  /** Of these, the share that becomes the mask token; default 0.8. */
  readonly hidden?: number;
  /** Of these, the share that becomes another token, drawn from all that are not special; default 0.1. The rest stays. */
  readonly swapped?: number;
  /** Leaves tokens out, such as those of mentions; special tokens, markers and padding are always left out. */
  readonly mayMask?: MayMask;
}

/** What masking asks of a tokenizer. */
export interface MaskingVocabulary {
  readonly size: number;
  readonly maskId: number | undefined;
  readonly specialIds: readonly number[];
}

/**
 * Chooses each token of `batch` with probability `rate` and hides it. One token at least is chosen where any may be.
 *
 * @example maskTokens(batch, tokenizer, { random: context.random, mayMask: outsideMentions(batch) })
 */
export function maskTokens<Batch extends TokenBatch>(
  batch: Batch,
  vocabulary: MaskingVocabulary,
  options: MaskingOptions,
): Batch & MaskedBatch {
  const { random, rate = 0.15, hidden = 0.8, swapped = 0.1 } = options;
  for (const [name, share] of Object.entries({ rate, hidden, swapped, "hidden + swapped": hidden + swapped }))
    if (!(share >= 0 && share <= 1))
      throw new OptionError(`${name} is ${share}, expected a share from 0 to 1`);
  const { maskId, size } = vocabulary;
  if (maskId === undefined)
    throw new OptionError("the tokenizer has no mask token: take one of a masked language model");
  const special = new Set(vocabulary.specialIds);
  const words = Array.from({ length: size }, (_, id) => id).filter((id) => !special.has(id));
  const allowed = maskable(batch, special, options.mayMask);
  const chosen = allowed.filter(() => random.uniform() < rate);
  const places = Int32Array.from(
    chosen.length > 0 || allowed.length === 0 || rate === 0 ? chosen : [random.choice(allowed)],
  );
  const ids = batch.ids.slice();
  for (const place of places) {
    const draw = random.uniform();
    if (draw < hidden) ids[place] = maskId;
    else if (draw < hidden + swapped) ids[place] = random.choice(words);
  }
  return { ...batch, ids, places, targets: places.map((place) => batch.ids[place]!) };
}

function maskable(
  { ids, mask, length }: TokenBatch,
  special: ReadonlySet<number>,
  mayMask?: MayMask,
): number[] {
  const allowed: number[] = [];
  for (let place = 0; place < ids.length; place++) {
    if (mask[place] === 0 || special.has(ids[place]!)) continue;
    if (mayMask === undefined || mayMask(Math.floor(place / length), place % length)) allowed.push(place);
  }
  return allowed;
}

/** Allows every token but those of the two mentions of each sentence. */
export function outsideMentions({ headSpan, tailSpan }: MentionBatch): MayMask {
  const isIn = (span: Int32Array, row: number, position: number): boolean =>
    span[2 * row]! <= position && position < span[2 * row + 1]!;
  return (row, position) => !isIn(headSpan, row, position) && !isIn(tailSpan, row, position);
}
