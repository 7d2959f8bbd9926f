// A small valid file of our own for every format, with its reader: what the fuzz test breaks.

import {
  readAdeNegatives,
  readAdeRelations,
  readBiocJson,
  readBiocXml,
  readDocRed,
  readDygie,
  readFewRel,
  readGds,
  readHiure,
  readJoint,
  readNytLines,
  readOpenNre,
  readPubTator,
  readSemEval,
  readTacred,
  readZeroRte,
  sentencesFrom,
  type DocumentSet,
  type ReadOptions,
  type SentenceSet,
} from "../../src/data";
import { temporaryFile } from "./temporary";

const tokens = ["Ann", "left", "New", "Ulm", "\u{1F600}", "."];
const lines = (...records: readonly unknown[]): string =>
  records.map((record) => JSON.stringify(record)).join("\n");
const annotation = (offset: number, text: string): object => ({
  infons: { identifier: "C1,C2", type: "Drug" },
  text,
  locations: [{ offset, length: text.length }],
});

const marked = temporaryFile(
  JSON.stringify(Array<string>(8).fill("<e1:PERSON>Ann</e1:PERSON> met <e2:ORG>Ulm</e2:ORG>")),
  "marked.json",
);
const joint = temporaryFile(
  JSON.stringify([3, 4, 5].map((id) => ({ tokens, entities: [], relations: [], orig_id: id }))),
  "joint.json",
);

/** Reads a file of a format. */
export type Reader = (file: string, options: ReadOptions) => SentenceSet | DocumentSet;

const WHOLE_FILES = ["FewRel", "TACRED", "HiURE", "joint", "DocRED", "BioC JSON"];

/** Whether a format is read line by line; the others are one JSON value (BioC XML counts as lines: it names them). */
export function isLines(format: string): boolean {
  return !WHOLE_FILES.some((name) => format.startsWith(name));
}

