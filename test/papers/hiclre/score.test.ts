import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import type { Bag, Sentence } from "../../../src/data";
import { featuresOf } from "../../../src/papers/hiclre/mintz";
import { scoreBags } from "../../../src/papers/hiclre/score";

const relations = ["NA", "author", "spouse"];
const bag = (id: string, labels: readonly string[], truth: readonly string[] = labels): Bag => ({
  id,
  head: "a",
  tail: "b",
  relations: labels,
  truth,
  sentences: [],
});

describe("scoreBags", () => {
  it("counts facts, sorts by score, and leaves ties in the order of bags and relations", () => {
    const bags = [bag("1", ["author"]), bag("2", ["author", "spouse"]), bag("3", ["NA"])];
    // NA's own score never counts. Two ties at 0.5: bag 2 spouse (right) comes before bag 3 author (wrong).
    const scores = Float32Array.from([0.99, 0.9, 0.1, 0.2, 0.3, 0.5, 0.1, 0.5, 0.2]);
    const found = scoreBags(bags, relations, scores, { ranks: [1, 2, 3, 100] });
    // Right or wrong, best first: 0.9 +, 0.5 +, 0.5 -, 0.3 +, 0.2 -, 0.1 -; three facts.
    expect(found.scores).toMatchObject({ "P@1": 100, "P@2": 100, "P@100": null, "P@M": null });
    expect(found.scores["P@3"]).toBeCloseTo(200 / 3, 5);
    const area = (1 / 3) * 1 + 0 + (1 / 3) * ((2 / 3 + 3 / 4) / 2);
    expect(found.scores.AUC).toBeCloseTo(100 * area, 5);
    // Best micro-F1: after four predictions 3 of 4 right and all three found.
    expect(found.scores.F1).toBeCloseTo((100 * 2 * 0.75) / 1.75, 5);
    // At 0.5: three predicted, two right.
    expect(found.scores["F1 at 0.5"]).toBeCloseTo((100 * 2 * 2) / 6, 5);
    // author: 2 predicted, 1 right, 2 gold; spouse: 1 predicted, 1 right, 1 gold.
    expect(found.scores["macro-F1"]).toBeCloseTo((100 * (0.5 + 1)) / 2, 5);
  });

  it("scores by what the sentences state where asked", () => {
    const bags = [bag("1", ["author"], ["NA"]), bag("2", ["NA"], ["spouse"])];
    const scores = Float32Array.from([0, 0.9, 0, 0, 0, 0.8]);
    expect(scoreBags(bags, relations, scores, { ranks: [1], labels: "true" }).scores["P@1"]).toBe(0);
    expect(scoreBags(bags, relations, scores, { ranks: [1] }).scores["P@1"]).toBe(100);
  });

  it("never has more area than a curve with its best F1 can have", () => {
    const random = new Random("area");
    for (let round = 0; round < 200; round++) {
      const bags = Array.from({ length: 3 + random.integer(40) }, (_, at) =>
        bag(String(at), [random.choice(relations)]),
      );
      if (bags.every(({ relations: own }) => own[0] === "NA")) continue;
      const scores = Float32Array.from({ length: 3 * bags.length }, (_, at) => {
        const isGold = relations[at % 3] === bags[Math.floor(at / 3)]!.relations[0];
        return random.uniform() + (isGold ? random.uniform() : 0);
      });
      const { AUC, F1 } = scoreBags(bags, relations, scores, { ranks: [] }).scores;
      const f = F1 / 100;
      const start = f / (2 - f);
      const bound =
        f >= 1 ? 1 : start + (f / 2) * (1 - start + (f / 2) * Math.log((2 - f) / (2 * start - f)));
      expect(AUC / 100).toBeLessThanOrEqual(bound + 1e-9);
    }
  });
});

describe("featuresOf", () => {
  it("has types, order, the words between, and those beside", () => {
    const text = "Later Ada Lane wrote Dust in May.";
    const sentence: Sentence = {
      id: "1",
      text,
      head: { start: 21, end: 25, type: "work" },
      tail: { start: 6, end: 14, type: "person" },
    };
    expect(featuresOf(sentence)).toEqual([
      "types work person",
      "tail first between: wrote",
      "tail first work person between: wrote",
      "tail first left: later",
      "tail first right: in may",
      "tail first word: wrote",
    ]);
  });
});
