import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  bagsOf,
  findName,
  readAdeNegatives,
  readAdeRelations,
  readFewRel,
  readGds,
  readHiure,
  readNytLines,
  readTacred,
  readZeroRte,
  textOf,
  type Sentence,
} from "../../src/data";
import { temporaryFile } from "./temporary";

const marked = ({ text, head, tail }: Sentence): [string, string] => [textOf(text, head), textOf(text, tail)];
const json = (value: unknown): string => temporaryFile(JSON.stringify(value), "own.json");

describe("readFewRel", () => {
  const tokens = ["The", "Elbe", "meets", "the", "Sea", "near", "Elbe", "Harbour"];
  const instance = { tokens, h: ["elbe", "Q1", [[1], [6]]], t: ["elbe harbour", "Q2", [[6, 7]]] };

  it("takes the first mention of each entity, as the tokens write it", () => {
    const set = readFewRel(json({ P403: [instance, instance], P17: [instance] }));
    expect(set.ids).toEqual(["P403:1", "P403:2", "P17:1"]);
    expect(set.relations).toEqual(["P17", "P403"]);
    expect(marked(set.at(0)!)).toEqual(["Elbe", "Elbe Harbour"]);
    expect(set.at(0)!.head.entity).toBe("Q1");
  });

  it("reads instances without relation", () => {
    const set = readFewRel(json([instance]));
    expect(set.labels).toEqual([undefined]);
    expect(set.ids).toEqual(["unlabelled:1"]);
  });

  it.each([
    [
      { ...instance, h: ["elbe", "Q1", [[1, 3]]] },
      'field "h[2][0]" is [1,3], expected token indices one after the other',
    ],
    [{ ...instance, t: ["x", "Q1", [[8]]] }, 'field "t[2][0]" is 8, expected a whole number from 0 to 7'],
    [{ ...instance, t: ["x", "Q1", [[]]] }, 'field "t[2][0]" is []'],
    [{ ...instance, t: ["x", "Q1", []] }, 'field "t[2][0]" is nothing, expected a list'],
    [{ ...instance, tokens: "The Elbe" }, 'field "tokens" is "The Elbe", expected a list'],
    [null, 'field "instance" is null, expected an object'],
  ])("names instance and field of %j", (broken, message) => {
    const file = json({ P403: [instance, broken] });
    expect(() => readFewRel(file)).toThrow(`${file}: instance P403:2: ${message}`);
    expect(readFewRel(file, { onFault: "collect" }).length).toBe(1);
  });
});

describe("readZeroRte", () => {
  const triplet = { tokens: ["A", "rules", "B"], head: [0], tail: [2], label: "ruler", label_id: "P6" };
  const line = (...triplets: object[]): string => JSON.stringify({ triplets });
  const file = temporaryFile(
    [
      line(triplet, { ...triplet, head: [2], tail: [0] }),
      line(triplet),
      line({ ...triplet, label_id: "P7" }),
    ].join("\n"),
    "dev.jsonl",
  );

  it("makes a sentence of each triplet that did not occur before", () => {
    const set = readZeroRte(file);
    expect(set.ids).toEqual(["dev:1.1", "dev:1.2", "dev:3.1"]);
    expect(set.relations).toEqual(["P6", "P7"]);
    expect(marked(set.at(1)!)).toEqual(["B", "A"]);
  });

  it("unites files, leaves relations out, and can name relations by label", () => {
    const other = temporaryFile(`${line(triplet)}\n${line({ ...triplet, tail: [1] })}\n`, "test.jsonl");
    expect(readZeroRte([file, other]).length).toBe(4);
    expect(readZeroRte([file, other]).provenance.files.length).toBe(2);
    expect(new Set(readZeroRte([file, other]).ids).size).toBe(4);
    expect(readZeroRte(file, { exclude: ["P6"] }).relations).toEqual(["P7"]);
    expect(readZeroRte(file, { relationBy: "label" }).relations).toEqual(["ruler"]);
  });

  it("names the line of a fault", () => {
    const broken = temporaryFile(`${line(triplet)}\n${line({ ...triplet, head: [3] })}`);
    expect(() => readZeroRte(broken)).toThrow(`${broken}:2: field "head" is 3`);
  });
});

