import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { DISPLAY, OptionError, WeightsError } from "../../src/core";
import { checkFits, loadTokenizer, padded, type Tokenizer } from "../../src/text";
import { AddedTokens, type AddedToken } from "../../src/text/tokenizer/added-tokens";
import { fixtureFolder } from "../support/fixtures";

const bertFolder = path.join(fixtureFolder, "encoders", "bert");
const robertaFolder = path.join(fixtureFolder, "encoders", "roberta");
const bert = (): Tokenizer => loadTokenizer(bertFolder);
const roberta = (): Tokenizer => loadTokenizer(robertaFolder);

describe("Encoding", () => {
  const encoding = bert().encode("the company , [MASK] Café");

  it("goes from characters to pieces and back", () => {
    expect(encoding.tokens).toEqual([
      "[CLS]",
      "the",
      "co",
      "##mp",
      "##an",
      "##y",
      ",",
      "[MASK]",
      "ca",
      "##f",
      "##e",
      "[SEP]",
    ]);
    expect([0, 3, 4, 6, 21, 24, 99].map((character) => encoding.pieceAt(character))).toEqual([
      1,
      undefined,
      2,
      3,
      8,
      10,
      undefined,
    ]);
    expect(encoding.piecesOf({ start: 4, end: 11 })).toEqual({ start: 2, end: 6 });
    expect(encoding.piecesOf({ start: 5, end: 7 })).toEqual({ start: 2, end: 4 });
    expect(encoding.piecesOf({ start: 3, end: 4 })).toBeUndefined();
    expect(encoding.charactersOf(10)).toEqual({ start: 24, end: 25 });
    expect(encoding.charactersOf(0)).toBeUndefined();
    expect([0, 1, 5, 6, 11, 50].map((piece) => encoding.wordOf(piece))).toEqual([
      undefined,
      0,
      1,
      2,
      undefined,
      undefined,
    ]);
    expect(encoding.piecesOfWord(1)).toEqual({ start: 2, end: 6 });
    expect(encoding.piecesOfWord(9)).toBeUndefined();
  });

  it("looks for characters in the first text only", () => {
    const pair = bert().encode("the", { pair: "company" });
    expect(pair.piecesOf({ start: 0, end: 9 })).toEqual({ start: 1, end: 2 });
    expect(pair.pieceAt(5)).toBeUndefined();
  });

  it("shows its pieces, escaped", () => {
    const tokenizer = bert();
    tokenizer.addMarkers(["<img onerror=alert(1)>"]);
    const bundle = tokenizer.encode("the <img onerror=alert(1)> city")[DISPLAY]();
    expect(bundle["text/plain"]).toBe("[CLS] the <img onerror=alert(1)> city [SEP]");
    expect(bundle["text/html"]).toContain("&lt;img onerror=alert(1)&gt;");
    expect(bundle["text/html"]).not.toContain("<img");
    expect(tokenizer[DISPLAY]()["text/html"]).toContain("&lt;img onerror=alert(1)&gt; 200");
    expect(tokenizer[DISPLAY]()["text/html"]).not.toContain("<img");
  });
});

describe("Tokenizer", () => {
  it("knows its special tokens", () => {
    expect(bert()).toMatchObject({ kind: "WordPiece", padId: 0, maskId: 4, unknownId: 1, size: 200 });
    expect(roberta()).toMatchObject({ kind: "BPE", padId: 1, maskId: 4 });
    expect(bert().specialIds).toEqual([0, 1, 2, 3, 4]);
  });

  it("adds each marker once, at the end, and matches it exactly", () => {
    const tokenizer = bert();
    expect(tokenizer.addMarkers()).toBe(4);
    expect(tokenizer.addMarkers(["[E2]", "[E3]"])).toBe(1);
    expect(tokenizer.addMarkers(["[unused]", "paris"])).toBe(1);
    expect(tokenizer.markers).toEqual(["[E1]", "[/E1]", "[E2]", "[/E2]", "[E3]", "[unused]", "paris"]);
    const { tokens } = tokenizer.encode("[E1]a[/E1] [e1]");
    expect(tokens).toEqual(["[CLS]", "[E1]", "a", "[/E1]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"]);
    expect(() => tokenizer.addMarkers([" "])).toThrow(/marker " " is empty/);
  });

  it("leaves special tokens out on request", () => {
    expect(bert().encode("the city", { addSpecialTokens: false }).tokens).toEqual(["the", "city"]);
    expect(roberta().encode("", { addSpecialTokens: false }).ids).toEqual([]);
  });

  it("refuses a limit that is too short for its special tokens", () => {
    expect(() => bert().encode("the", { maxLength: 1 })).toThrow(
      /maxLength is 1, expected a whole number of at least 2/,
    );
    expect(() => bert().encode("the", { pair: "city", maxLength: 2 })).toThrow(OptionError);
    expect(bert().encode("the city", { maxLength: 2 }).tokens).toEqual(["[CLS]", "[SEP]"]);
  });

  it("goes on with words whose names JavaScript objects have", () => {
    const tokenizer = bert();
    for (const text of ["constructor", "__proto__ toString", "hasOwnProperty"]) {
      const { ids } = tokenizer.encode(text);
      expect(ids.every((id) => Number.isInteger(id))).toBe(true);
    }
  });

  it("goes on with half a surrogate pair", () => {
    expect(bert().encode("a \ud83d b").tokens).toEqual(["[CLS]", "a", "[UNK]", "b", "[SEP]"]);
    expect(roberta().encode("a\udc00").offsets).toHaveLength(6);
  });

  it("leaves out ids it does not know when decoding", () => {
    expect(bert().decode([2, 56, 99999, 132, 3])).toBe("the city");
    expect(bert().decode(Int32Array.of())).toBe("");
  });
});

