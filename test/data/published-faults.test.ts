// What is surprising in the published files, one after the other, on lines of our own: each is read as its card says.

import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  readAdeNegatives,
  readAdeRelations,
  readBiocXml,
  readDocRed,
  readDygie,
  readFewRel,
  readGds,
  readHiure,
  readJoint,
  readOpenNre,
  readPubTator,
  readSemEval,
  readZeroRte,
  textOf,
} from "../../src/data";
import { FORMATS, isLines } from "./fuzz-formats";
import { temporaryFile, temporaryFolder } from "./temporary";

const json = (value: unknown): string => temporaryFile(JSON.stringify(value), "own.json");

/** A file's content as others may store it: the same items must come out. */
const DRESSES: readonly (readonly [string, (content: string) => Buffer])[] = [
  ["with CRLF", (content) => Buffer.from(content.replace(/\r?\n/g, "\r\n"))],
  ["with LF", (content) => Buffer.from(content.replace(/\r\n/g, "\n"))],
  ["with a byte-order mark", (content) => Buffer.from(`\uFEFF${content}`)],
  ["packed", (content) => gzipSync(content)],
  ["packed, with a mark and CRLF", (content) => gzipSync(`\uFEFF${content.replace(/\r?\n/g, "\r\n")}`)],
  ["without a last line end", (content) => Buffer.from(content.trimEnd())],
  ["with an empty line at the end", (content) => Buffer.from(`${content.trimEnd()}\n\n`)],
];

describe.each(FORMATS)("%s files", (name, read, content) => {
  const valid = isLines(name) ? content : `${JSON.stringify(JSON.parse(content), undefined, 1)}\n`;
  const plain = read(temporaryFile(valid, "data.txt"), {}).items;

  it.each(DRESSES)("read the same %s", (_, dressed) => {
    expect(read(temporaryFile(dressed(valid), "data.txt"), {}).items).toEqual(plain);
  });

  it("read the same as a .gz beside the name asked for", () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "data.txt.gz"), gzipSync(valid));
    expect(read(path.join(folder, "data.txt"), {}).items).toEqual(plain);
  });
});

describe("SemEval", () => {
  it("has the direction in the label, e1 before e2 in the text, and empty comments", () => {
    const block =
      '7\t"The <e1>pipe</e1> broke in the <e2>frost</e2>."\r\nCause-Effect(e2,e1)\r\nComment:\r\n\r\n';
    const [sentence] = readSemEval(temporaryFile(block)).items;
    expect([textOf(sentence!.text, sentence!.head), sentence!.relation]).toEqual([
      "pipe",
      "Cause-Effect(e2,e1)",
    ]);
  });
});

describe("OpenNRE lines of Wiki80", () => {
  it("have tokens that are only white space, which keep their places, and names in another case", () => {
    const record = {
      token: ["Ann", "\n ", "left", "\u00a0", "Ulm"],
      h: { name: "ann", id: "Q1", pos: [0, 1], type: "PERSON" },
      t: { name: "ulm", id: "Q2", pos: [4, 5] },
      relation: "left",
    };
    const [sentence] = readOpenNre(temporaryFile(JSON.stringify(record))).items;
    expect(textOf(sentence!.text, sentence!.tail)).toBe("Ulm");
    expect(sentence!.words!.map((word) => textOf(sentence!.text, word))).toEqual(record.token);
    expect(sentence!.head).toEqual({ start: 0, end: 3, type: "PERSON", entity: "Q1" });
  });
});

describe("ADE", () => {
  const tokens = ["rash", "after", "zanin", "rash", "cream"];
  const entity = (type: string, start: number, end: number): object => ({ type, start, end });
  const record = (id: number): object => ({
    tokens,
    entities: [entity("Adverse-Effect", 0, 1), entity("Drug", 2, 3), entity("Drug", 2, 5)],
    relations: [{ type: "Adverse-Effect", head: 0, tail: 2 }],
    orig_id: id,
  });

  it("has overlapping entities, ids of folds as texts, and sentences that occur twice", () => {
    const folds = temporaryFile(
      JSON.stringify({ split_1: { "train set": ["4", "2"], "test set": [] } }),
      "f.json",
    );
    const set = readJoint(json([record(2), record(3), record(4)]), {
      fold: { file: folds, number: 1, part: "train" },
    });
    expect(set.ids).toEqual(["4", "2"]);
    expect(set.tally()["sentences with overlapping entities"]).toBe(2);
  });

  it("counts offsets from the start of the abstract, and repeats sentences without effects", () => {
    const [found] = readAdeRelations(
      temporaryFile("9|A rash after zanin.|rash|913|917|zanin|924|929\n"),
    ).items;
    expect([textOf(found!.text, found!.head), textOf(found!.text, found!.tail)]).toEqual(["rash", "zanin"]);
    const twice = readAdeNegatives(temporaryFile("9 NEG All went well.\n9 NEG All went well.\n"));
    expect(twice.ids).toEqual(["9:1", "9:2"]);
  });
});

