import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  alignDocuments,
  alignSentences,
  bagsOf,
  bioTags,
  candidatePairs,
  DocumentSet,
  fractions,
  injectNoise,
  mentionWindow,
  sentencesFrom,
  sentencesOf,
  SentenceSet,
  textOf,
  type Document,
  type DocumentRelation,
} from "../../src/data";

const words = ["Zanin", "gave", "Ann", "a", "bad", "rash", ".", "She", "rests", "."];
const text = words.join(" ");
const span = (first: number, last: number): { start: number; end: number } => {
  const start = words.slice(0, first).join(" ").length + (first === 0 ? 0 : 1);
  return { start, end: start + words.slice(first, last).join(" ").length };
};

function document(relations: readonly DocumentRelation[]): Document {
  return {
    id: "d",
    text,
    words: words.map((_, at) => span(at, at + 1)),
    sentences: [span(0, 7), span(7, 10)],
    mentions: [
      { ...span(0, 1), type: "Drug" },
      { ...span(7, 8), type: "Person" },
      { ...span(2, 3), type: "Person" },
      { ...span(4, 6), type: "Effect" },
      { ...span(5, 6), type: "Effect" },
    ],
    entities: [
      { id: "Z", type: "Drug", mentions: [0] },
      { id: "A", type: "Person", mentions: [1, 2] },
      { id: "R", type: "Effect", mentions: [3] },
      { id: "r", type: "Effect", mentions: [4] },
    ],
    relations,
  };
}

const related = document([
  { head: 0, tail: 2, relation: "causes" },
  { head: 0, tail: 2, relation: "is-linked-to" },
  { head: 1, tail: 3, relation: "has" },
]);

describe("candidatePairs", () => {
  it("pairs all entities, both ways round, with all relations of a pair", () => {
    const pairs = candidatePairs(DocumentSet.from([related]));
    expect(pairs.length).toBe(12);
    expect(
      pairs.items
        .filter(({ relations }) => relations.length > 0)
        .map(({ head, tail, relations }) => [head, tail, relations]),
    ).toEqual([
      [0, 2, ["causes", "is-linked-to"]],
      [1, 3, ["has"]],
    ]);
  });

  it("pairs once where relations are undirected, whichever way they are written", () => {
    const pairs = candidatePairs(
      DocumentSet.from([document([{ head: 2, tail: 0, relation: "r", isUndirected: true }])]),
    );
    expect(pairs.length).toBe(6);
    expect(pairs.items.find(({ relations }) => relations.length > 0)).toMatchObject({
      head: 0,
      tail: 2,
      relations: ["r"],
    });
  });

  it("can keep to types that relations join, and to a share of pairs without relation", () => {
    const documents = DocumentSet.from([related]);
    const typed = candidatePairs(documents, { types: "related" });
    expect(typed.items.map(({ head, tail }) => `${head}${tail}`)).toEqual(["02", "03", "12", "13"]);
    const few = candidatePairs(documents, { noneRatio: 1.5, seed: 3 });
    expect(few.length).toBe(5);
    expect(few).toEqual(candidatePairs(documents, { noneRatio: 1.5, seed: 3 }));
  });
});

