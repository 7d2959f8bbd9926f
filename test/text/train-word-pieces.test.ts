import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/core";
import { loadTokenizer, trainWordPieces, type Tokenizer } from "../../src/text";
import * as fs from "node:fs";
import * as path from "node:path";
import { newFolder } from "../weights/folder";

const TEXTS = [
  "The miller of Orvale sold flour; the miller's son sold nothing.",
  "Orvale lies in a valley. The valley has a mill, and the mill a miller!",
  "A Café in Orvale sells coffee (and cake) to millers.",
];

const vocabularyOf = (tokenizer: Tokenizer): string[] =>
  Array.from({ length: tokenizer.size }, (_, id) => tokenizer.tokenOf(id)!);

describe("trainWordPieces", () => {
  it("joins the commonest pair first, ties in the order of their pieces", () => {
    // ab: 5, bc: 3 (in abc), xy: 3. After ab: ab+##c 3 and x+##y 3; "ab" has the higher id, so "xy" comes first.
    const texts = ["ab ab abc abc abc xy xy xy"];
    const options = { alphabet: "", minimumCount: 2 };
    const letters = ["a", "b", "c", "x", "y"];
    const tokenizer = trainWordPieces(texts, { ...options, size: 100 });
    expect(vocabularyOf(tokenizer)).toEqual([
      ...["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
      ...letters,
      ...letters.map((letter) => `##${letter}`),
      ...["ab", "xy", "abc"],
    ]);
    expect(tokenizer.encode("abc xyz abx").tokens).toEqual(["[CLS]", "abc", "[UNK]", "ab", "##x", "[SEP]"]);
    expect(trainWordPieces(texts, { ...options, size: 16 }).tokenOf(15)).toBe("ab");
  });

  it("counts a pair that overlaps itself as it joins it", () => {
    // In aaaa the continuations give (##a, ##a) twice; joined from the left: a, ##aa, ##a.
    const tokenizer = trainWordPieces(["aaaa aaaa"], { alphabet: "", size: 8 });
    expect(tokenizer.tokenOf(7)).toBe("##aa");
    expect(tokenizer.encode("aaaa", { addSpecialTokens: false }).tokens).toEqual(["a", "##aa", "##a"]);
  });

  it("leaves pairs that are rarer than the minimum apart", () => {
    const size = (minimumCount: number): number =>
      trainWordPieces(["once twice twice"], { alphabet: "", size: 200, minimumCount }).size;
    expect(size(3)).toBeLessThan(size(2));
    expect(size(2)).toBeLessThan(size(1));
  });

  it("gives the same bytes for the same text in any order, and a tokenizer that loads", () => {
    const [one, two] = [newFolder(), newFolder()];
    trainWordPieces(TEXTS, { size: 250 }).save(one);
    trainWordPieces([...TEXTS].reverse(), { size: 250 }).save(two);
    for (const file of ["tokenizer.json", "tokenizer_config.json"])
      expect(fs.readFileSync(path.join(one, file))).toEqual(fs.readFileSync(path.join(two, file)));
    const made = trainWordPieces(TEXTS, { size: 250 });
    const loaded = loadTokenizer(one);
    for (const text of [...TEXTS, "unseen words, & signs"])
      expect(loaded.encode(text).ids).toEqual(made.encode(text).ids);
    expect([loaded.padId, loaded.unknownId, loaded.maskId]).toEqual([0, 1, 4]);
  });

  it("decodes what it encoded, in lower case and without accents", () => {
    const tokenizer = trainWordPieces(TEXTS, { size: 250 });
    const text = "the miller sells cafe flour in orvale, and nothing (at all) to 23 zebras!";
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text.replace("(at all)", "( at all )"));
    expect(tokenizer.encode("Café MILLER").ids).toEqual(tokenizer.encode("cafe miller").ids);
  });

  it("knows every printable ASCII sign, so that no plain word is unknown", () => {
    const tokenizer = trainWordPieces(TEXTS, { size: 250 });
    const { ids } = tokenizer.encode("Qwxz~98@#% {jumped} [over] <the> $lazy^ dog_name");
    expect(ids).not.toContain(tokenizer.unknownId);
  });

  it("keeps case where it is asked to", () => {
    const tokenizer = trainWordPieces(TEXTS, { size: 400, lowercase: false });
    expect(tokenizer.encode("Orvale").ids).not.toEqual(tokenizer.encode("orvale").ids);
    expect(tokenizer.encode("Café", { addSpecialTokens: false }).tokens.join("")).toContain("é");
  });

  it("says what is wrong with text or size", () => {
    expect(() => trainWordPieces([" ", ""])).toThrow(OptionError);
    expect(() => trainWordPieces(TEXTS, { size: 50 })).toThrow(
      /size is 50, but special tokens and characters alone are \d+ pieces: give a size above that/,
    );
  });
});
