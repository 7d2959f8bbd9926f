// What an encoder reads, checked before any tensor is made.

import { OptionError, ShapeError } from "../core";
import type { TokenBatch } from "../text/token-batch";
import { type EncoderConfig, longestInput } from "./weights";

/** Token ids, and for CharacterBERT the character codes of each word `[size, length, maxCharacters]`. */
export interface EncoderBatch extends TokenBatch {
  readonly characterIds?: Int32Array;
}

/** Refuses a batch that does not fit the encoder: too long, arrays of another size, numbers outside the tables. */
export function checkBatch(batch: EncoderBatch, config: EncoderConfig, positions?: Int32Array): void {
  const { size, length, ids, mask, typeIds } = batch;
  const longest = longestInput(config);
  if (length > longest)
    throw new OptionError(
      `a batch of length ${length} is longer than the ${longest} positions of the encoder: ` +
        `cut the sentences, such as by the tokenizer's maxLength`,
    );
  const whole = size * length;
  if (mask.length !== whole) throw new ShapeError("the mask of the batch", [mask.length], [whole]);
  checkNumbers("type ids", typeIds, whole, config.typeVocabulary);
  if (positions !== undefined) checkNumbers("positions", positions, whole, config.positions);
  if (config.characterCnn === undefined) return checkNumbers("ids", ids, whole, config.vocabularySize);
  const { maxCharacters, characters } = config.characterCnn;
  if (batch.characterIds === undefined)
    throw new OptionError(
      "a character encoder needs the batch's characterIds: make them by characterIds(word)",
    );
  checkNumbers("character ids", batch.characterIds, whole * maxCharacters, characters + 1);
}

function checkNumbers(name: string, numbers: Int32Array, length: number, limit: number): void {
  if (numbers.length !== length) throw new ShapeError(`the ${name} of the batch`, [numbers.length], [length]);
  const bad = numbers.find((id) => id < 0 || id >= limit);
  if (bad === undefined) return;
  const more = name === "ids" ? ", and addTokens for its new tokens" : "";
  throw new OptionError(
    `the ${name} of the batch hold ${bad}, expected 0 to ${limit - 1}: use the tokenizer of this encoder${more}`,
  );
}
