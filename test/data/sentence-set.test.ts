import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import { fractions, SentenceSet, textOf, type Sentence } from "../../src/data";

function sentence(id: string, text: string, head: string, tail: string, relation?: string): Sentence {
  const span = (words: string) => ({ start: text.indexOf(words), end: text.indexOf(words) + words.length });
  return { id, text, head: span(head), tail: span(tail), ...(relation === undefined ? {} : { relation }) };
}

const many = SentenceSet.from(
  Array.from({ length: 100 }, (_, i) =>
    sentence(`s${i}`, `Cat ${i} saw dog ${i + 1}.`, "Cat", "dog", i % 4 === 0 ? "a" : "b"),
  ),
  { name: "pets" },
);

describe("SentenceSet", () => {
  it("keeps its sentences however it is used", () => {
    const before = many.ids;
    many.shuffle(1);
    many.filter(() => false);
    many.split({ train: 1, dev: 1 });
    expect(many.ids).toEqual(before);
    expect(Object.isFrozen(many.items)).toBe(true);
  });

  it("filters, selects by relation, maps and counts", () => {
    expect(many.where({ relation: "a" }).length).toBe(25);
    expect(many.where({ relation: ["a", "b"] }).length).toBe(100);
    expect(many.filter((_, position) => position < 3).ids).toEqual(["s0", "s1", "s2"]);
    expect(many.map((one) => ({ ...one, relation: "c" })).relations).toEqual(["c"]);
    expect([...many.counts]).toEqual([
      ["b", 75],
      ["a", 25],
    ]);
    expect(many.count((one) => one.relation === "a")).toBe(25);
    expect(many.labels.slice(0, 2)).toEqual(["a", "b"]);
  });

  it("names the nearest relation when one is unknown", () => {
    const set = many.map((one) => ({ ...one, relation: "Cause-Effect(e1,e2)" }));
    expect(() => set.where({ relation: "Cause-Efect(e1,e2)" })).toThrow(
      'did you mean "Cause-Effect(e1,e2)"?',
    );
  });

  it("refuses a mapped sentence whose span left the text", () => {
    expect(() => many.map((one) => ({ ...one, text: "Cat" }))).toThrow(
      /sentence "s0": tail span \[10, 13\) lies outside its 3/,
    );
  });

  it("draws the same sample for a seed and another for another", () => {
    expect(many.sample(10, 3).ids).toEqual(many.sample(10, { seed: 3 }).ids);
    expect(many.sample(10, 3).ids).not.toEqual(many.sample(10, 4).ids);
    expect(new Set(many.sample(200).ids).size).toBe(100);
    expect(() => many.sample(-1)).toThrow("whole number");
  });

  it("shuffles all by seed", () => {
    expect(many.shuffle(1).ids).not.toEqual(many.ids);
    expect([...many.shuffle(1).ids].sort()).toEqual([...many.ids].sort());
    expect(many.shuffle(1).ids).toEqual(many.shuffle(1).ids);
  });

  it("splits into parts that are disjoint, whole and stratified", () => {
    const { train, dev, test } = many.split({ train: 8, dev: 1, test: 1 }, 5);
    expect([train.length, dev.length, test.length]).toEqual([80, 10, 10]);
    expect(new Set([...train.ids, ...dev.ids, ...test.ids]).size).toBe(100);
    expect(train.counts.get("a")).toBe(20);
    expect([2, 3]).toContain(dev.counts.get("a"));
    expect(() => many.split({ train: 0 })).toThrow("sum above 0");
  });

  it("picks by id in the order asked for, and says which id is not there", () => {
    expect(many.byIds(["s7", "s3"]).ids).toEqual(["s7", "s3"]);
    expect(() => many.byIds(["s7", "s100"])).toThrow(
      'no id "s100" among the 100 sentences of pets (they run from "s0" to "s99")',
    );
  });

  it("remembers where it came from and every step since", () => {
    const set = many.where({ relation: "a" }).sample(2, 9).concat(many);
    expect(set.provenance.steps).toEqual(['where({"relation":"a"})', "sample(2, seed 9)", "concat(pets)"]);
    expect(set.length).toBe(102);
    expect(many.provenance.steps).toEqual([]);
  });

  it("explains its origin and steps", () => {
    const plain = many.sample(2, 9).explain()[DISPLAY]()["text/plain"];
    expect(plain).toContain("pets: 2 items, made in this program");
    expect(plain).toContain("steps: sample(2, seed 9)");
    expect(many.explain()[DISPLAY]()["text/plain"]).toContain("unchanged since it was read");
  });

  it("gives rows that a frame takes", () => {
    expect(many.rows()[0]).toEqual({
      id: "s0",
      text: "Cat 0 saw dog 1.",
      head: "Cat",
      tail: "dog",
      relation: "a",
      headStart: 0,
      headEnd: 3,
      tailStart: 10,
      tailEnd: 13,
    });
  });
});

