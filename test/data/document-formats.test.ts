import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  checkDocument,
  DocumentSet,
  readDocRed,
  readDygie,
  readJoint,
  sentenceOfSpan,
  textOf,
  type Document,
} from "../../src/data";
import { temporaryFile } from "./temporary";

const json = (value: unknown): string => temporaryFile(JSON.stringify(value), "own.json");
const mentionsOf = ({ text, mentions }: Document): string[] =>
  mentions.map((mention) => textOf(text, mention));

describe("readJoint", () => {
  const record = {
    tokens: ["Severe", "skin", "rash", "after", "zanin", "."],
    entities: [
      { type: "Adverse-Effect", start: 0, end: 3 },
      { type: "Adverse-Effect", start: 1, end: 3 },
      { type: "Drug", start: 4, end: 5 },
    ],
    relations: [{ type: "Adverse-Effect", head: 1, tail: 2 }],
    orig_id: 7,
  };

  it("keeps overlapping entities and relates mentions", () => {
    const set = readJoint(json([record]));
    expect(mentionsOf(set.at(0)!)).toEqual(["Severe skin rash", "skin rash", "zanin"]);
    expect(set.at(0)!.relations).toEqual([
      { head: 1, tail: 2, headMention: 1, tailMention: 2, relation: "Adverse-Effect" },
    ]);
    expect(set.tally()).toMatchObject({
      sentences: 1,
      mentions: 3,
      relations: 1,
      "Drug entities": 1,
      "sentences with overlapping entities": 1,
    });
  });

  it("takes the sentences of a fold, whose ids are texts", () => {
    const file = json([record, { ...record, orig_id: 8 }, { ...record, orig_id: 9 }]);
    const folds = json({ split_1: { "train set": ["9", "7"], "test set": ["8"] } });
    expect(readJoint(file, { fold: { file: folds, number: 1, part: "train" } }).ids).toEqual(["9", "7"]);
    expect(readJoint(file, { fold: { file: folds, number: 1, part: "test" } }).ids).toEqual(["8"]);
    expect(() => readJoint(file, { fold: { file: folds, number: 2, part: "test" } })).toThrow(
      'field "split_2" is nothing',
    );
  });

  it.each([
    [
      { ...record, entities: [{ type: "Drug", start: 4, end: 7 }] },
      'field "entities[0]" is [4,7], expected [start, end) within the 6 tokens',
    ],
    [
      { ...record, relations: [{ type: "r", head: 0, tail: 3 }] },
      'field "relations[0].tail" is 3, expected a whole number from 0 to 2',
    ],
    [{ ...record, tokens: [null] }, 'field "tokens[0]" is null'],
  ])("names record and field of %j", (broken, message) => {
    const file = json([record, broken]);
    expect(() => readJoint(file)).toThrow(`${file}: record 2: ${message}`);
    expect(readJoint(file, { onFault: "collect" }).faults.length).toBe(1);
  });
});

describe("readDygie", () => {
  const record = {
    doc_key: "own",
    sentences: [
      ["We", "use", "trees"],
      ["They", "beat", "big", "nets", "."],
    ],
    ner: [
      [[2, 2, "Method"]],
      [
        [3, 3, "Generic"],
        [5, 6, "Method"],
      ],
    ],
    relations: [[], [[3, 3, 5, 6, "COMPARE"]]],
    clusters: [
      [
        [2, 2],
        [3, 3],
        [3, 3],
      ],
    ],
  };

  it("counts offsets in the document, ends in, and makes entities of clusters", () => {
    const set = readDygie(temporaryFile(`${JSON.stringify(record)}\n`));
    const [one] = set.items;
    expect(mentionsOf(one!)).toEqual(["trees", "They", "big nets"]);
    expect(one!.entities).toEqual([
      { id: "cluster-0", mentions: [0, 1], isCluster: true, type: "Method" },
      { id: "mention-2", mentions: [2], type: "Method" },
    ]);
    expect(one!.relations).toEqual([
      { head: 0, tail: 1, headMention: 1, tailMention: 2, relation: "COMPARE" },
    ]);
    expect(set.tally()).toMatchObject({ documents: 1, sentences: 2, clusters: 1 });
    expect(sentenceOfSpan(one!, one!.mentions[1]!)).toBe(1);
  });

  it.each([
    [
      { ...record, ner: [[[7, 8, "X"]]] },
      'field "ner[0][0]" is [7,8], expected [first, last] within the 8 tokens',
    ],
    [
      { ...record, relations: [[[0, 0, "x"]]] },
      'field "relations[0][0]" is [0,0,"x"], expected 4 whole numbers',
    ],
    [{ ...record, sentences: "x" }, 'field "sentences" is "x", expected a list'],
  ])("names line and field of %j", (broken, message) => {
    expect(() => readDygie(temporaryFile(`\n${JSON.stringify(broken)}\n`))).toThrow(`file.txt:2: ${message}`);
  });
});