describe("readGds and readNytLines", () => {
  const line = (text: string): string => ["/m/1", "/m/2", "Ann_Lee", "Ulm", "/people/born", text].join("\t");

  it("reads cells, takes the end mark away and finds names as words of their own", () => {
    const set = readGds(temporaryFile(`${line("In Ulmer Ulm Ann_Lee was born. ###END### ")}\n`, "dev.tsv"));
    expect(set.at(0)).toMatchObject({
      id: "dev:1",
      text: "In Ulmer Ulm Ann_Lee was born.",
      relation: "/people/born",
    });
    expect(marked(set.at(0)!)).toEqual(["Ann_Lee", "Ulm"]);
    expect(set.at(0)!.tail).toEqual({ start: 9, end: 12, entity: "/m/2" });
  });

  it("keeps head and tail apart where one name holds the other", () => {
    const cells = ["/m/1", "/m/2", "Ulm", "New_Ulm", "NA", "New_Ulm is near Ulm . ###END###"];
    const [one] = readGds(temporaryFile(cells.join("\t"))).items;
    expect(one!.tail).toMatchObject({ start: 0, end: 7 });
    expect(one!.head).toMatchObject({ start: 16, end: 19 });
  });

  it("falls back to a name inside a word, and says when there is none", () => {
    expect(findName("Ulmers", "Ulm")).toEqual({ start: 0, end: 3 });
    expect(findName("a b", "")).toBeUndefined();
    const file = temporaryFile(line("Ann_Lee was born."));
    expect(() => readGds(file)).toThrow(`${file}:1: entity "Ulm" does not occur in its text`);
    expect(() => readGds(temporaryFile("a\tb\n"))).toThrow("2 cells between tabs, expected 6");
  });

  it("reads NYT lines with types and often no relation", () => {
    const cells = [
      "path",
      "Ann",
      "Ulm",
      "PERSON-LOCATION",
      "TRIGGER:born",
      "doc",
      "Ann was born in Ulm .",
      "NNP",
      "",
    ];
    const set = readNytLines(
      temporaryFile(`${cells.join("\t")}\n${[...cells.slice(0, 8), "/born"].join("\t")}\n`),
    );
    expect(set.labels).toEqual([undefined, "/born"]);
    expect(set.at(0)!.tail.type).toBe("LOCATION");
  });
});

describe("bagsOf", () => {
  const rows = [
    ["1", "2", "r"],
    ["1", "3", "NA"],
    ["1", "2", "NA"],
    ["1", "2", "q"],
    ["2", "1", "r"],
  ].map(([head, tail, relation]) => [head, tail, "A", "B", relation, "A B"].join("\t"));
  const set = readGds(temporaryFile(rows.join("\n"), "x.tsv"));

  it("puts the sentences of a pair together; NA stays only where nothing else holds", () => {
    const bags = bagsOf(set);
    expect(
      bags.items.map(({ head, tail, relations, sentences }) => [
        head,
        tail,
        relations.join("+"),
        sentences.length,
      ]),
    ).toEqual([
      ["1", "2", "q+r", 3],
      ["1", "3", "NA", 1],
      ["2", "1", "r", 1],
    ]);
    expect(bags.sentences.length).toBe(5);
    expect(bags.tally()).toMatchObject({ bags: 3, sentences: 5, labels: 3 });
  });

  it("puts the sentences of a triple together for training", () => {
    expect(bagsOf(set, { by: "triple" }).length).toBe(5);
  });

  it("shows relations and sizes, or bags with their sentences, all escaped", () => {
    const bags = bagsOf(set);
    expect(bags[DISPLAY]()["text/plain"]).toMatch(/x.tsv: 3 bags of 5 sentences[^]*\nNA +1\n[^]*3 +1\n/);
    const evil = set.map((one) => ({
      ...one,
      head: { ...one.head, entity: "<img src=x>" },
      relation: "<script>",
    }));
    for (const shown of [bagsOf(evil), bagsOf(evil).sample(2), bagsOf(evil).explain()])
      expect(shown[DISPLAY]()["text/html"]).not.toMatch(/<script|<img/);
    expect(bags.sample(1)[DISPLAY]()["text/plain"]).toContain("[head: A] [tail: B]");
  });

  it("needs identifiers", () => {
    const bare = set.map((one) => ({ ...one, head: { start: 0, end: 1 } }));
    expect(() => bagsOf(bare)).toThrow('sentence "x:1": its head has no entity identifier');
  });
});

describe("readTacred", () => {
  const record = {
    id: "e1",
    relation: "per:title",
    token: ["Ann", "-LRB-", "chief", "-RRB-", "left"],
    subj_start: 0,
    subj_end: 0,
    obj_start: 1,
    obj_end: 3,
    subj_type: "PERSON",
    obj_type: "TITLE",
  };

  it("counts ends in and writes brackets out", () => {
    const [one] = readTacred(json([record])).items;
    expect(marked(one!)).toEqual(["Ann", "( chief )"]);
    expect(one).toMatchObject({
      id: "e1",
      relation: "per:title",
      head: { type: "PERSON" },
      tail: { type: "TITLE" },
    });
    expect(readTacred(json([record]), { brackets: "escaped" }).at(0)!.text).toContain("-LRB-");
  });

  it.each([
    [{ ...record, subj_end: 5 }, 'field "subj_end" is 5, expected a whole number from 0 to 4'],
    [{ ...record, obj_end: 0 }, 'field "obj_start, obj_end" is [1,0], expected start <= end'],
    [{ ...record, relation: null }, 'field "relation" is null, expected a text'],
  ])("names record and field of %j", (broken, message) => {
    expect(() => readTacred(json([record, broken]))).toThrow(`own.json: record 2: ${message}`);
  });
});

