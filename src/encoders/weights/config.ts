// An encoder's config.json read, checked and named our way.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, readText, WeightsError } from "../../core";

/** The forms of encoder that relata builds. */
export type EncoderKind = "bert" | "roberta" | "character-bert";

/** gelu by the error function, or its tanh form (`gelu_new`, `gelu_pytorch_tanh`). */
export type Activation = "gelu" | "gelu_tanh" | "relu";

/** The character CNN of CharacterBERT: sizes as in `character_cnn` of its config.json. */
export interface CharacterCnnConfig {
  readonly embeddingSize: number;
  /** `[width, channels]` of each convolution. */
  readonly filters: readonly (readonly [width: number, channels: number])[];
  /** Character codes without the padding row; the embedding has one row more. */
  readonly characters: number;
  readonly maxCharacters: number;
  readonly highways: number;
}

/** What a transformer encoder is made of. */
export interface EncoderConfig {
  readonly kind: EncoderKind;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly activation: Activation;
  readonly layerNormEpsilon: number;
  /** Dropout after embeddings, attention output and feed-forward. */
  readonly hiddenDropout: number;
  /** Dropout on attention probabilities. */
  readonly attentionDropout: number;
  /** Rows of the word embeddings; 0 for CharacterBERT. */
  readonly vocabularySize: number;
  /** Rows of the position embeddings; RoBERTa uses those from `padId + 1` on. */
  readonly positions: number;
  readonly typeVocabulary: number;
  readonly padId: number;
  /** Standard deviation of new weights. */
  readonly initialDeviation: number;
  /** Whether the file holds a masked-language head (`BertForMaskedLM`, `RobertaForMaskedLM`). */
  readonly hasMaskedHead: boolean;
  readonly characterCnn?: CharacterCnnConfig;
  /** config.json as it was read, so that writing it back loses nothing. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The longest sequence the encoder takes: its positions, less the `padId + 1` that RoBERTa leaves unused. */
export function longestInput(config: EncoderConfig): number {
  return config.kind === "roberta" ? config.positions - config.padId - 1 : config.positions;
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_tanh: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
  relu: "relu",
};

/** Reads `config.json` of a Hugging Face folder; a missing key, wrong value or unknown model is one `WeightsError`. */
export function readEncoderConfig(folder: string): EncoderConfig {
  const file = path.join(folder, "config.json");
  if (!fs.existsSync(file))
    throw new WeightsError(
      `${file}: no such file, expected the folder of a Hugging Face model: give its folder, or get one by "relata model get NAME"`,
    );
  let raw: unknown;
  try {
    raw = JSON.parse(readText(file));
  } catch (cause) {
    throw new WeightsError(`${file}: not JSON (${messageOf(cause)}): get the file again`, { cause });
  }
  return parseEncoderConfig(raw, file);
}

/** The configuration in the parsed content of a config.json; `file` is named in errors. */
export function parseEncoderConfig(raw: unknown, file = "config.json"): EncoderConfig {
  if (!isRecord(raw)) throw new WeightsError(`${file}: holds no JSON object, expected a model configuration`);
  const kind = kindOf(raw, file);
  const hiddenSize = count(raw, "hidden_size", file);
  const heads = count(raw, "num_attention_heads", file);
  if (hiddenSize % heads !== 0)
    throw new WeightsError(
      `${file}: "hidden_size" ${hiddenSize} is no multiple of "num_attention_heads" ${heads}: correct one of them`,
    );
  const positionKind = raw["position_embedding_type"] ?? "absolute";
  if (positionKind !== "absolute")
    throw new WeightsError(
      `${file}: "position_embedding_type" is "${String(positionKind)}", expected "absolute"`,
    );
  return {
    kind,
    hiddenSize,
    heads,
    layers: count(raw, "num_hidden_layers", file),
    intermediateSize: count(raw, "intermediate_size", file),
    activation: activationOf(raw, file),
    layerNormEpsilon: number(raw, "layer_norm_eps", file, kind === "roberta" ? 1e-5 : 1e-12),
    hiddenDropout: rate(raw, "hidden_dropout_prob", file),
    attentionDropout: rate(raw, "attention_probs_dropout_prob", file),
    vocabularySize: kind === "character-bert" ? 0 : count(raw, "vocab_size", file),
    positions: count(raw, "max_position_embeddings", file),
    typeVocabulary: count(raw, "type_vocab_size", file, 2),
    padId: number(raw, "pad_token_id", file, kind === "roberta" ? 1 : 0),
    initialDeviation: number(raw, "initializer_range", file, 0.02),
    hasMaskedHead: architectures(raw).some((name) => name.endsWith("ForMaskedLM")),
    ...(kind === "character-bert" ? { characterCnn: characterCnn(raw["character_cnn"], file) } : {}),
    raw,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function architectures(raw: Record<string, unknown>): string[] {
  const names = raw["architectures"];
  return Array.isArray(names) ? names.map(String) : [];
}

function kindOf(raw: Record<string, unknown>, file: string): EncoderKind {
  const type = raw["model_type"] ?? architectures(raw)[0] ?? "missing";
  const names = [String(type), ...architectures(raw)].map((name) => name.toLowerCase().replace(/[-_]/g, ""));
  if (raw["character_cnn"] !== undefined || names.some((name) => name.startsWith("characterbert")))
    return "character-bert";
  if (names.some((name) => name.startsWith("roberta") || name.startsWith("xlmroberta"))) return "roberta";
  if (names.some((name) => name.startsWith("bert"))) return "bert";
  throw new WeightsError(
    `${file}: "model_type" is "${String(type)}", expected one of bert, roberta, character-bert: take a model of these`,
  );
}

function number(raw: Record<string, unknown>, key: string, file: string, absent?: number): number {
  const value = raw[key] ?? absent;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  const got = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
  throw new WeightsError(
    `${file}: "${key}" ${got}, expected a number: get the configuration of the weights again`,
  );
}

function count(raw: Record<string, unknown>, key: string, file: string, absent?: number): number {
  const value = number(raw, key, file, absent);
  if (Number.isInteger(value) && value > 0) return value;
  throw new WeightsError(`${file}: "${key}" is ${value}, expected a positive whole number: correct it`);
}

function rate(raw: Record<string, unknown>, key: string, file: string): number {
  const value = number(raw, key, file, 0.1);
  if (value < 1) return value;
  throw new WeightsError(`${file}: "${key}" is ${value}, expected at least 0 and less than 1: correct it`);
}

function activationOf(raw: Record<string, unknown>, file: string): Activation {
  const name = String(raw["hidden_act"] ?? "gelu");
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation !== undefined) return activation;
  const known = Object.keys(ACTIVATIONS).join(", ");
  throw new WeightsError(
    `${file}: "hidden_act" is "${name}", expected one of ${known}: take a model with one of these`,
  );
}

/** Sizes of the released CharacterBERT models where the file leaves them out. */
const RELEASED_CNN = {
  embedding_dim: 16,
  filters: [
    [1, 32],
    [2, 32],
    [3, 64],
    [4, 128],
    [5, 256],
    [6, 512],
    [7, 1024],
  ],
  n_characters: 262,
  max_characters_per_token: 50,
  n_highway: 2,
} as const;

function characterCnn(given: unknown, file: string): CharacterCnnConfig {
  const raw: Record<string, unknown> = { ...RELEASED_CNN, ...(isRecord(given) ? given : {}) };
  const filters = raw["filters"];
  const isFilter = (filter: unknown): filter is [number, number] =>
    Array.isArray(filter) &&
    filter.length === 2 &&
    filter.every((size) => Number.isInteger(size) && size > 0);
  if (!Array.isArray(filters) || filters.length === 0 || !filters.every(isFilter))
    throw new WeightsError(`${file}: "character_cnn.filters" is no list of [width, channels], correct it`);
  return {
    embeddingSize: count(raw, "embedding_dim", file),
    filters,
    characters: count(raw, "n_characters", file),
    maxCharacters: count(raw, "max_characters_per_token", file),
    highways: count(raw, "n_highway", file),
  };
}
