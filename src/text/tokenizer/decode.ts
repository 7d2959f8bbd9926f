// From tokens back to text: the `decoder` of a tokenizer.json.

import { BYTE_CHARACTERS } from "./byte-words";

const BYTES: ReadonlyMap<string, number> = new Map(
  BYTE_CHARACTERS.map((character, byte) => [character, byte]),
);

/** Tokens of WordPiece as text: continuations joined, a space before every other one, English spacing cleaned up. */
export function decodeWordPieces(tokens: readonly string[], prefix: string, cleanUp: boolean): string {
  return tokens
    .map((token, index) => {
      const joined =
        index === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
      return cleanUp ? cleaned(joined) : joined;
    })
    .join("");
}

function cleaned(text: string): string {
  return text
    .replaceAll(" .", ".")
    .replaceAll(" ?", "?")
    .replaceAll(" !", "!")
    .replaceAll(" ,", ",")
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" do not", " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

/** Tokens of byte-level BPE as text; bytes that are no UTF-8 become U+FFFD. */
export function decodeBytes(tokens: readonly string[]): string {
  const bytes = tokens.flatMap((token) => {
    const characters = [...token];
    const isByteLevel = characters.every((character) => BYTES.has(character));
    return isByteLevel
      ? characters.map((character) => BYTES.get(character)!)
      : [...new TextEncoder().encode(token)];
  });
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