describe("readHiure", () => {
  const tagged =
    "<e1:PERSON> Ann </e1:PERSON> met <e2:ORG>Ulm</e2:ORG> , so <e1:PERSON> Ann </e1:PERSON> left";

  it("takes the first of repeated marks, and types, without the blanks inside the tags", () => {
    const set = readHiure(json([tagged, tagged]), {
      relations: json([3, 0]),
      names: ["none", "a", "b", "met"],
    });
    const [one] = set.items;
    expect(one!.text).toBe(" Ann  met Ulm , so  Ann  left");
    expect(one!.head).toEqual({ start: 1, end: 4, type: "PERSON" });
    expect(marked(one!)).toEqual(["Ann", "Ulm"]);
    expect(set.labels).toEqual(["met", "none"]);
  });

  it("leaves out sentences without a pair when told to", () => {
    const marked = "<e1:PERSON>Ann</e1:PERSON> met <e2:ORG>Acme</e2:ORG>";
    const file = temporaryFile(JSON.stringify(["<e1:PERSON>Ann</e1:PERSON> left", marked]));
    const relations = temporaryFile("[3, 5]", "labels.json");
    expect(() => readHiure(file, { relations })).toThrow("record 1: no <e2:TYPE>..</e2:TYPE>");
    const kept = readHiure(file, { relations, unmarked: "skip" });
    expect(kept.items.map(({ id, relation }) => [id, relation])).toEqual([["file:2", "5"]]);
    expect(kept.faults).toEqual([]);
  });

  it("works without relations, and refuses files that do not belong together", () => {
    expect(readHiure(json([tagged])).labels).toEqual([undefined]);
    expect(readHiure(json([tagged]), { relations: json([7]) }).labels).toEqual(["7"]);
    expect(() => readHiure(json([tagged]), { relations: json([1, 2]) })).toThrow(
      "2 relations beside 1 sentences",
    );
    expect(() => readHiure(json([tagged]), { relations: json([9]), names: ["a"] })).toThrow(
      "relation 9 has no name",
    );
    expect(() => readHiure(json(["no tags"]))).toThrow("no <e1:TYPE>..</e1:TYPE>");
    expect(() => readHiure(json(["<e1:X>  </e1:X> <e2:Y>b</e2:Y>"]))).toThrow("encloses only white space");
  });
});

describe("the ADE corpus in its original form", () => {
  it("finds the mentions by their words and the distance of their offsets", () => {
    const line = "123|A rash and a rash after zanin.|rash|113|117|zanin|124|129";
    const set = readAdeRelations(temporaryFile(`${line}\r\n`, "DRUG-AE.rel"));
    expect(set.at(0)).toEqual({
      id: "123:1",
      text: "A rash and a rash after zanin.",
      relation: "Adverse-Effect",
      head: { start: 13, end: 17, type: "Adverse-Effect" },
      tail: { start: 24, end: 29, type: "Drug" },
    });
    expect(readAdeRelations(temporaryFile(line, "DRUG-DOSE.rel")).relations).toEqual(["Dose"]);
  });

  it.each([
    ["123|a b|a|0|1|b|3|4", '"a" and "b" are not in the sentence at the distance of their offsets'],
    ["123|a b|a|0|1|b", '6 fields between "|", expected 8'],
    ["123|a b|a|x|1|b|2|3", 'offset "x" is no whole number'],
    ["123|a b||0|0|b|2|3", "are not in the sentence"],
  ])("names file and line of %s", (line, message) => {
    const file = temporaryFile(`\n${line}\n`, "DRUG-AE.rel");
    expect(() => readAdeRelations(file)).toThrow(`${file}:2: `);
    expect(() => readAdeRelations(file)).toThrow(message);
  });

  it("reads sentences without effects", () => {
    const set = readAdeNegatives(temporaryFile("123 NEG All went well.\n123 NEG All went well.\n"));
    expect(set.items.map(({ id, text }) => [id, text])).toEqual([
      ["123:1", "All went well."],
      ["123:2", "All went well."],
    ]);
    expect(() => readAdeNegatives(temporaryFile("123 POS x"))).toThrow('is not "id NEG sentence"');
  });
});
