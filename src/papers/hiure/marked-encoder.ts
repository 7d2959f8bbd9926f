// An encoder with rows for the markers of its sentences.

import type { Random } from "../../core";
import type { Sentence } from "../../data";
import { loadEncoder, readEncoderConfig, type TransformerEncoder } from "../../encoders";
import { checkFits, loadTokenizer, markersFor, type Tokenizer } from "../../text";
import type { HiureSettings } from "./settings";

/** A tokenizer that knows the markers, and an encoder of its own weights with a row for each. */
export interface MarkedEncoder {
  readonly tokenizer: Tokenizer;
  readonly encoder: TransformerEncoder;
}

/** Reads an encoder's folder; markers begin near the mask token, or near 0. */
export async function openMarked(
  folder: string,
  sentences: readonly Sentence[],
  { markers, markerStart }: Pick<HiureSettings, "markers" | "markerStart">,
  random: Random,
): Promise<MarkedEncoder> {
  const tokenizer = loadTokenizer(folder);
  checkFits(tokenizer, readEncoderConfig(folder), folder);
  const encoder = await loadEncoder(folder);
  tokenizer.addMarkers(markersFor(sentences, markers));
  const added = Math.max(0, tokenizer.size - encoder.config.vocabularySize);
  const { maskId } = tokenizer;
  const start = markerStart === "mask" && maskId !== undefined ? { near: maskId } : {};
  encoder.addTokens(added, random.fork("marker rows"), start);
  return { tokenizer, encoder };
}
