// The word splitter that a tokenizer.json asks for.

import { WeightsError } from "../../core";
import { BertNormalizer } from "./bert-normalizer";
import { BertWords } from "./bert-words";
import { ByteWords } from "./byte-words";
import type { WordSplitter } from "./piece-list";
import type { TokenizerJson } from "./tokenizer-json";

/** Splitter and normaliser of a tokenizer; parts other than BERT's and byte-level BPE's are one `WeightsError`. */
export function splitterOf(
  json: TokenizerJson,
  file: string,
): { splitter: WordSplitter; normalizer?: BertNormalizer } {
  const { model, normalizer, pre_tokenizer: words, post_processor: after } = json;
  const refuse = (what: string, got: unknown, expected: string): WeightsError =>
    new WeightsError(
      `${file}: ${what} is "${String(got)}", expected ${expected}: take a BERT or RoBERTa tokenizer`,
    );
  if (model.type === "WordPiece") {
    if (normalizer?.["type"] !== "BertNormalizer")
      throw refuse("normalizer", normalizer?.["type"], "BertNormalizer");
    if (words?.["type"] !== "BertPreTokenizer")
      throw refuse("pre_tokenizer", words?.["type"], "BertPreTokenizer");
    const lowercase = normalizer["lowercase"] !== false;
    const bert = new BertNormalizer({
      cleanText: normalizer["clean_text"] !== false,
      splitHan: normalizer["handle_chinese_chars"] !== false,
      stripAccents: (normalizer["strip_accents"] ?? lowercase) === true,
      lowercase,
    });
    return { splitter: new BertWords(model, bert), normalizer: bert };
  }
  if (normalizer !== null) throw refuse("normalizer", normalizer["type"], "none with BPE");
  if (words?.["type"] !== "ByteLevel" || words["use_regex"] === false)
    throw refuse("pre_tokenizer", words?.["type"], "ByteLevel with BPE");
  const trims =
    after?.["trim_offsets"] ?? (after?.["type"] === "RobertaProcessing" || after?.["type"] === "ByteLevel");
  const options = { addPrefixSpace: words["add_prefix_space"] === true, trimOffsets: trims === true };
  return { splitter: new ByteWords(model, options) };
}