describe("Re-DocRED", () => {
  it("has pairs with several relations, empty evidence, and names that are not the tokens at their place", () => {
    const mention = (name: string, at: number): object => ({
      name,
      type: "PER",
      sent_id: 0,
      pos: [at, at + 1],
    });
    const label = (r: string, evidence: number[]): object => ({ h: 0, t: 1, r, evidence });
    const document = {
      title: "t",
      sents: [["Ann", "met", "Bo"]],
      vertexSet: [[mention("Anna", 0)], [mention("Bo", 2)]],
      labels: [label("P1", []), label("P2", [0])],
    };
    const [read] = readDocRed(json([document])).items;
    expect(read!.mentions.map((span) => textOf(read!.text, span))).toEqual(["Ann", "Bo"]);
    expect(read!.relations.map(({ relation, evidence }) => [relation, evidence])).toEqual([
      ["P1", []],
      ["P2", [0]],
    ]);
  });
});

describe("BioRED", () => {
  const mentions =
    "9\t0\t3\tABC\tGene\t672,675\r\n9\t5\t6\tg\tSequenceVariant\tc|INS|5382|C\r\n9\t7\t8\tx\tGene\t-\r\n";
  const file = temporaryFile(`9|t|ABC\r\n9|a| g x\r\n${mentions}9\tBind\t675\tc|INS|5382|C\tNovel\r\n\r\n`);

  it("joins concept ids by commas, has bars in the ids of variants, and mentions without concept", () => {
    const [read] = readPubTator(file).items;
    expect(read!.entities.map(({ id, mentions: own }) => [id, own])).toEqual([
      ["672", [0]],
      ["675", [0]],
      ["c|INS|5382|C", [1]],
      ["-2", [2]],
    ]);
    expect(read!.relations).toEqual([
      { head: 1, tail: 2, relation: "Bind", isUndirected: true, isNovel: true },
    ]);
  });

  it("counts offsets into title, one space, abstract, ends out", () => {
    const [read] = readPubTator(file).items;
    expect(read!.text).toBe("ABC  g x");
    expect(read!.mentions.map((span) => textOf(read!.text, span))).toEqual(["ABC", "g", "x"]);
  });

  it("escapes characters in its XML", () => {
    const annotation =
      '<annotation id="1"><infon key="identifier">C1</infon><infon key="type">Drug</infon><location offset="2" length="3"/><text>&lt;&#x41;&amp;</text></annotation>';
    const xml = `<collection><document><id>9</id><passage><offset>0</offset><text>a &lt;A&amp; b</text>${annotation}</passage></document></collection>`;
    const [read] = readBiocXml(temporaryFile(xml)).items;
    expect(textOf(read!.text, read!.mentions[0]!)).toBe("<A&");
  });
});

describe("FewRel", () => {
  it("repeats sentences within a relation with other pairs, and has mentions that stand several times", () => {
    const tokens = ["Ann", "met", "Bo", "and", "Ann"];
    const instance = (t: string, at: number): object => ({
      tokens,
      h: ["ann", "Q1", [[0], [4]]],
      t: [t, t, [[at]]],
    });
    const set = readFewRel(json({ P1: [instance("bo", 2), instance("met", 1)] }));
    expect(set.ids).toEqual(["P1:1", "P1:2"]);
    expect(set.items.map(({ head }) => head.start)).toEqual([0, 0]);
  });

  it("has files of ZeroRTE that overlap", () => {
    const triplet = { tokens: ["a", "b"], head: [0], tail: [1], label: "x", label_id: "P1" };
    const line = JSON.stringify({ triplets: [triplet] });
    const files = [
      temporaryFile(line, "a.jsonl"),
      temporaryFile(`${line}\n${line.replace("P1", "P2")}`, "b.jsonl"),
    ];
    expect(readZeroRte(files).relations).toEqual(["P1", "P2"]);
    expect(readZeroRte(files).length).toBe(2);
    expect(readZeroRte(files, { exclude: ["P1"] }).relations).toEqual(["P2"]);
  });
});

describe("GDS", () => {
  it("writes _ for spaces, ends texts in a mark, and has pairs with two relations", () => {
    const line = (relation: string): string =>
      `/m/1\t/m/2\tAnn_Lee\tNew_Ulm\t${relation}\tAnn_Lee left New_Ulm . ###END### \n`;
    const set = readGds(temporaryFile(line("/left") + line("/education/degree") + line("NA")));
    expect(set.items[0]!.text).toBe("Ann_Lee left New_Ulm .");
    const [bag] = set.bags().items;
    expect([bag!.relations, bag!.sentences.length]).toEqual([["/education/degree", "/left"], 3]);
    expect(set.bags({ by: "triple" }).length).toBe(3);
  });
});

describe("SciERC", () => {
  it("counts ends in and offsets in the document, in its own form", () => {
    const line = JSON.stringify({
      doc_key: "d",
      sentences: [["a", "b"], ["c"]],
      ner: [[[0, 1, "Task"]], [[2, 2, "Method"]]],
      relations: [[], [[2, 2, 0, 1, "Used-for"]]],
      clusters: [],
    });
    const [read] = readDygie(temporaryFile(line)).items;
    expect(read!.mentions.map((span) => textOf(read!.text, span))).toEqual(["a b", "c"]);
  });
});

describe("HiURE's marked sentences", () => {
  it("repeat a mark wherever the name stands, in tags with or without blanks", () => {
    const text = "<e1:PERSON>Ann</e1:PERSON> , <e2:ORG> Acme </e2:ORG> and <e1:PERSON>Ann</e1:PERSON>";
    const [read] = readHiure(json([text])).items;
    expect(read!.text).toBe("Ann ,  Acme  and Ann");
    expect([read!.head, read!.tail]).toEqual([
      { start: 0, end: 3, type: "PERSON" },
      { start: 7, end: 11, type: "ORG" },
    ]);
  });
});
