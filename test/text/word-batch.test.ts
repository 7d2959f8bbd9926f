import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { loadTokenizer, wordBatch, wordSequence } from "../../src/text";
import { fixtureFolder } from "../support/fixtures";

const tokenizer = loadTokenizer(path.join(fixtureFolder, "encoders", "bert"));

describe("words as pieces", () => {
  it("know their tokens, the same as those of the whole sentence", () => {
    const words = ["the", "unaffable", "dog", "was", "playing"];
    const { ids, starts, ends } = wordSequence(tokenizer, words);
    const whole = tokenizer.encode(words);
    expect([...ids]).toEqual([...whole.ids]);
    words.forEach((_, word) => {
      expect({ start: starts[word], end: ends[word] }).toEqual(whole.piecesOfWord(word));
    });
  });

  it("read a word without pieces as unknown", () => {
    const { ids, starts, ends } = wordSequence(tokenizer, ["dog", "\u200b\u0000", "dog"]);
    expect(ids[starts[1]!]).toBe(tokenizer.unknownId);
    expect(ends[1]! - starts[1]!).toBe(1);
  });

  it("refuse a sentence that is empty or too long", () => {
    expect(() => wordSequence(tokenizer, [])).toThrow("a sentence without words cannot be encoded");
    expect(() => wordSequence(tokenizer, ["the", "dog"], 3)).toThrow(/has \d+ pieces, more than the 3/);
  });
});

describe("a batch of words", () => {
  const sequences = [["the", "dog"], ["unaffable"]].map((words) => wordSequence(tokenizer, words));
  const batch = wordBatch(sequences, 7);

  it("is padded to the longest, and says where each word of all sentences stands", () => {
    expect([batch.size, batch.total, [...batch.counts]]).toEqual([2, 3, [2, 1]]);
    const last = batch.length + sequences[1]!.starts[0]!;
    expect(batch.places[4]).toBe(last);
    expect(batch.places[5]).toBe(last + sequences[1]!.ends[0]! - sequences[1]!.starts[0]!);
    sequences.forEach(({ ids }, row) => {
      const own = batch.ids.subarray(row * batch.length, (row + 1) * batch.length);
      expect([...own]).toEqual([...ids, ...new Array<number>(batch.length - ids.length).fill(7)]);
      const mask = batch.mask.subarray(row * batch.length, (row + 1) * batch.length);
      expect(mask.reduce((sum, one) => sum + one, 0)).toBe(ids.length);
    });
    expect(batch.characterIds).toBeUndefined();
  });

  it("carries characters where sentences have them", () => {
    const spelt = { ids: new Int32Array(2), starts: Int32Array.of(1), ends: Int32Array.of(2) };
    const one = { ...spelt, characters: Int32Array.of(1, 2, 3, 4, 5, 6) };
    const longer = {
      ...spelt,
      ids: new Int32Array(3),
      characters: Int32Array.from({ length: 9 }, (_, at) => at),
    };
    const { characterIds } = wordBatch([one, longer]);
    expect([...characterIds!]).toEqual([1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