describe("fractions", () => {
  const rare = [
    ...many,
    ...Array.from({ length: 100 }, (_, i) =>
      sentence(`r${i}`, "Rain fell on sand.", "Rain", "sand", i < 98 ? "c" : `rare${i}`),
    ),
  ];
  const set = SentenceSet.from(rare);

  it("nests the small ones in the large ones", () => {
    const [some, all, few] = fractions(set, [0.1, 1, 0.02], { seed: 7 });
    const ids = new Set(some!.ids);
    expect(few!.ids.every((id) => ids.has(id))).toBe(true);
    expect(all!.ids).toEqual(set.ids);
    expect([few!.length, some!.length]).toEqual([4, 20]);
  });

  it("takes at least one of each class where there is room", () => {
    const [some] = fractions(set, [0.05]);
    expect(some!.length).toBe(10);
    expect(some!.relations).toEqual(["a", "b", "c", "rare98", "rare99"]);
  });

  it("gives each class its quota, rounded by the largest remainder", () => {
    const [tenth] = fractions(many, [0.1], { seed: 1 });
    expect(tenth!.length).toBe(10);
    expect(Math.abs(tenth!.counts.get("b")! - 7.5)).toBe(0.5);
  });

  it("depends on the seed alone", () => {
    expect(fractions(set, [0.1], { seed: 1 })[0]!.ids).toEqual(
      fractions(set, [0.02, 0.1, 1], { seed: 1 })[1]!.ids,
    );
    expect(fractions(set, [0.1], { seed: 1 })[0]!.ids).not.toEqual(
      fractions(set, [0.1], { seed: 2 })[0]!.ids,
    );
  });

  it("can ignore classes or use classes of one's own", () => {
    expect(fractions(set, [0.5], { by: "nothing" })[0]!.length).toBe(100);
    const byLetter = fractions(set, [0.1], { by: ({ id }) => id[0]! })[0]!;
    expect(byLetter.count(({ id }) => id.startsWith("r"))).toBe(10);
  });

  it("refuses shares outside (0, 1]", () => {
    expect(() => fractions(set, [0])).toThrow("fraction 0");
    expect(() => fractions(set, [10])).toThrow("fraction 10");
  });
});

describe("what a set shows", () => {
  const evil = `<script>alert(1)</script> met <img onerror="x()"> here`;
  const set = SentenceSet.from(
    [
      {
        id: "<b>",
        text: evil,
        head: { start: 0, end: 25, type: `"><script>` },
        tail: { start: 30, end: 49, entity: "<img onerror=y()>" },
        relation: "<img onerror=z()>",
      },
    ],
    { name: "<script>name</script>" },
  );

  it("escapes sentence, label, name and hints, in counts and in samples", () => {
    for (const shown of [set, set.sample(1)]) {
      const html = String(shown[DISPLAY]()["text/html"]);
      expect(html).not.toMatch(/<script|<img|<b>&lt;b|onerror="/);
      expect(html).toContain("&lt;img onerror=z()&gt;");
    }
    expect(set.sample(1)[DISPLAY]()["text/html"]).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("shows a table of counts, and after sample the sentences with head, tail and a legend", () => {
    expect(many[DISPLAY]()["text/plain"]).toContain("pets: 100 sentences, 2 relations");
    expect(many[DISPLAY]()["text/plain"]).toMatch(/b\s+75\s+75.0 %/);
    const shown = many.sample(1, 2);
    const { text } = shown.at(0)!;
    const marked = text.replace("Cat", "[head: Cat]").replace("dog", "[tail: dog]");
    expect(shown[DISPLAY]()["text/plain"]).toContain(marked);
    expect(shown[DISPLAY]()["text/html"]).toMatch(/>head<\/mark> <mark[^>]*>tail<\/mark>/);
  });

  it("marks nested and crossing mentions piece by piece", () => {
    const text = "the New York Times office";
    const nested = SentenceSet.from([
      { id: "1", text, head: { start: 4, end: 18 }, tail: { start: 8, end: 25 } },
    ]);
    const plain = nested.sample(1)[DISPLAY]()["text/plain"];
    expect(plain).toContain("the [head: New ][head+tail: York Times][tail:  office]");
    const html = String(nested.sample(1)[DISPLAY]()["text/html"]);
    expect(html).toContain('<mark title="head; tail"');
    expect(html).toContain("repeating-linear-gradient");
  });

  it("shows at most fifty sentences and says how many more there are", () => {
    expect(many.sample(60)[DISPLAY]()["text/plain"]).toContain("... and 10 more");
  });

  it("cuts texts by UTF-16 units, as its spans count", () => {
    const text = "😀 met 😎";
    const set = SentenceSet.from([{ id: "1", text, head: { start: 0, end: 2 }, tail: { start: 7, end: 9 } }]);
    expect(textOf(text, set.at(0)!.tail)).toBe("😎");
    expect(set.sample(1)[DISPLAY]()["text/plain"]).toContain("[head: 😀] met [tail: 😎]");
  });
});
