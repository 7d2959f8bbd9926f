// Older folders: vocab.txt (BERT), or vocab.json with merges.txt (RoBERTa), as the tokenizer.json they stand for.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, readText, WeightsError } from "../../core";
import type { AddedToken } from "./added-tokens";
import type { TokenizerFiles, TokenizerJson } from "./tokenizer-json";

type Json = Readonly<Record<string, unknown>>;

/** A special token's text in tokenizer_config.json or special_tokens_map.json, which may hold it in an object. */
function contentOf(value: unknown, absent: string): string {
  if (typeof value === "string") return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : absent;
}

function specialToken(id: number, content: string, lstrip = false): AddedToken {
  return { id, content, lstrip, rstrip: false, special: true, normalized: false, single_word: false };
}

/** The tokenizer.json that the vocabulary files of `folder` stand for; undefined when there are none. */
export function tokenizerFromVocabulary(
  folder: string,
  config: Json,
): { json: unknown; file: string } | undefined {
  const words = path.join(folder, "vocab.txt");
  if (fs.existsSync(words)) return { json: fromVocabTxt(words, config), file: words };
  const vocab = path.join(folder, "vocab.json");
  const merges = path.join(folder, "merges.txt");
  if (fs.existsSync(vocab) && fs.existsSync(merges))
    return { json: fromMerges(vocab, merges, config), file: vocab };
  return undefined;
}

function idIn(vocab: Readonly<Record<string, number>>, token: string, file: string): number {
  const id = Object.hasOwn(vocab, token) ? vocab[token] : undefined;
  if (id === undefined)
    throw new WeightsError(
      `${file}: the vocabulary lacks the special token "${token}": get the tokenizer again`,
    );
  return id;
}

function fromVocabTxt(file: string, config: Json): unknown {
  const lines = readText(file).split(/\r?\n/);
  if (lines[lines.length - 1] === "") lines.pop();
  const vocab: Record<string, number> = Object.fromEntries(lines.map((token, id) => [token, id]));
  const names = [
    contentOf(config["pad_token"], "[PAD]"),
    contentOf(config["unk_token"], "[UNK]"),
    contentOf(config["cls_token"], "[CLS]"),
    contentOf(config["sep_token"], "[SEP]"),
    contentOf(config["mask_token"], "[MASK]"),
  ];
  for (const name of names) idIn(vocab, name, file);
  return bertJson(vocab, names, config);
}

/** The special tokens of a new BERT vocabulary, in the order of their ids. */
export const BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/** A BERT tokenizer with these pieces, which begin with `BERT_SPECIALS`. */
export function bertTokenizer(pieces: readonly string[], lowercase: boolean): TokenizerFiles {
  const [pad, unknown, cls, sep, mask] = BERT_SPECIALS;
  const config: Json = {
    tokenizer_class: "BertTokenizer",
    do_lower_case: lowercase,
    strip_accents: null,
    tokenize_chinese_chars: true,
    pad_token: pad,
    unk_token: unknown,
    cls_token: cls,
    sep_token: sep,
    mask_token: mask,
  };
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  return { json: bertJson(vocab, BERT_SPECIALS, config), config, file: "a new vocabulary" };
}

/** `names` are the tokens for padding, unknown words, beginning, end and masks. */
function bertJson(
  vocab: Readonly<Record<string, number>>,
  names: readonly string[],
  config: Json,
): TokenizerJson {
  const [, unknown, cls, sep] = names as [string, string, string, string];
  const item = (id: string, type: number): Json => ({ SpecialToken: { id, type_id: type } });
  const body = (id: string, type: number): Json => ({ Sequence: { id, type_id: type } });
  return {
    added_tokens: names.map((name) => specialToken(vocab[name]!, name)),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: config["tokenize_chinese_chars"] ?? true,
      strip_accents: config["strip_accents"] ?? null,
      lowercase: config["do_lower_case"] ?? true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [item(cls, 0), body("A", 0), item(sep, 0)],
      pair: [item(cls, 0), body("A", 0), item(sep, 0), body("B", 1), item(sep, 1)],
      special_tokens: Object.fromEntries(
        [cls, sep].map((token) => [token, { id: token, ids: [vocab[token]], tokens: [token] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: unknown,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

function fromMerges(vocabFile: string, mergesFile: string, config: Json): unknown {
  let vocab: Record<string, number>;
  try {
    vocab = JSON.parse(readText(vocabFile)) as Record<string, number>;
  } catch (cause) {
    throw new WeightsError(`${vocabFile}: not JSON (${messageOf(cause)}): get the tokenizer again`, {
      cause,
    });
  }
  const merges = readText(mergesFile)
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#version"));
  const broken = merges.findIndex((line) => line.split(" ").length !== 2);
  if (broken >= 0)
    throw new WeightsError(
      `${mergesFile}: "${merges[broken]}" is no merge of two pieces: get the tokenizer again`,
    );
  const cls = contentOf(config["cls_token"] ?? config["bos_token"], "<s>");
  const sep = contentOf(config["sep_token"] ?? config["eos_token"], "</s>");
  const names = [cls, contentOf(config["pad_token"], "<pad>"), sep, contentOf(config["unk_token"], "<unk>")];
  const mask = contentOf(config["mask_token"], "<mask>");
  const addPrefixSpace = config["add_prefix_space"] === true;
  return {
    added_tokens: [
      ...names.map((name) => specialToken(idIn(vocab, name, vocabFile), name)),
      specialToken(idIn(vocab, mask, vocabFile), mask, true),
    ],
    normalizer: null,
    pre_tokenizer: {
      type: "ByteLevel",
      add_prefix_space: addPrefixSpace,
      trim_offsets: true,
      use_regex: true,
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [sep, vocab[sep]],
      cls: [cls, vocab[cls]],
      trim_offsets: true,
      add_prefix_space: addPrefixSpace,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab, merges },
  };
}