/** Name, reader, and a small valid file of our own, for every format. */
export const FORMATS: readonly (readonly [string, Reader, string])[] = [
  [
    "SemEval",
    readSemEval,
    '1\t"<e1>Frost</e1> broke the <e2>pipe</e2>."\r\nCause-Effect(e1,e2)\r\nComment: x\r\n\r\n2\t"A <e1>b <e2>c</e2></e1>"\r\nOther\r\n',
  ],
  [
    "OpenNRE tokens",
    readOpenNre,
    lines(
      { token: tokens, h: { pos: [0, 1], id: "Q1" }, t: { pos: [2, 4] }, relation: "left" },
      { token: ["a", " ", "b"], h: { pos: [0, 1] }, t: { pos: [2, 3] }, relation: "r" },
    ),
  ],
  [
    "OpenNRE text",
    readOpenNre,
    lines({ text: "\u{1F600} Ann left Ulm", h: { pos: [2, 5] }, t: { pos: [11, 14] }, relation: "left" }),
  ],
  [
    "CSV",
    (file, options) => sentencesFrom(file, { ...options }),
    'text,head,tail,relation\n"Ann, then ""Bo""",Ann,Bo,r\n<e1>a</e1> <e2>b</e2>,,,s\nx y,"[0,1]",2:3,t\n',
  ],
  [
    "FewRel",
    readFewRel,
    JSON.stringify({
      P1: [{ tokens, h: ["ann", "Q1", [[0]]], t: ["new ulm", "Q2", [[2, 3]]] }],
      P2: [{ tokens, h: ["ulm", "Q1", [[3]]], t: ["x", "Q2", [[5]]] }],
    }),
  ],
  [
    "ZeroRTE",
    readZeroRte,
    lines({
      triplets: [
        { tokens, head: [0], tail: [2, 3], label: "x", label_id: "P1" },
        { tokens, head: [3], tail: [0], label: "y", label_id: "P2" },
      ],
    }),
  ],
  [
    "GDS",
    readGds,
    "/m/1\t/m/2\tAnn_Lee\tUlm\t/born\tAnn_Lee was born in Ulm. ###END### \n/m/1\t/m/3\tAnn\tBo\tNA\tAnn met Bo. ###END###\n",
  ],
  [
    "NYT lines",
    readNytLines,
    "p\tAnn\tUlm\tPERSON-LOCATION\tTRIGGER:born\td\tAnn was born in Ulm\tNN\t/born\n",
  ],
  [
    "TACRED",
    readTacred,
    JSON.stringify([
      {
        id: "e",
        relation: "r",
        token: tokens,
        subj_start: 0,
        subj_end: 0,
        obj_start: 2,
        obj_end: 3,
        subj_type: "PERSON",
        obj_type: "CITY",
      },
    ]),
  ],
  [
    "HiURE",
    readHiure,
    JSON.stringify(["<e1:PERSON> Ann </e1:PERSON> met <e2:ORG>Ulm</e2:ORG> <e1:PERSON>Ann</e1:PERSON>"]),
  ],
  [
    "ADE relations",
    readAdeRelations,
    "12|A rash after zanin.|rash|113|117|zanin|124|129\n13|zanin and rash|rash|10|14|zanin|0|5\n",
  ],
  [
    "HiURE relation numbers",
    (file, options) => readHiure(marked, { ...options, relations: file, names: ["left", "met"] }),
    "[0, 1, 1, 0, 1, 0, 0, 1]",
  ],
  [
    "joint folds",
    (file, options) => readJoint(joint, { ...options, fold: { file, number: 1, part: "train" } }),
    JSON.stringify({ split_1: { "train set": ["3", "4"], "test set": ["5"] } }),
  ],
  ["ADE negatives", readAdeNegatives, "12 NEG All went well.\n13 NEG \u00c4rger.\n"],
  [
    "joint",
    readJoint,
    JSON.stringify([
      {
        tokens,
        entities: [
          { type: "A", start: 0, end: 1 },
          { type: "B", start: 2, end: 4 },
        ],
        relations: [{ type: "r", head: 0, tail: 1 }],
        orig_id: 3,
      },
    ]),
  ],
  [
    "DyGIE",
    readDygie,
    lines({
      doc_key: "d",
      sentences: [
        ["a", "b"],
        ["c", "d"],
      ],
      ner: [[[0, 0, "X"]], [[2, 3, "Y"]]],
      relations: [[[0, 0, 2, 3, "R"]], []],
      clusters: [
        [
          [0, 0],
          [2, 3],
        ],
      ],
    }),
  ],
  [
    "DocRED",
    readDocRed,
    JSON.stringify([
      {
        title: "t",
        sents: [["a", "b"], ["c"]],
        vertexSet: [
          [{ name: "a", type: "X", sent_id: 0, pos: [0, 1] }],
          [{ name: "c", type: "Y", sent_id: 1, pos: [0, 1] }],
        ],
        labels: [{ h: 0, t: 1, r: "P1", evidence: [0, 1] }],
      },
    ]),
  ],
  [
    "PubTator",
    readPubTator,
    "9|t|Zanin & rash\r\n9|a|ABC causes it.\r\n9\t0\t5\tZanin\tDrug\tC1,C2\r\n9\t13\t16\tABC\tGene\t-\r\n9\tBind\tC1\tC2\tNo\r\n\r\n8|t|b\r\n8|a|c\r\n",
  ],
  [
    "BioC XML",
    readBiocXml,
    '<?xml version="1.0"?><collection><document><id>9</id><passage><offset>0</offset><text>Zanin &amp; rash</text><annotation id="1"><infon key="identifier">C1,C2</infon><infon key="type">Drug</infon><location offset="0" length="5"/><text>Zanin</text></annotation></passage><relation><infon key="entity1">C1</infon><infon key="entity2">C2</infon><infon key="type">Bind</infon></relation></document></collection>',
  ],
  [
    "BioC JSON",
    readBiocJson,
    JSON.stringify({
      documents: [
        {
          id: "9",
          passages: [
            {
              offset: 0,
              text: "Zanin and rash",
              annotations: [annotation(0, "Zanin"), annotation(10, "rash")],
            },
          ],
          relations: [{ infons: { entity1: "C1", entity2: "C2", type: "Bind", novel: "No" } }],
        },
      ],
    }),
  ],
];
