// Whether a tokenizer and an encoder belong together.

import { WeightsError } from "../core";

/** What is compared: a tokenizer's `size` and `padId` with an encoder's configuration. */
export interface Fit {
  readonly vocabularySize: number;
  readonly padId: number;
}

/**
 * A `WeightsError` unless every id of the tokenizer has a row in the word embeddings, few rows are left over (some
 * models round their rows up) and both pad with the same id. A vocabulary size of 0 (CharacterBERT) fits any tokenizer.
 * `where` (such as the model's folder) begins the error.
 */
export function checkFits(
  tokenizer: { readonly size: number; readonly padId: number; readonly markers: readonly string[] },
  { vocabularySize: rows, padId }: Fit,
  where?: string,
): void {
  if (rows === 0) return;
  const place = where === undefined ? "" : `${where}: `;
  const missing = tokenizer.size - rows;
  if (missing > 0 && missing <= tokenizer.markers.length)
    throw new WeightsError(
      `${place}the tokenizer has ${tokenizer.size} pieces, ${tokenizer.markers.length} of them markers, and the encoder ${rows} ` +
        `rows: call encoder.addTokens(${missing}, random)`,
    );
  if (missing > 0 || -missing > Math.max(128, rows / 4))
    throw new WeightsError(
      `${place}the tokenizer does not fit the weights: it has ${tokenizer.size} pieces, the word embeddings ${rows} rows: ` +
        `take tokenizer and weights from the same model`,
    );
  if (tokenizer.padId !== padId)
    throw new WeightsError(
      `${place}the tokenizer does not fit the weights: it pads with id ${tokenizer.padId}, the configuration with ${padId}: ` +
        `take tokenizer and weights from the same model`,
    );
}
