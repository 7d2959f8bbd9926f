import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { WeightsError } from "../../src/core";
import { loadTokenizer, type Tokenizer } from "../../src/text";
import { fixtureFolder } from "../support/fixtures";
import { newFile, newFolder } from "../weights/folder";

const bertFolder = path.join(fixtureFolder, "encoders", "bert");
const robertaFolder = path.join(fixtureFolder, "encoders", "roberta");

/** A copy of the BERT tokenizer with some parts replaced. */
function changed(change: Record<string, unknown>, folder = bertFolder): Tokenizer {
  const json: unknown = JSON.parse(fs.readFileSync(path.join(folder, "tokenizer.json"), "utf8"));
  const file = newFile("tokenizer.json", JSON.stringify({ ...(json as object), ...change }));
  return loadTokenizer(path.dirname(file));
}

describe("loadTokenizer on bad input", () => {
  it("says what a folder should hold", () => {
    expect(() => loadTokenizer(newFolder())).toThrow(
      /: no tokenizer, expected tokenizer\.json, vocab\.txt, or vocab\.json/,
    );
    expect(() => loadTokenizer(path.dirname(newFile("tokenizer.json", "{")))).toThrow(
      /tokenizer\.json: not JSON \(/,
    );
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ model: { type: "Unigram", vocab: [] } }, /model is "Unigram", expected WordPiece or BPE/],
    [{ model: { type: "WordPiece", unk_token: "[UNK]", vocab: { a: 0 } } }, /the vocabulary lacks "\[UNK\]"/],
    [{ normalizer: { type: "NFKC" } }, /normalizer is "NFKC", expected BertNormalizer/],
    [{ pre_tokenizer: { type: "Whitespace" } }, /pre_tokenizer is "Whitespace", expected BertPreTokenizer/],
    [
      { post_processor: { type: "Odd" } },
      /post-processor "Odd" is not known, expected one of TemplateProcessing/,
    ],
    [{ added_tokens: [{ content: "[X]" }] }, /an added token has no id or no content/],
    [
      {
        post_processor: { type: "TemplateProcessing", single: [{ SpecialToken: { id: "[X]", type_id: 0 } }] },
      },
      /names a special token without an id/,
    ],
  ])("refuses %o in one sentence", (change, message) => {
    expect(() => changed(change)).toThrow(message);
    expect(() => changed(change)).toThrow(WeightsError);
  });

  it("refuses vocabulary files without special tokens or with broken merges", () => {
    expect(() => loadTokenizer(path.dirname(newFile("vocab.txt", "a\nb\n")))).toThrow(
      /vocab\.txt: the vocabulary lacks the special token "\[PAD\]"/,
    );
    const folder = newFolder();
    fs.copyFileSync(path.join(robertaFolder, "vocab.json"), path.join(folder, "vocab.json"));
    fs.writeFileSync(path.join(folder, "merges.txt"), "#version: 0.2\na b\nbroken\n");
    expect(() => loadTokenizer(folder)).toThrow(/merges\.txt: "broken" is no merge of two pieces/);
  });

  it("reads BertProcessing, RobertaProcessing and no post-processor", () => {
    const old = { type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] };
    const pair = changed({ post_processor: old }).encode("the", { pair: "city" });
    expect([pair.ids, pair.typeIds]).toEqual([
      [2, 56, 3, 132, 3],
      [0, 0, 0, 1, 1],
    ]);
    const none = changed({ post_processor: null }).encode("the", { pair: "city" });
    expect([none.ids, none.typeIds]).toEqual([
      [56, 132],
      [0, 1],
    ]);
  });

  it("keeps case and accents where the normaliser says so", () => {
    const cased = {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: false,
    };
    expect(changed({ normalizer: cased }).encode("The the").tokens).toEqual([
      "[CLS]",
      "[UNK]",
      "the",
      "[SEP]",
    ]);
    const accents = { ...cased, lowercase: true, strip_accents: false };
    expect(changed({ normalizer: accents }).encode("THE é").tokens).toEqual([
      "[CLS]",
      "the",
      "[UNK]",
      "[SEP]",
    ]);
  });

  it("matches tokens of normalised text in other case", () => {
    const added = [
      { id: 1, content: "[UNK]", special: true },
      { id: 200, content: "Zebra", normalized: true, special: false },
    ];
    const encoding = changed({ added_tokens: added }).encode("a ZÉBRA é");
    expect(encoding.tokens).toEqual(["[CLS]", "a", "Zebra", "e", "[SEP]"]);
    expect(encoding.offsets).toEqual([
      [0, 0],
      [0, 1],
      [2, 7],
      [8, 9],
      [0, 0],
    ]);
  });

  it("puts a space before the text where the tokenizer does", () => {
    const level = { type: "ByteLevel", add_prefix_space: true, trim_offsets: true };
    const encoding = changed({ pre_tokenizer: level }, robertaFolder).encode("the company");
    expect(encoding.tokens.slice(1, 3)).toEqual(["Ġthe", "Ġc"]);
    expect(encoding.offsets.slice(1, 3)).toEqual([
      [0, 3],
      [4, 5],
    ]);
  });
});