describe("readDocRed", () => {
  const record = {
    title: "Ann",
    sents: [
      ["Ann", "\u00a0", "lives", "in", "Ulm", "."],
      ["She", "likes", "Ulm", "."],
    ],
    vertexSet: [
      [{ name: "Ann", type: "PER", sent_id: 0, pos: [0, 1] }],
      [
        { name: "ULM", type: "LOC", sent_id: 0, pos: [4, 5] },
        { name: "Ulm", type: "LOC", sent_id: 1, pos: [2, 3] },
      ],
    ],
    labels: [
      { h: 0, t: 1, r: "P551", evidence: [0] },
      { h: 0, t: 1, r: "P19", evidence: [] },
    ],
  };

  it("reads positions in their sentence, several relations of a pair, and empty evidence", () => {
    const [one] = readDocRed(json([record])).items;
    expect(mentionsOf(one!)).toEqual(["Ann", "Ulm", "Ulm"]);
    expect(one!.entities[1]).toEqual({ id: "1", type: "LOC", mentions: [1, 2] });
    expect(one!.relations.map(({ relation, evidence }) => [relation, evidence])).toEqual([
      ["P551", [0]],
      ["P19", []],
    ]);
    expect(one!.sentences.map((span) => textOf(one!.text, span))).toEqual([
      "Ann \u00a0 lives in Ulm .",
      "She likes Ulm .",
    ]);
  });

  it("reads blind documents, and tells equal titles apart", () => {
    const { labels: _, ...blind } = record;
    expect(readDocRed(json([blind, blind])).ids).toEqual(["Ann", "Ann#1"]);
  });

  it.each([
    [
      { ...record, vertexSet: [[{ sent_id: 0, pos: [5, 7] }]] },
      'field "vertexSet[0][0].pos" is [5,7], expected [start, end) within the 6 tokens of sentence 0',
    ],
    [{ ...record, vertexSet: [[{ sent_id: 2, pos: [0, 1] }]] }, 'field "vertexSet[0][0].sent_id" is 2'],
    [{ ...record, labels: [{ h: 2, t: 0, r: "P1" }] }, 'field "labels[0].h" is 2'],
    [{ ...record, labels: [{ h: 1, t: 0, r: "P1", evidence: [9] }] }, 'field "labels[0].evidence" is 9'],
    [{ ...record, sents: [["a"], []] }, "an empty sentence"],
  ])("names record and field of %j", (broken, message) => {
    const file = json([record, broken]);
    expect(() => readDocRed(file)).toThrow(`${file}: record 2: `);
    expect(() => readDocRed(file)).toThrow(message);
  });

  it("names the line of broken JSON", () => {
    const content = `${JSON.stringify([record], undefined, 1).split("\n").slice(0, 5).join("\n")}\n}`;
    expect(() => readDocRed(temporaryFile(content))).toThrow(/file.txt:6: not JSON/);
  });
});

describe("DocumentSet", () => {
  const text = "<script>alert(1)</script> in Ulm";
  const evil: Document = {
    id: "<img src=x onerror=a()>",
    text,
    sentences: [{ start: 0, end: text.length }],
    mentions: [
      { start: 0, end: 25, type: "<img onerror=b()>" },
      { start: 29, end: 32 },
    ],
    entities: [
      { id: '"><script>', mentions: [0] },
      { id: "2", mentions: [1] },
    ],
    relations: [{ head: 0, tail: 1, relation: "<script>r</script>" }],
  };

  it("escapes all that it shows", () => {
    const set = DocumentSet.from([evil], { name: "<script>" });
    for (const shown of [set, set.sample(1)])
      expect(shown[DISPLAY]()["text/html"]).not.toMatch(/<script|<img/);
    expect(set.sample(1)[DISPLAY]()["text/plain"]).toContain(
      "<script>alert(1)</script> --<script>r</script>--> Ulm",
    );
  });

  it("checks spans and positions", () => {
    const fault = (change: Partial<Document>, message: string): void =>
      expect(() => checkDocument({ ...evil, id: "d", ...change })).toThrow(message);
    fault(
      { mentions: [{ start: 0, end: 99 }] },
      'document "d": mention 0 is [0, 99), expected a span within its 32 characters',
    );
    fault({ sentences: [{ start: 3, end: 3 }] }, "sentence 0 is [3, 3)");
    fault(
      { entities: [{ id: "1", mentions: [2] }] },
      "a mention of entity 0 is 2, expected one of its 2 mentions",
    );
    fault(
      { relations: [{ head: 0, tail: 2, relation: "r" }] },
      "the tail of relation 0 is 2, expected one of its 2 entities",
    );
    fault({ relations: [{ head: 0, tail: 1, relation: "r", evidence: [1] }] }, "evidence of relation 0 is 1");
  });
});
