import { describe, expect, it } from "vitest";
import { sentencesFrom, textOf } from "../../src/data";
import { temporaryFile } from "./temporary";

const text = "Rain in May caused floods.";
const expected = {
  id: "1",
  text,
  head: { start: 0, end: 4 },
  tail: { start: 19, end: 25 },
  relation: "cause",
};
const words = ["Rain", "in", "May", "caused", "floods", "."];

describe("sentencesFrom records", () => {
  it.each([
    ["words of the mentions", { text, head: "Rain", tail: "floods", relation: "cause" }],
    ["pairs", { text, head: [0, 4], tail: [19, 25], label: "cause" }],
    [
      "objects",
      { sentence: text, head: { start: 0, end: 4 }, tail: { start: 19, end: 25 }, relation: "cause" },
    ],
    ["OpenNRE's form", { text, h: { name: "Rain", pos: [0, 4] }, t: { pos: [19, 25] }, relation: "cause" }],
    ["names in objects", { text, head: { name: "Rain" }, tail: { text: "floods" }, relation: "cause" }],
    [
      "columns of offsets",
      { text, head_start: 0, head_end: 4, tailStart: "19", tailEnd: "25", relation: "cause" },
    ],
    ["tags", { text: "<e1>Rain</e1> in May caused <e2>floods</e2>.", relation: "cause" }],
    ["offsets as text", { text, head: "[0, 4)", tail: "19:25", relation: "cause" }],
  ])("takes %s", (_, record) => {
    expect(sentencesFrom([record]).items).toEqual([expected]);
  });

  it("counts positions in words beside words", () => {
    const [one] = sentencesFrom([{ words, head: [0, 1], tail: [4, 5] }]).items;
    expect(textOf(one!.text, one!.tail)).toBe("floods");
    expect(one!.words!.length).toBe(6);
    expect("relation" in one!).toBe(false);
  });

  it("keeps ids, entity types and numbers as labels", () => {
    const [one] = sentencesFrom([
      { id: 12, text, head: { start: 0, end: 4, type: "weather", id: "Q1" }, tail: "floods", label: 3 },
    ]).items;
    expect(one).toMatchObject({ id: "12", head: { type: "weather", entity: "Q1" }, relation: "3" });
  });

  it("takes the user's own column names", () => {
    const set = sentencesFrom([{ Satz: text, von: "Rain", zu: "floods", Klasse: "cause" }], {
      columns: { text: "Satz", head: "von", tail: "zu", relation: "Klasse" },
      name: "meine",
    });
    expect(set.items).toEqual([expected]);
    expect(set.name).toBe("meine");
    expect(() => sentencesFrom([{ text }], { columns: { head: "hed" } })).toThrow('unknown column "hed"');
  });

  it.each([
    [
      { txt: text, head: "Rain", tail: "floods" },
      'record 1 has no text or sentence (it has txt, head, tail); is it "txt"? then say columns: { text: "txt" }',
    ],
    [{ text, head: "Snow", tail: "floods" }, 'record 1: head "Snow" does not occur in its text'],
    [
      { text: "a b a", head: "a", tail: "b" },
      'record 1: head "a" occurs more than once in its text: give [start, end), or say repeated: "first"',
    ],
    [
      { text, head: [0, 99], tail: "floods" },
      'record 1: sentence "1": head span [0, 99) lies outside its 26 characters',
    ],
    [{ text, head: [0.5, 2], tail: "floods" }, "record 1: head is [0.5,2], expected two whole numbers"],
    [
      { words, head: [5, 9], tail: [0, 1] },
      "record 1: head span [5, 9) is outside, expected [start, end) within the 6 words",
    ],
    [
      { text, head: true, tail: "floods" },
      "record 1: head is true, expected its words, [start, end) or { start, end }",
    ],
    [{ text, tail: "floods" }, "record 1 has no head"],
    [{ text: "", head: "a", tail: "b" }, "record 1 has no text"],
    [3, "record 1 is no object"],
  ])("explains what is wrong with %j", (record, message) => {
    expect(() => sentencesFrom([record as object])).toThrow(message);
  });

  it("takes the first of repeated words when told so", () => {
    expect(
      sentencesFrom([{ text: "a b a", head: "a", tail: "b" }], { repeated: "first" }).at(0)!.head.start,
    ).toBe(0);
  });

  it("refuses ids that occur twice", () => {
    const record = { id: "x", text, head: "Rain", tail: "floods" };
    expect(() => sentencesFrom([record, record])).toThrow('record 2: id "x" occurs before');
  });

  it("says what it takes when given something else", () => {
    expect(() => sentencesFrom({} as never)).toThrow("takes a list of records, a CSV file name, or a frame");
  });
});

describe("sentencesFrom CSV", () => {
  const row = (cells: string[], delimiter: string): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter);

  it.each([[","], [";"], ["\t"]])("finds the delimiter %j", (delimiter) => {
    const quoted = `Rain, "heavy"; in\tMay\ncaused floods.`;
    const content = [
      ["text", "head", "tail", "relation"],
      [quoted, "Rain", "floods", "cause"],
    ]
      .map((cells) => row(cells, delimiter))
      .join("\r\n");
    const [one] = sentencesFrom(temporaryFile(`\uFEFF${content}`, "own.csv")).items;
    expect(one!.text).toBe(quoted);
    expect(one!.relation).toBe("cause");
  });

  it("names the line on which a broken record begins, also after cells with line breaks", () => {
    const content = 'text,head,tail\n"one\ntwo",one,two\na b,a\na b,a,c\n';
    const file = temporaryFile(content, "own.csv");
    const set = sentencesFrom(file, { onFault: "collect" });
    expect(set.length).toBe(1);
    expect(set.faults.map(({ message }) => message)).toEqual([
      `${file}:4: 2 cells where the first line names 3 columns: quote cells that hold the delimiter ","`,
      `${file}:5: record: tail "c" does not occur in its text: correct it or give [start, end)`,
    ]);
  });

  it("says where a quote is never closed, and that an empty file has no columns", () => {
    expect(() => sentencesFrom(temporaryFile('text,head,tail\n"a b,a,b\n'))).toThrow(
      /:2: a quote \("\) is never closed/,
    );
    expect(() => sentencesFrom(temporaryFile(""))).toThrow(":1: an empty file");
  });

  it("takes offsets in columns", () => {
    const file = temporaryFile(
      `text,head_start,head_end,tail_start,tail_end,relation\n${text},0,4,19,25,cause\n`,
    );
    expect(sentencesFrom(file).items).toEqual([{ ...expected, id: "2" }]);
  });
});

describe("sentencesFrom frames", () => {
  it("takes anything with columns and values", () => {
    const frame = {
      columns: ["text", "head", "tail", "relation"],
      values: [[text, "Rain", "floods", "cause"]],
    };
    expect(sentencesFrom(frame).items).toEqual([expected]);
  });

  it("names the row of a fault", () => {
    const frame = {
      columns: ["text", "head", "tail"],
      values: [
        [text, "Rain", "floods"],
        [text, NaN, "floods"],
      ],
    };
    expect(() => sentencesFrom(frame)).toThrow("row 2 has no head");
  });
});
