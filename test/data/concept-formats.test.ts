import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBiocJson, readBiocXml, readPubTator, textOf, type Document } from "../../src/data";
import { temporaryFile } from "./temporary";

const json = (value: unknown): string => temporaryFile(JSON.stringify(value), "own.json");
const mentionsOf = ({ text, mentions: own }: Document): string[] =>
  own.map((mention) => textOf(text, mention));

// One document of our own in the three formats of BioRED.
const title = "Zanin & rash <5 %";
const abstract = "ABC1 and abc2 cause rash.";
const mentions = [
  [0, "Zanin", "Chemical", "C1"],
  [8, "rash", "Disease", "D1"],
  [18, "ABC1 and abc2", "Gene", "11,12"],
  [38, "rash", "Disease", "-"],
] as const;
const pubTator = [
  `9|t|${title}`,
  `9|a|${abstract}`,
  ...mentions.map(([start, text, type, id]) => ["9", start, start + text.length, text, type, id].join("\t")),
  "9\tAssociation\tC1\tD1\tNovel",
  "9\tBind\t12\tC1\tNo",
  "",
].join("\r\n");
const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const xmlMention = ([offset, text, type, id]: (typeof mentions)[number]): string =>
  `<annotation id="x"><infon key="identifier">${id}</infon><infon key="type">${type}</infon><location offset="${offset}" length="${text.length}"/><text>${escape(text)}</text></annotation>`;
const xmlRelation = (a: string, b: string, type: string, novel: string): string =>
  `<relation id="R"><infon key="entity1">${a}</infon><infon key="entity2">${b}</infon><infon key="type">${type}</infon><infon key="novel">${novel}</infon></relation>`;
const xml = `<?xml version='1.0'?><!DOCTYPE collection SYSTEM "BioC.dtd"><collection><source>x</source><document><id>9</id>
<passage><infon key="type">title</infon><offset>0</offset><text>${escape(title)}</text>${mentions.slice(0, 2).map(xmlMention).join("")}</passage>
<passage><offset>18</offset><text>${escape(abstract)}</text>${mentions.slice(2).map(xmlMention).join("")}</passage>
${xmlRelation("C1", "D1", "Association", "Novel")}${xmlRelation("12", "C1", "Bind", "No")}</document></collection>`;
const jsonMention = ([offset, text, type, identifier]: (typeof mentions)[number]): object => ({
  id: "x",
  infons: { identifier, type },
  text,
  locations: [{ offset, length: text.length }],
});
const biocJson = {
  documents: [
    {
      id: "9",
      passages: [
        { offset: 0, text: title, annotations: mentions.slice(0, 2).map(jsonMention) },
        { offset: 18, text: abstract, annotations: mentions.slice(2).map(jsonMention) },
      ],
      relations: [
        { id: "R0", infons: { entity1: "C1", entity2: "D1", type: "Association", novel: "Novel" } },
        { id: "R1", infons: { entity1: "12", entity2: "C1", type: "Bind", novel: "No" } },
      ],
    },
  ],
};

describe("PubTator, BioC XML and BioC JSON", () => {
  const one = readPubTator(temporaryFile(pubTator)).at(0)!;

  it("give equal documents", () => {
    expect(readBiocXml(temporaryFile(xml)).items).toEqual([one]);
    expect(readBiocJson(json(biocJson)).items).toEqual([one]);
    expect(readBiocXml(temporaryFile(gzipSync(`\uFEFF${xml}`))).items).toEqual([one]);
  });

  it("lay text out, share mentions among joined concepts, and keep unknown concepts apart", () => {
    expect(one.text).toBe(`${title} ${abstract}`);
    expect(mentionsOf(one)).toEqual(mentions.map(([, text]) => text));
    expect(one.entities.map(({ id, mentions: own }) => [id, own])).toEqual([
      ["C1", [0]],
      ["D1", [1]],
      ["11", [2]],
      ["12", [2]],
      ["-3", [3]],
    ]);
    expect(one.relations).toEqual([
      { head: 0, tail: 1, relation: "Association", isUndirected: true, isNovel: true },
      { head: 3, tail: 0, relation: "Bind", isUndirected: true, isNovel: false },
    ]);
    expect(one.sentences.map((span) => textOf(one.text, span))).toEqual([title, abstract]);
  });

  it("count offsets as Python does beyond the basic plane", () => {
    const content = "1|t|😀 a\n1|a|b\n1\t2\t3\ta\tX\t1\n";
    expect(mentionsOf(readPubTator(temporaryFile(content)).at(0)!)).toEqual(["a"]);
  });

  it.each([
    [pubTator.replace("\t8\t12\trash", "\t9\t13\trash"), 4, 'mention "rash" at 9 covers "ash "'],
    [pubTator.replace("\tC1\tD1", "\tC1\tD9"), 7, 'relation Association names "D9", which no mention has'],
    [pubTator.replace("9|a|", "8|a|"), 1, "must begin with its lines id|t|title and id|a|abstract"],
    [pubTator.replace("9\tBind", "7\tBind"), 8, '"7" within document "9": an empty line is missing'],
    [pubTator.replace("\tBind\t12\tC1\tNo", "\tBind"), 8, "1 cells after the id"],
  ])("name file and line of a fault (%#)", (content, line, message) => {
    const file = temporaryFile(content);
    expect(() => readPubTator(file)).toThrow(`${file}:${line}: `);
    expect(() => readPubTator(file)).toThrow(message);
    expect(readPubTator(file, { onFault: "collect" }).length).toBe(0);
  });

  it.each([
    [xml.replace("</passage>", ""), /<\/document> closes <passage>/],
    [xml.slice(0, 900), /the file ends before/],
    [xml.replace("&amp;", "&"), /unknown reference "&"/],
    [
      xml.replace('<!DOCTYPE collection SYSTEM "BioC.dtd">', '<!DOCTYPE c [<!ENTITY a "b">]>'),
      /a document type with declarations is not read/,
    ],
    [xml.replace('offset="8"', 'offset="x"'), /:2: the offset of an annotation is "x"/],
    [xml.replace("<id>9</id>", ""), /:1: no <id> in a <document>/],
    ["not xml", /text outside the root element/],
    ["", /no element: is this XML/],
    ["<a>".repeat(300), /nested deeper than 200/],
  ])("say what is wrong with broken XML (%#)", (content, message) => {
    expect(() => readBiocXml(temporaryFile(content))).toThrow(message);
  });

  it("name document and field of broken BioC JSON", () => {
    const broken = JSON.parse(JSON.stringify(biocJson).replace('"offset":8', '"offset":-1')) as unknown;
    expect(() => readBiocJson(json(broken))).toThrow(
      'own.json: document 1: field "passages[0].annotations[1].locations[0].offset" is -1',
    );
  });
});
