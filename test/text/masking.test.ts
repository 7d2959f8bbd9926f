import { describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import { maskTokens, outsideMentions, padded, type MaskingVocabulary, type TokenBatch } from "../../src/text";

const PAD = 0;
const MASK = 4;
const vocabulary: MaskingVocabulary = { size: 1000, maskId: MASK, specialIds: [0, 1, 2, 3, MASK, 999] };

/** `size` rows of `[CLS] words [SEP]`, the last one half as long, with a marker (999) in the middle of each. */
function batchOf(size: number, length: number): TokenBatch {
  const random = new Random("ids");
  const sequences = Array.from({ length: size }, (_, row) => {
    const words = Array.from(
      { length: (row === size - 1 ? length / 2 : length) - 2 },
      () => 5 + random.integer(900),
    );
    words[Math.floor(words.length / 2)] = 999;
    return { ids: [2, ...words, 3], typeIds: new Array<number>(words.length + 2).fill(0) };
  });
  return padded(sequences, PAD);
}

describe("maskTokens", () => {
  const batch = batchOf(200, 100);
  const masked = maskTokens(batch, vocabulary, { random: new Random(7) });
  const share = (count: number): number => count / masked.places.length;

  it("chooses 15 % of the words; of them 80 % become the mask, 10 % another word, 10 % stay", () => {
    const words = batch.ids.filter(
      (id, place) => batch.mask[place] === 1 && !vocabulary.specialIds.includes(id),
    );
    // Four standard deviations of a binomial with these counts.
    expect(Math.abs(masked.places.length / words.length - 0.15)).toBeLessThan(
      4 * Math.sqrt((0.15 * 0.85) / words.length),
    );
    const now = Array.from(masked.places, (place) => masked.ids[place]!);
    const bound = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / masked.places.length);
    const hidden = now.filter((id) => id === MASK).length;
    const same = now.filter((id, index) => id === masked.targets[index]).length;
    expect(Math.abs(share(hidden) - 0.8)).toBeLessThan(bound(0.8));
    expect(Math.abs(share(same) - 0.1)).toBeLessThan(bound(0.1));
    expect(Math.abs(share(now.length - hidden - same) - 0.1)).toBeLessThan(bound(0.1));
    const swapped = now.filter((id, index) => id !== MASK && id !== masked.targets[index]);
    expect(swapped.filter((id) => vocabulary.specialIds.includes(id))).toEqual([]);
    expect(new Set(swapped).size).toBeGreaterThan(swapped.length * 0.7);
  });

  it("leaves every other token as it was, and names the ids of before", () => {
    const chosen = new Set(masked.places);
    batch.ids.forEach((id, place) => {
      if (!chosen.has(place)) expect(masked.ids[place]).toBe(id);
    });
    expect(Array.from(masked.targets)).toEqual(Array.from(masked.places, (place) => batch.ids[place]));
    expect(Array.from(masked.places)).toEqual([...chosen].sort((a, b) => a - b));
    expect({ ...masked, ids: batch.ids }).toMatchObject({ ...batch });
  });

  it("never touches special tokens, markers or padding, even at a rate of 1", () => {
    const all = maskTokens(batch, vocabulary, { random: new Random(1), rate: 1 });
    expect(all.targets.filter((id) => vocabulary.specialIds.includes(id))).toHaveLength(0);
    expect(Array.from(all.places).filter((place) => batch.mask[place] === 0)).toEqual([]);
    const words = batch.ids.filter((id) => !vocabulary.specialIds.includes(id)).length;
    expect(all.places).toHaveLength(words);
  });

  it("leaves out what mayMask refuses: here the pieces of both mentions", () => {
    const spans = (start: number): Int32Array =>
      Int32Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? start : start + 3));
    const mentions = {
      ...batch,
      headSpan: spans(5),
      tailSpan: spans(20),
      headStart: new Int32Array(200).fill(5),
      tailStart: new Int32Array(200).fill(20),
    };
    const outside = maskTokens(mentions, vocabulary, {
      random: new Random(2),
      rate: 1,
      mayMask: outsideMentions(mentions),
    });
    const positions = new Set(Array.from(outside.places, (place) => place % batch.length));
    expect([5, 6, 7, 20, 21, 22].filter((position) => positions.has(position))).toEqual([]);
    expect([4, 8, 19, 23].every((position) => positions.has(position))).toBe(true);
    expect(outside.headSpan).toBe(mentions.headSpan);
  });

  it("draws the same for the same seed and something else for another", () => {
    const again = maskTokens(batch, vocabulary, { random: new Random(7) });
    expect([again.ids, again.places]).toEqual([masked.ids, masked.places]);
    expect(maskTokens(batch, vocabulary, { random: new Random(8) }).places).not.toEqual(masked.places);
  });

  it("hides one token at least, unless none may be or the rate is 0", () => {
    const short = padded([{ ids: [2, 50, 60, 3], typeIds: [0, 0, 0, 0] }], PAD);
    const count = (options: object): number =>
      maskTokens(short, vocabulary, { random: new Random(3), rate: 1e-9, ...options }).places.length;
    expect([count({}), count({ rate: 0 }), count({ mayMask: () => false })]).toEqual([1, 0, 0]);
  });

  it("refuses shares that are none, and a tokenizer without a mask", () => {
    const random = new Random(1);
    expect(() => maskTokens(batch, vocabulary, { random, rate: 2 })).toThrow(
      /rate is 2, expected a share from 0 to 1/,
    );
    expect(() => maskTokens(batch, vocabulary, { random, hidden: 0.8, swapped: 0.4 })).toThrow(OptionError);
    expect(() => maskTokens(batch, { ...vocabulary, maskId: undefined }, { random })).toThrow(
      /no mask token/,
    );
  });
});
