// A tokenizer.json, or what older folders have instead of it, read and checked.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, readText, WeightsError } from "../../core";
import type { AddedToken } from "./added-tokens";
import type { WordPieceModel } from "./bert-words";
import type { BpeModel } from "./byte-words";
import { tokenizerFromVocabulary } from "./vocabulary-files";

type Json = Readonly<Record<string, unknown>>;

/** The parts of a tokenizer.json that relata reads. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: Json | null;
  readonly pre_tokenizer: Json | null;
  readonly post_processor: Json | null;
  readonly decoder: Json | null;
  readonly model: WordPieceModel | BpeModel;
}

/** A tokenizer as its files give it. */
export interface TokenizerFiles {
  readonly json: TokenizerJson;
  /** tokenizer_config.json, or nothing. */
  readonly config: Json;
  /** The file that errors name. */
  readonly file: string;
}

/** Reads the tokenizer of a folder: tokenizer.json, else vocab.txt, else vocab.json with merges.txt. */
export function readTokenizerFiles(folder: string): TokenizerFiles {
  const file = path.join(folder, "tokenizer.json");
  const config = optionalJson(path.join(folder, "tokenizer_config.json"));
  if (fs.existsSync(file)) return { json: checked(parsed(file), file), config, file };
  const specials = { ...optionalJson(path.join(folder, "special_tokens_map.json")), ...config };
  const built = tokenizerFromVocabulary(folder, specials);
  if (built !== undefined) return { json: checked(built.json, built.file), config, file: built.file };
  throw new WeightsError(
    `${folder}: no tokenizer, expected tokenizer.json, vocab.txt, or vocab.json with merges.txt: get the model again ` +
      `("relata model get NAME")`,
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (cause) {
    throw new WeightsError(`${file}: not JSON (${messageOf(cause)}): get the tokenizer again`, { cause });
  }
}

function optionalJson(file: string): Json {
  const content = fs.existsSync(file) ? parsed(file) : {};
  return typeof content === "object" && content !== null ? (content as Json) : {};
}

/** The content with defaults filled in, or one sentence about the first part that is not as it must be. */
function checked(content: unknown, file: string): TokenizerJson {
  const json = (typeof content === "object" && content !== null ? content : {}) as Record<string, unknown>;
  const model = (json["model"] ?? {}) as Record<string, unknown>;
  const type = model["type"] ?? (model["merges"] === undefined ? "WordPiece" : "BPE");
  const vocab = model["vocab"];
  if (
    (type !== "WordPiece" && type !== "BPE") ||
    typeof vocab !== "object" ||
    vocab === null ||
    Array.isArray(vocab)
  )
    throw new WeightsError(
      `${file}: model is "${String(model["type"])}", expected WordPiece or BPE with a vocabulary: ` +
        `take a BERT or RoBERTa tokenizer`,
    );
  const added = ((json["added_tokens"] ?? []) as Partial<AddedToken>[]).map((token) =>
    fullToken(token, file),
  );
  const part = (name: string): Json | null => (json[name] ?? null) as Json | null;
  const full = type === "WordPiece" ? wordPieceModel(model, vocab, file) : bpeModel(model, vocab, file);
  return {
    ...json,
    added_tokens: added,
    normalizer: part("normalizer"),
    pre_tokenizer: part("pre_tokenizer"),
    post_processor: part("post_processor"),
    decoder: part("decoder"),
    model: full,
  };
}

function fullToken(token: Partial<AddedToken>, file: string): AddedToken {
  const { id, content, special = false, lstrip = false, rstrip = false, single_word = false } = token;
  if (typeof id !== "number" || typeof content !== "string")
    throw new WeightsError(`${file}: an added token has no id or no content: get the tokenizer again`);
  return { id, content, special, lstrip, rstrip, single_word, normalized: token.normalized ?? !special };
}

function wordPieceModel(model: Record<string, unknown>, vocab: object, file: string): WordPieceModel {
  const unknown = String(model["unk_token"] ?? "[UNK]");
  if (!Object.hasOwn(vocab, unknown))
    throw new WeightsError(
      `${file}: the vocabulary lacks "${unknown}", the token for unknown words: get it again`,
    );
  return {
    type: "WordPiece",
    unk_token: unknown,
    continuing_subword_prefix: String(model["continuing_subword_prefix"] ?? "##"),
    max_input_chars_per_word: Number(model["max_input_chars_per_word"] ?? 100),
    vocab: vocab as Record<string, number>,
  };
}

function bpeModel(model: Record<string, unknown>, vocab: object, file: string): BpeModel {
  if (!Array.isArray(model["merges"]))
    throw new WeightsError(`${file}: the BPE model has no merges: get the tokenizer again`);
  return { ...model, type: "BPE", unk_token: null, vocab, merges: model["merges"] } as unknown as BpeModel;
}
