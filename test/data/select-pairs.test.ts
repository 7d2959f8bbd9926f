import { describe, expect, it } from "vitest";
import { OptionError, Random } from "../../src/core";
import { entityName, selectPairs, type Document } from "../../src/data";
import { bucketOf } from "../../src/data/builders/select-pairs";
import { eachCase } from "../support/fixtures";

const documentOf = (ids: readonly string[], index = 0): Document => ({
  id: `d${index}`,
  text: ids.join(" "),
  sentences: [],
  mentions: [],
  entities: ids.map((id) => ({ id, mentions: [] })),
  relations: [],
});

interface SelectionCase {
  readonly inputs: { readonly documents: readonly (readonly string[])[] };
  readonly params: { readonly frequency_threshold: number; readonly top_k: number };
  readonly expected: {
    readonly entity_count: Readonly<Record<string, number>>;
    readonly pairs_above_threshold: number;
    readonly selected: readonly {
      readonly subject: string;
      readonly object: string;
      readonly frequency: number;
      readonly pmi_as_printed: number;
    }[];
  };
}

eachCase<SelectionCase>("optimisation/pair_selection.json", ({ inputs, params, expected }) => {
  const corpus = inputs.documents.map(documentOf);
  const options = { frequency: params.frequency_threshold, top: params.top_k };
  const whole = selectPairs(corpus, options);
  expect(Object.fromEntries(whole.entities)).toEqual(expected.entity_count);
  expect(whole.frequent).toBe(expected.pairs_above_threshold);
  expect(whole.pairs.map(({ head, tail, frequency }) => [head, tail, frequency])).toEqual(
    expected.selected.map(({ subject, object, frequency }) => [subject, object, frequency]),
  );
  whole.pairs.forEach(({ pmi, head, tail, documents, frequency }, index) => {
    expect(pmi).toBeCloseTo(expected.selected[index]!.pmi_as_printed, 8);
    expect(documents.length).toBe(frequency);
    for (const at of documents) expect(inputs.documents[at]).toEqual(expect.arrayContaining([head, tail]));
  });
  // a bound on what is counted at once changes the passes, not the choice
  expect(selectPairs(corpus, { ...options, limit: 2 }).pairs).toEqual(whole.pairs);
});

describe("selectPairs", () => {
  it("takes both directions where pairs are ordered", () => {
    const corpus = [documentOf(["b", "a"]), documentOf(["a", "b"]), documentOf(["a", "c"])];
    const pairs = selectPairs(corpus, { frequency: 2, top: 10, isOrdered: true }).pairs;
    expect(pairs.map(({ head, tail }) => head + tail)).toEqual(["ab", "ba"]);
    expect(selectPairs(corpus, { frequency: 2, top: 1, isOrdered: true }).pairs.length).toBe(1);
  });

  it("streams a corpus that is made anew for each pass, with the counts of plain counting", () => {
    let passes = 0;
    const corpus: Iterable<Document> = {
      *[Symbol.iterator]() {
        passes++;
        const random = new Random(7);
        for (let i = 0; i < 200; i++) {
          const ids = random.sample(
            Array.from({ length: 30 }, (_, id) => `e${id}`),
            4,
          );
          yield documentOf(ids, i);
        }
      },
    };
    const { pairs, frequent } = selectPairs(corpus, { frequency: 3, top: 1000 });
    expect(passes).toBe(2);
    const counts = new Map<string, number>();
    for (const { entities } of corpus)
      for (const a of entities)
        for (const b of entities)
          if (a.id < b.id) counts.set(`${a.id} ${b.id}`, (counts.get(`${a.id} ${b.id}`) ?? 0) + 1);
    const wanted = [...counts].filter(([, count]) => count >= 3);
    expect(frequent).toBe(wanted.length);
    expect(new Map(pairs.map((pair) => [`${pair.head} ${pair.tail}`, pair.frequency]))).toEqual(
      new Map(wanted),
    );
  });

  it("links entities by type and longest name where ids count within a document", () => {
    const document: Document = {
      ...documentOf(["0"]),
      text: "Ada Lovelace wrote; Ada slept",
      mentions: [
        { start: 20, end: 23 },
        { start: 0, end: 12 },
      ],
      entities: [
        { id: "0", type: "PER", mentions: [0, 1] },
        { id: "1", mentions: [] },
      ],
    };
    expect(entityName(document, 0)).toBe("PER:ada lovelace");
    expect(entityName(document, 1)).toBeUndefined();
  });

  it("refuses thresholds below 1", () => {
    expect(() => selectPairs([], { frequency: 0, top: 1 })).toThrow(OptionError);
    expect(() => selectPairs([], { frequency: 1, top: 0.5 })).toThrow(OptionError);
  });

  it("refuses a corpus that can be read only once", () => {
    const documents = [documentOf(["a", "b"]), documentOf(["a", "b"])];
    const options = { frequency: 2, top: 1 };
    function* running() {
      yield* documents;
    }
    for (const once of [running(), documents.values()]) {
      expect(() => selectPairs(once, options)).toThrow(OptionError);
      expect(() => selectPairs(once, options)).toThrow(/read only once.*give an array, or an object/);
    }
    expect(selectPairs({ [Symbol.iterator]: running }, options).pairs.length).toBe(1);
  });

  it("ends where pairs of one bucket are more than may be counted at once", () => {
    const seen = new Map<number, string>();
    const sharing: string[] = [];
    for (let i = 0; sharing.length === 0; i++) {
      const name = `e${i}`;
      const other = seen.get(bucketOf("a", name));
      if (other !== undefined) sharing.push(other, name);
      seen.set(bucketOf("a", name), name);
    }
    const corpus = [...sharing, "e0"].flatMap((name) => [documentOf(["a", name]), documentOf(["a", name])]);
    const options = { frequency: 2, top: 10 };
    const whole = selectPairs(corpus, options);
    expect(whole.pairs.map(({ tail }) => tail).sort()).toEqual([...new Set([...sharing, "e0"])].sort());
    expect(selectPairs(corpus, { ...options, limit: 1 })).toEqual(whole);
  });
});