describe("sets of pairs", () => {
  const pairs = DocumentSet.from([related], { name: "two <b>drugs</b>" }).pairs({ types: "related" });

  it("know which relations they have, and what was done", () => {
    expect([...pairs.counts]).toEqual([
      ["NA", 2],
      ["causes", 1],
      ["has", 1],
      ["is-linked-to", 1],
    ]);
    expect(pairs.provenance.steps).toEqual(["candidatePairs(ordered)"]);
    expect(pairs.tally()).toEqual({ pairs: 4, "related pairs": 2 });
    expect(() => pairs.split({ train: 1, dev: 1 })).not.toThrow();
    expect(() => DocumentSet.from([related]).pairs({ noneRatio: -1 })).toThrow("noneRatio -1");
  });

  it("show counts, or texts with both entities marked, all escaped", () => {
    expect(pairs[DISPLAY]()["text/plain"]).toMatch(/4 pairs, 2 with a relation[^]*causes +1/);
    const shown = pairs.sample(2)[DISPLAY]();
    expect(shown["text/plain"]).toMatch(/\[head: [^]*\[tail: /);
    expect(shown["text/html"]).toContain("<mark");
    expect(shown["text/html"]).not.toContain("<b>drugs");
  });
});

describe("builders as methods of a set", () => {
  const sentences = SentenceSet.from(
    Array.from({ length: 40 }, (_, at) => ({
      id: `s${at}`,
      text: `a long way from Ann to Bo number ${at} it is`,
      head: { start: 16, end: 19, entity: `h${at % 4}` },
      tail: { start: 23, end: 25, entity: "t" },
      relation: at % 2 === 0 ? "r" : "s",
    })),
  );
  const triples = [{ head: "h1", relation: "known", tail: "t" }];

  it("are the functions", () => {
    expect(sentences.bags({ by: "triple" }).items).toEqual(bagsOf(sentences, { by: "triple" }).items);
    expect(sentences.align(triples).items).toEqual(alignSentences(sentences, triples).items);
    const noisy = sentences.withNoise(0.5, { seed: 1 });
    expect(noisy.truth).toEqual(injectNoise(sentences, 0.5, { seed: 1 }).truth);
    expect(noisy.sentences.provenance.steps).toEqual(["injectNoise(0.5, seed 1)"]);
    const wrong = noisy.sentences.filter(({ id, relation }) => noisy.truth.get(id) !== relation);
    expect(wrong.items.map(({ id, truth }) => truth?.relation === noisy.truth.get(id))).toEqual(
      Array<boolean>(20).fill(true),
    );
    expect([...sentences.bags().sizes]).toEqual([
      ["1", 0],
      ["2", 0],
      ["3", 0],
      ["4 to 5", 0],
      ["6 to 10", 4],
      ["11 and more", 0],
    ]);
    expect(sentences.fractions([0.1, 0.5], { seed: 1 }).map(({ ids }) => ids)).toEqual(
      fractions(sentences, [0.1, 0.5], { seed: 1 }).map(({ ids }) => ids),
    );
    const cut = sentences.windows(4);
    expect(cut.items).toEqual(sentences.items.map((sentence) => mentionWindow(sentence, 4)));
    expect(cut.provenance.steps).toEqual(["windows(4)"]);
    const documents = DocumentSet.from([related]);
    expect(documents.sentences().items).toEqual(sentencesOf(documents).items);
    expect(documents.align([]).items).toEqual(alignDocuments(documents, []).items);
    expect(documents.tags()).toEqual([bioTags(related)]);
  });
});

describe("fractions of documents", () => {
  it("are nested too", () => {
    const set = DocumentSet.from(Array.from({ length: 50 }, (_, at) => ({ ...related, id: `d${at}` })));
    const [few, half] = fractions(set, [0.1, 0.5], { seed: 2 });
    expect([few!.length, half!.length]).toEqual([5, 25]);
    expect(few!.ids.every((id) => half!.ids.includes(id))).toBe(true);
  });
});

describe("distant supervision", () => {
  const mention = (start: number, entity: string): object => ({ start, end: start + 1, entity });
  const set = sentencesFrom([
    { id: "1", text: "a b", head: mention(0, "A"), tail: mention(2, "B"), relation: "old" },
    { id: "2", text: "b a", head: mention(0, "B"), tail: mention(2, "A") },
  ]);
  const triples = [
    { head: "A", relation: "s", tail: "B" },
    { head: "A", relation: "r", tail: "B" },
    { head: "A", relation: "r", tail: "B" },
  ];

  it("labels sentences by the triples about their pair", () => {
    const aligned = alignSentences(set, triples);
    expect(aligned.items.map(({ id, relation }) => [id, relation])).toEqual([
      ["1", "r"],
      ["1#2", "s"],
      ["2", "NA"],
    ]);
    expect(aligned.provenance.steps).toEqual(["alignSentences"]);
    const bare = set.map((one) => ({ ...one, head: { start: 0, end: 1 } }));
    expect(() => alignSentences(bare, triples)).toThrow("alignment needs them");
  });

  it("labels documents in place of their own relations", () => {
    const aligned = alignDocuments(DocumentSet.from([related]), [{ head: "R", relation: "of", tail: "A" }]);
    expect(aligned.at(0)!.relations).toEqual([{ head: 2, tail: 1, relation: "of" }]);
  });

  it("injects noise at the rate asked for, never the true relation, and keeps the truth", () => {
    const many = sentencesFrom(
      Array.from({ length: 200 }, (_, i) => ({
        id: i,
        text: "a b",
        head: "a",
        tail: "b",
        relation: `r${i % 4}`,
      })),
    );
    const { sentences, truth } = injectNoise(many, 0.3, { seed: 1 });
    const changed = sentences.items.filter(({ id, relation }) => truth.get(id) !== relation);
    expect(changed.length).toBe(60);
    expect([...truth.values()]).toEqual(many.labels);
    expect(new Set(changed.map(({ relation }) => relation)).size).toBe(4);
    expect(injectNoise(many, 0).sentences.labels).toEqual(many.labels);
    expect(() => injectNoise(many, 1.2)).toThrow("noise rate 1.2");
    expect(() => injectNoise(set, 0.5)).toThrow("at least two relations");
  });
});

describe("bioTags", () => {
  it("gives the longest of overlapping mentions, or the later", () => {
    const tags = ["B-Drug", "O", "B-Person", "O", "B-Effect", "I-Effect", "O", "B-Person", "O", "O"];
    expect(bioTags(related)).toEqual(tags);
    expect(bioTags(related, { overlap: "later" })).toEqual(
      tags.map((tag, at) => (at === 5 ? "B-Effect" : tag)),
    );
  });

  it("needs words, and mentions that begin and end with them", () => {
    const { words: _, ...wordless } = related;
    expect(() => bioTags(wordless)).toThrow('document "d" has no words');
    expect(() => bioTags({ ...related, mentions: [{ start: 0, end: 3 }] })).toThrow(
      "mention [0, 3) does not begin and end with words",
    );
    expect(() => bioTags({ ...related, mentions: [{ start: 1, end: 5 }] })).toThrow("does not begin and end");
  });
});

describe("mentionWindow", () => {
  const long = Array.from({ length: 50 }, (_, at) => `w${at}`);
  const [wide] = sentencesFrom([{ words: long, head: [20, 21], tail: [24, 26], relation: "r" }]).items;

  it("keeps both mentions whole in so many words, the rest shared out", () => {
    const cut = mentionWindow(wide!, 10);
    expect(cut.text).toBe(long.slice(18, 28).join(" "));
    expect([textOf(cut.text, cut.head), textOf(cut.text, cut.tail)]).toEqual(["w20", "w24 w25"]);
    expect(cut.words!.map((word) => textOf(cut.text, word))).toEqual(long.slice(18, 28));
    const [late] = sentencesFrom([{ text: long.join(" "), head: "w48", tail: "w49" }]).items;
    expect(mentionWindow(late!, 10).text).toBe(long.slice(40).join(" "));
    const [early] = sentencesFrom([{ words: long, head: [1, 2], tail: [0, 1] }]).items;
    expect(mentionWindow(early!, 10).text).toBe(long.slice(0, 10).join(" "));
  });

  it("leaves short sentences as they are, and what lies between far mentions", () => {
    expect(mentionWindow(wide!, 50)).toBe(wide);
    expect(mentionWindow(wide!, 3).text).toBe(long.slice(20, 26).join(" "));
    expect(() => mentionWindow(wide!, 1)).toThrow("a window of 1 words");
  });
});

describe("sentencesOf", () => {
  it("cuts the sentence in which both mentions stand", () => {
    const set = sentencesOf(DocumentSet.from([related]));
    expect(
      set.items.map(({ id, text: cut, head, tail, relation }) => [
        id,
        textOf(cut, head),
        relation,
        textOf(cut, tail),
      ]),
    ).toEqual([
      ["d:1", "Zanin", "causes", "bad rash"],
      ["d:2", "Zanin", "is-linked-to", "bad rash"],
      ["d:3", "Ann", "has", "rash"],
    ]);
    expect(set.at(0)!.text).toBe("Zanin gave Ann a bad rash .");
    expect(set.at(0)!.head.entity).toBe("Z");
    const apart = document([{ head: 1, tail: 0, headMention: 1, tailMention: 0, relation: "r" }]);
    expect(sentencesOf(DocumentSet.from([apart])).length).toBe(0);
  });
});
