import { describe, expect, it } from "vitest";
import { balancedCandidates, corruptedGraphs, corruptedPairs, wrongPartners } from "../../src/contrast";
import { Random } from "../../src/core";

const random = new Random(1);
const sentence = {
  words: 12,
  pairs: [
    [2, 5],
    [2, 7],
    [9, 7],
  ] as const,
};

describe("wrong partners", () => {
  it("are all words but the kept one and those related to it in either order", () => {
    expect(wrongPartners(sentence, 2)).toEqual([0, 1, 3, 4, 6, 8, 9, 10, 11]);
    expect(wrongPartners(sentence, 7)).toEqual([0, 1, 3, 4, 5, 6, 8, 10, 11]);
  });

  it("may leave words out", () => {
    expect(wrongPartners({ ...sentence, excluded: new Set([0, 1, 3, 4]) }, 2)).toEqual([6, 8, 9, 10, 11]);
  });
});

describe("wrong pairs", () => {
  it("keep one word, half each, without repetition, and are never related", () => {
    const wrong = corruptedPairs([2, 5], sentence, 8, random);
    expect(wrong).toHaveLength(8);
    expect(wrong.filter(([drug]) => drug === 2)).toHaveLength(4);
    expect(wrong.filter(([, effect]) => effect === 5)).toHaveLength(4);
    expect(new Set(wrong.map(String)).size).toBe(8);
    const related = new Set(sentence.pairs.flatMap(([a, b]) => [`${a},${b}`, `${b},${a}`]));
    for (const pair of wrong) expect(related.has(String(pair))).toBe(false);
  });

  it("are all there are in a short sentence, and other ones every time in a long one", () => {
    expect(
      corruptedPairs([0, 1], { words: 3, pairs: [[0, 1]] }, 8, random)
        .map(String)
        .sort(),
    ).toEqual(["0,2", "2,1"]);
    expect(corruptedPairs([0, 1], { words: 2, pairs: [[0, 1]] }, 8, random)).toEqual([]);
    const draw = (seed: number): string =>
      corruptedPairs([0, 1], { words: 90, pairs: [[0, 1]] }, 8, new Random(seed)).join(" ");
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
    expect(() => corruptedPairs([0, 1], sentence, 0, random)).toThrow("0 negatives: expected a whole number");
  });
});

describe("wrong graphs", () => {
  it("have as many edges as the true one, every one of them wrong on one and the same side", () => {
    const graphs = corruptedGraphs(sentence, 8, random);
    expect(graphs).toHaveLength(8);
    graphs.forEach((graph, at) => {
      expect(graph).toHaveLength(3);
      graph.forEach((edge, index) => {
        const [drug, effect] = sentence.pairs[index]!;
        const side = at < 4 ? 0 : 1;
        expect(edge[side]).toBe([drug, effect][side]);
        expect(wrongPartners(sentence, edge[side]!)).toContain(edge[1 - side]);
      });
    });
    expect(new Set(graphs.map(String)).size).toBe(8);
  });

  it("are all that a sentence with one relation has", () => {
    const graphs = corruptedGraphs({ words: 5, pairs: [[0, 1]] }, 50, random);
    expect(graphs.map(String).sort()).toEqual(["0,2", "0,3", "0,4", "2,1", "3,1", "4,1"]);
  });

  it("never hold an edge twice, also where two relations share a word", () => {
    const shared = {
      words: 4,
      pairs: [
        [0, 2],
        [1, 2],
      ] as const,
    };
    const graphs = Array.from({ length: 30 }, (_, seed) =>
      corruptedGraphs(shared, 8, new Random(seed)),
    ).flat();
    expect(graphs.length).toBeGreaterThan(30);
    for (const graph of graphs) expect(new Set(graph.map(String)).size).toBe(2);
  });

  it("are none where an edge has no wrong word, or there is no edge", () => {
    expect(corruptedGraphs({ words: 2, pairs: [[0, 1]] }, 8, random)).toEqual([]);
    expect(corruptedGraphs({ words: 9, pairs: [] }, 8, random)).toEqual([]);
  });
});

describe("balanced candidates", () => {
  const counts = { "B-DRUG": 19, "I-DRUG": 4, "B-AE": 21, "I-AE": 26, O: 268 };
  const tags = Object.entries(counts).flatMap(([tag, count]) => new Array<string>(count).fill(tag));
  const lists = balancedCandidates(tags, {}, random);
  const of = (tag: string): Record<string, number>[] =>
    lists
      .filter((_, word) => tags[word] === tag)
      .map((list) => {
        const found: Record<string, number> = {};
        for (const other of list) found[tags[other]!] = (found[tags[other]!] ?? 0) + 1;
        return found;
      });

  it("hold up to 30 of the own tag, a quarter of the rest from each rare tag, and fill with the common one", () => {
    for (const found of of("B-DRUG"))
      expect(found).toEqual({ "B-DRUG": 18, "I-DRUG": 4, "B-AE": 15, "I-AE": 15, O: 28 });
    for (const found of of("O"))
      expect(found).toEqual({ O: 30, "B-DRUG": 12, "I-DRUG": 4, "B-AE": 12, "I-AE": 22 });
  });

  it("never hold the word itself, nor a word twice", () => {
    lists.forEach((list, word) => {
      expect(list).not.toContain(word);
      expect(new Set(list).size).toBe(list.length);
    });
  });

  it("take options in range only", () => {
    expect(() => balancedCandidates(tags, { samples: 0 }, random)).toThrow(
      "samples of balanced candidates is 0",
    );
  });
});
