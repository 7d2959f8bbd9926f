// Words as CharacterBERT reads them: every word is one token, spelt by the bytes of its letters.

import { DataError, OptionError } from "../core";
import type { WordSequence } from "../text/word-batch";
import { characterIds } from "./character-cnn";

/**
 * A sentence between [CLS] and [SEP], one token a word.
 *
 * @throws DataError for a sentence without words, OptionError for more than `maxLength` tokens
 */
export function characterSequence(
  words: readonly string[],
  { maxCharacters = 50, maxLength = Infinity }: { maxCharacters?: number; maxLength?: number } = {},
): WordSequence {
  if (words.length === 0)
    throw new DataError("a sentence without words cannot be encoded: leave it out of the set");
  const tokens = ["[CLS]", ...words, "[SEP]"];
  if (tokens.length > maxLength)
    throw new OptionError(
      `a sentence of ${words.length} words is longer than the ${maxLength} positions of the encoder: split it, or leave it out`,
    );
  const characters = new Int32Array(tokens.length * maxCharacters);
  tokens.forEach((word, at) => characters.set(characterIds(word, maxCharacters), at * maxCharacters));
  return {
    ids: new Int32Array(tokens.length),
    starts: Int32Array.from(words, (_, at) => at + 1),
    ends: Int32Array.from(words, (_, at) => at + 2),
    characters,
  };
}