describe("padded", () => {
  const encodings = bert().encodeAll(["the", "the city the"]);

  it("pads to a multiple, to the most, or to the longest", () => {
    expect(padded(encodings, 9)).toMatchObject({ size: 2, length: 5 });
    expect(padded(encodings, 9, { padTo: 8 }).length).toBe(8);
    expect(padded(encodings, 9, { padTo: 8, maxLength: 6 }).length).toBe(6);
    expect(padded(encodings, 9, { padTo: "max", maxLength: 7 }).length).toBe(7);
    expect([...padded(encodings, 9).ids]).toEqual([2, 56, 3, 9, 9, 2, 56, 132, 56, 3]);
    expect(padded([], 0)).toMatchObject({ size: 0, length: 0 });
  });

  it("refuses what is no length", () => {
    expect(() => padded(encodings, 0, { padTo: 0 })).toThrow(
      /padTo is 0, expected "longest", "max" or a whole number/,
    );
    expect(() => padded(encodings, 0, { padTo: "max" })).toThrow(/padTo is "max" without a maxLength/);
  });
});

describe("AddedTokens", () => {
  const token = (id: number, content: string, more: Partial<AddedToken> = {}): AddedToken => ({
    id,
    content,
    special: true,
    normalized: false,
    lstrip: false,
    rstrip: false,
    single_word: false,
    ...more,
  });
  const found = (tokens: AddedToken[], text: string): [string, number][] =>
    new AddedTokens(tokens, undefined)
      .sections(text, 0, text.length)
      .map(({ start, end, id }) => [text.slice(start, end), id]);

  it("takes the leftmost and there the longest", () => {
    expect(found([token(1, "[E1]"), token(2, "[E1]x")], "a[E1]xb[E1]")).toEqual([
      ["a", -1],
      ["[E1]x", 2],
      ["b", -1],
      ["[E1]", 1],
    ]);
  });

  it("takes white space along where the token says so", () => {
    const tokens = [token(1, "<m>", { lstrip: true, rstrip: true }), token(2, "<n>")];
    expect(found(tokens, "a  <m> \t<m> <n> b")).toEqual([
      ["a", -1],
      ["  <m> \t", 1],
      ["<m> ", 1],
      ["<n>", 2],
      [" b", -1],
    ]);
  });

  it("takes whole words only where the token says so", () => {
    const tokens = [token(1, "word", { single_word: true })];
    expect(found(tokens, "word swords word.")).toEqual([
      ["word", 1],
      [" swords ", -1],
      ["word", 1],
      [".", -1],
    ]);
  });

  it("takes special characters of patterns as they are", () => {
    expect(found([token(1, ".*"), token(2, "a|b")], "x.*a|b")).toEqual([
      ["x", -1],
      [".*", 1],
      ["a|b", 2],
    ]);
  });
});

describe("checkFits", () => {
  it("accepts a tokenizer of the same model, also with rows rounded up", () => {
    checkFits(bert(), { vocabularySize: 200, padId: 0 });
    checkFits(bert(), { vocabularySize: 256, padId: 0 });
    checkFits(bert(), { vocabularySize: 0, padId: 0 });
  });

  it.each([
    [
      { vocabularySize: 190, padId: 0 },
      /does not fit the weights: it has 200 pieces, the word embeddings 190 rows/,
    ],
    [
      { vocabularySize: 30522, padId: 0 },
      /does not fit the weights: it has 200 pieces, the word embeddings 30522 rows/,
    ],
    [{ vocabularySize: 200, padId: 1 }, /it pads with id 0, the configuration with 1/],
  ])("refuses %o", (config, message) => {
    expect(() => checkFits(bert(), config)).toThrow(message);
    expect(() => checkFits(bert(), config)).toThrow(WeightsError);
    expect(() => checkFits(bert(), config, "models/mine")).toThrow(/^models\/mine: the tokenizer/);
  });

  it("tells markers without rows from another model", () => {
    const tokenizer = bert();
    tokenizer.addMarkers();
    expect(() => checkFits(tokenizer, { vocabularySize: 200, padId: 0 })).toThrow(
      /204 pieces, 4 of them markers.*call encoder\.addTokens\(4, random\)/,
    );
    checkFits(tokenizer, { vocabularySize: 204, padId: 0 });
  });
});
