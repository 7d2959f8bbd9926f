import { beforeAll, describe, expect, it } from "vitest";
import { fitPairProbe, nearestNeighbours, nearestPairs, type PairList } from "../../src/classify";
import { matrix, Random, type Matrix } from "../../src/core";
import { startEngine } from "../../src/engine";

beforeAll(async () => {
  await startEngine();
});

/** Sentences of words from a small vocabulary, so that many words are near each other; all pairs i < j. */
function sentencesOf(count: number, dim: number, seed: number): PairList {
  const random = new Random(seed);
  const vocabulary = Array.from({ length: 12 }, () => Array.from({ length: dim }, () => 3 * random.normal()));
  const [first, second, groups]: number[][] = [[], [], [0]];
  const data: number[] = [];
  for (let sentence = 0; sentence < count; sentence++) {
    const from = data.length / dim;
    const length = random.integer(7);
    for (let word = 0; word < length; word++)
      data.push(...random.choice(vocabulary).map((x) => x + 0.5 * random.normal()));
    for (let i = 0; i < length; i++)
      for (let j = i + 1; j < length; j++) {
        first!.push(from + i);
        second!.push(from + j);
      }
    groups!.push(first!.length);
  }
  return {
    words: matrix(Float32Array.from(data), data.length / dim, dim),
    first: Int32Array.from(first!),
    second: Int32Array.from(second!),
    groups: Int32Array.from(groups!),
  };
}

/** The vectors of the pairs, as no one needs them. */
function concatenated({ words, first, second }: PairList): Matrix {
  const { data, columns } = words;
  const joined = new Float32Array(first.length * 2 * columns);
  first.forEach((word, pair) => {
    joined.set(data.subarray(word * columns, (word + 1) * columns), 2 * pair * columns);
    const other = second[pair]!;
    joined.set(data.subarray(other * columns, (other + 1) * columns), (2 * pair + 1) * columns);
  });
  return matrix(joined, first.length, 2 * columns);
}

describe("nearest pairs", () => {
  it.each([
    [1, 5],
    [2, 1],
    [3, 40],
  ])("equal brute force over the pairs' own vectors (seed %i, k %i)", (seed, k) => {
    const [known, queries] = [sentencesOf(60, 5, seed), sentencesOf(9, 5, seed)];
    const got = nearestPairs(known, queries, k);
    const wanted = nearestNeighbours(concatenated(known), concatenated(queries), k, "euclidean");
    expect(got.k).toBe(wanted.k);
    expect(got.indices).toEqual(wanted.indices);
    got.distances.forEach((value, at) => expect(value).toBeCloseTo(wanted.distances[at]!, 10));
  });

  it("give the lower index first where distances are equal, and find a pair itself at distance 0", () => {
    const known = sentencesOf(20, 3, 4);
    const twice: PairList = {
      words: known.words,
      first: Int32Array.from([...known.first, ...known.first]),
      second: Int32Array.from([...known.second, ...known.second]),
      groups: Int32Array.from([
        ...known.groups,
        ...known.groups.slice(1).map((end) => end + known.first.length),
      ]),
    };
    const { indices, distances } = nearestPairs(twice, known, 2);
    const count = known.first.length;
    known.first.forEach((_, pair) => {
      expect([...indices.subarray(2 * pair, 2 * pair + 2)]).toEqual([pair, pair + count]);
      expect([...distances.subarray(2 * pair, 2 * pair + 2)]).toEqual([0, 0]);
    });
  });

  it("are all known pairs where there are fewer than k, and none for no query", () => {
    const known = sentencesOf(4, 3, 8);
    const found = nearestPairs(known, known, 1000);
    expect(found.k).toBe(known.first.length);
    expect([...found.indices.subarray(0, found.k)].sort((a, b) => a - b)).toEqual([...known.first.keys()]);
    const none = { ...known, first: new Int32Array(), second: new Int32Array(), groups: Int32Array.of(0) };
    expect(nearestPairs(known, none, 3).indices).toHaveLength(0);
    expect(nearestPairs(none, known, 3)).toMatchObject({ k: 0 });
  });

  it("tell how far they are", () => {
    const queries = sentencesOf(9, 3, 1);
    const told: number[] = [];
    nearestPairs(sentencesOf(5, 3, 2), queries, 3, { onProgress: ({ done }) => told.push(done) });
    expect(told.at(-1)).toBe(queries.first.length);
  });

  it("refuse lists that do not fit", () => {
    const known = sentencesOf(4, 3, 1);
    expect(() => nearestPairs({ ...known, groups: Int32Array.of(0, 1) }, known, 1)).toThrow(
      "the groups of the known pairs",
    );
    expect(() => nearestPairs(known, { ...known, second: known.second.slice(1) }, 1)).toThrow(
      "the second words of the queries",
    );
    expect(() => nearestPairs(known, { ...known, first: known.first.map(() => 999) }, 1)).toThrow(
      "a pair of the queries names word 999",
    );
    expect(() => nearestPairs(known, sentencesOf(2, 4, 1), 1)).toThrow("the words of the queries");
  });
});

describe("the pair probe", () => {
  const pairs = sentencesOf(80, 4, 11);
  const value = (word: number, at: number): number => pairs.words.data[word * 4 + at]!;
  const labels = Array.from(pairs.first, (word, pair) =>
    value(word, 0) - value(pairs.second[pair]!, 1) > 2 ? 1 : 0,
  );

  it("learns a linear rule over both words", () => {
    const probe = fitPairProbe(pairs, labels, { random: new Random(1), epochs: 60, rate: 0.03, batch: 8 });
    const predicted = probe.predict(pairs);
    const right = labels.filter((label, at) => label === predicted[at]).length;
    expect(right / labels.length).toBeGreaterThan(0.97);
    expect(labels.filter((label) => label === 1).length).toBeGreaterThan(20);
  });

  it("is the same for the same seed, and keeps the epoch that is best on held-out pairs", () => {
    const options = { random: new Random(1), epochs: 3, rate: 0.03 };
    const held = { pairs, labels: labels.map((label) => 1 - label) };
    const [a, b] = [1, 2].map(() => fitPairProbe(pairs, labels, options).predict(pairs));
    expect(a).toEqual(b);
    const turned = fitPairProbe(pairs, labels, { ...options, epochs: 60, development: held });
    expect(turned.epoch).toBeLessThan(10);
    expect(fitPairProbe(pairs, labels, { ...options, standardise: false }).epoch).toBe(3);
  });

  it("refuses what does not fit", () => {
    const random = new Random(1);
    expect(() => fitPairProbe(pairs, [1], { random })).toThrow("the labels of the pair probe");
    expect(() => fitPairProbe(pairs, labels, { random, epochs: 0 })).toThrow("epochs of the pair probe is 0");
    const probe = fitPairProbe(pairs, labels, { random, epochs: 1 });
    expect(() => probe.predict(sentencesOf(3, 5, 1))).toThrow("the words of the pair probe");
  });
});
