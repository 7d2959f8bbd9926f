import { describe, expect, it } from "vitest";
import { scoreWordPairs, type PairedSentence } from "../../src/metrics";

const gold: PairedSentence[] = [
  { tags: ["B-DRUG", "I-DRUG", "O", "B-AE", "I-AE"], pairs: [[1, 4]] },
  {
    tags: ["B-AE", "O", "B-DRUG", "B-DRUG"],
    pairs: [
      [2, 0],
      [3, 0],
    ],
  },
];

describe("relations as pairs of words", () => {
  it("are right with both words in either order, and strictly with both entities", () => {
    const predicted: PairedSentence[] = [
      { tags: ["O", "B-DRUG", "O", "B-AE", "I-AE"], pairs: [[4, 1]] },
      {
        tags: ["B-AE", "O", "B-DRUG", "B-DRUG"],
        pairs: [
          [0, 2],
          [0, 2],
          [1, 3],
        ],
      },
    ];
    const { pairs, strict, released } = scoreWordPairs(gold, predicted);
    expect(pairs).toMatchObject({ correct: 2, predicted: 3, gold: 3 });
    // the first pair's drug has wrong boundaries
    expect(strict).toMatchObject({ correct: 1, predicted: 3, gold: 3, recall: 1 / 3 });
    // the released code forgets that pair among the false negatives
    expect(released).toMatchObject({ correct: 1, predicted: 3, gold: 2, recall: 1 / 2 });
    expect(released.f1).toBeGreaterThan(strict.f1);
  });

  it("need the right type at both ends", () => {
    const turned = [
      { tags: ["B-DRUG", "I-DRUG", "O", "B-DRUG", "I-DRUG"], pairs: [[1, 4]] as const },
      gold[1]!,
    ];
    expect(scoreWordPairs(gold, turned).strict.correct).toBe(2);
    expect(scoreWordPairs(gold, turned).pairs.correct).toBe(3);
  });

  it("are never better strictly than alone, whatever was predicted", () => {
    const tags = ["O", "B-DRUG", "B-AE", "I-AE", "I-DRUG"];
    for (let seed = 0; seed < 200; seed++) {
      const of = (at: number): number => (seed * 7919 + at * 104729) % 97;
      const predicted = gold.map((sentence, index) => ({
        tags: sentence.tags.map((_, at) => tags[of(at + 10 * index) % 5]!),
        pairs: [[of(1) % sentence.tags.length, of(2) % sentence.tags.length]] as const,
      }));
      const { pairs, strict, released } = scoreWordPairs(gold, predicted);
      expect(pairs.f1).toBeGreaterThanOrEqual(strict.f1);
      expect(released.f1).toBeGreaterThanOrEqual(strict.f1);
    }
  });

  it("without any prediction or gold score 0", () => {
    const nothing = gold.map(({ tags }) => ({ tags, pairs: [] }));
    expect(scoreWordPairs(gold, nothing).strict).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(scoreWordPairs(nothing, nothing).pairs.f1).toBe(0);
  });

  it("come in lists of equal length", () => {
    expect(() => scoreWordPairs(gold, gold.slice(1))).toThrow("the predicted sentences");
    expect(() => scoreWordPairs(gold, [gold[0]!, { ...gold[1]!, tags: ["O"] }])).toThrow(
      "the predicted tags of sentence 1",
    );
  });
});
