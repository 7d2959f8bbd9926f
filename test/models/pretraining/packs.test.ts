import { describe, expect, it } from "vitest";
import { OptionError, Random } from "../../../src/core";
import { Packs } from "../../../src/models/pretraining/packs";
import { trainWordPieces } from "../../../src/text";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Texts of 1 to 40 letters, each a piece of its own; the n-th begins with its number as two letters. */
const random = new Random("packs");
const TEXTS = Array.from({ length: 300 }, (_, index) => {
  const number = `${LETTERS[Math.floor(index / 26)]} ${LETTERS[index % 26]}`;
  const rest = Array.from({ length: random.integer(39) }, () => random.choice([...LETTERS]));
  return [number, ...rest].join(" ");
});
const tokenizer = trainWordPieces(TEXTS, { size: 200 });
const idsOf = (text: string): string => tokenizer.encode(text, { addSpecialTokens: false }).ids.join(" ");

describe("packs", () => {
  it("hold each text once in a pass, whole, in rows that begin with [CLS] and end with [SEP]", () => {
    const packs = new Packs(tokenizer, TEXTS, { tokens: 600 });
    const seen: number[] = [];
    for (const rows of packs.plan(new Random(1))) {
      const { ids, mask, size, length } = packs.batch(rows);
      expect(size * length).toBeLessThanOrEqual(600);
      rows.forEach((texts, row) => {
        const tokens = Array.from(ids.slice(row * length, (row + 1) * length)).filter(
          (_, place) => mask[row * length + place] === 1,
        );
        const wanted = texts.map((text) => idsOf(TEXTS[text]!)).join(" ");
        expect(tokens.join(" ")).toBe(`${tokenizer.idOf("[CLS]")} ${wanted} ${tokenizer.idOf("[SEP]")}`);
        seen.push(...texts);
      });
    }
    expect(seen.sort((a, b) => a - b)).toEqual(TEXTS.map((_, index) => index));
    expect(packs.pieces).toBe(TEXTS.reduce((sum, text) => sum + text.split(" ").length, 0));
  });

  it("have rows of each kind in about their share, and none longer than its kind", () => {
    const rows = [
      { length: "alone", share: 0.5 },
      { length: 100, share: 0.5 },
    ] as const;
    const packs = new Packs(tokenizer, TEXTS, { rows });
    const lengths = packs
      .plan(new Random(2))
      .flatMap((batch) =>
        batch.map((row) => row.reduce((sum, text) => sum + TEXTS[text]!.split(" ").length, 2)),
      );
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
    const alone = lengths.filter((length) => length <= 43).length;
    expect(alone / lengths.length).toBeGreaterThan(0.4);
    expect(alone / lengths.length).toBeLessThan(0.7);
  });

  it("cut a text that is longer than the longest row", () => {
    const long = Array.from({ length: 100 }, (_, index) => LETTERS[index % 26]).join(" ");
    const packs = new Packs(tokenizer, [long], { longest: 42, tokens: 42 });
    const rows = packs.plan(new Random(3)).flat();
    expect(rows).toHaveLength(3);
    expect(rows.map((row) => packs.batch([row]).length).sort((a, b) => a - b)).toEqual([22, 42, 42]);
  });

  it("are the same for the same seed and in another order for another", () => {
    const packs = new Packs(tokenizer, TEXTS);
    expect(packs.plan(new Random(4))).toEqual(packs.plan(new Random(4)));
    expect(packs.plan(new Random(5))).not.toEqual(packs.plan(new Random(4)));
  });

  it("refuse a batch that holds no whole row", () => {
    expect(() => new Packs(tokenizer, TEXTS, { tokens: 100 })).toThrow(OptionError);
  });
});
