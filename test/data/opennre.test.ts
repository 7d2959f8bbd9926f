import { describe, expect, it } from "vitest";
import { readOpenNre, textOf } from "../../src/data";
import { temporaryFile } from "./temporary";

const line = (record: object): string => JSON.stringify(record);
const tokens = ["Anna", " \n", "was", "born", "in", "New", "Ulm", "."];
const record = {
  token: tokens,
  h: { name: "anna", id: "Q1", pos: [0, 1] },
  t: { name: "new ulm", id: "Q2", pos: [5, 7], type: "city" },
  relation: "born in",
};

describe("readOpenNre", () => {
  it("reads tokens, joined by one space, with positions in tokens", () => {
    const set = readOpenNre(
      temporaryFile(`${line(record)}\n\n${line({ ...record, id: 7 })}\r\n`, "train.txt"),
    );
    const [one, two] = set.items;
    expect(one!.text).toBe("Anna  \n was born in New Ulm .");
    expect(textOf(one!.text, one!.tail)).toBe("New Ulm");
    expect(one!.tail).toMatchObject({ entity: "Q2", type: "city" });
    expect(one!.words!.map((span) => textOf(one!.text, span))).toEqual(tokens);
    expect(set.ids).toEqual(["train:1", "7"]);
    expect(two!.relation).toBe("born in");
  });

  it("reads texts with positions in characters, counted as Python counts", () => {
    const text = "😀 Anna left Ulm.";
    const set = readOpenNre(
      temporaryFile(line({ text, h: { pos: [2, 6] }, t: { pos: [12, 15] }, relation: "left" })),
    );
    const { head, tail } = set.at(0)!;
    expect([textOf(text, head), textOf(text, tail)]).toEqual(["Anna", "Ulm"]);
  });

  it.each([
    ["{", "not JSON"],
    ["[]", 'field "line" is [], expected an object'],
    [line({ ...record, h: undefined }), 'field "h" is nothing, expected an object'],
    [
      line({ ...record, h: { pos: [0, 9] } }),
      'field "h.pos" is [0,9], expected [start, end) within the 8 tokens',
    ],
    [line({ ...record, h: { pos: [3, 3] } }), 'field "h.pos" is [3,3]'],
    [line({ ...record, t: { pos: "5" } }), 'field "t.pos" is "5", expected two whole numbers'],
    [line({ ...record, token: [1] }), 'field "token[0]" is 1, expected a text'],
    [
      line({ ...record, token: undefined, text: "Anna", h: { pos: [0, 9] } }),
      "head span [0, 9) lies outside",
    ],
    [line({ ...record, relation: {} }), 'field "relation" is {}'],
  ])("names file and line of %s", (broken, message) => {
    const file = temporaryFile(`${line(record)}\n${broken}\n`);
    expect(() => readOpenNre(file)).toThrow(`${file}:2: `);
    expect(() => readOpenNre(file)).toThrow(message);
    expect(readOpenNre(file, { onFault: "collect" }).length).toBe(1);
  });

  it("keeps one copy of each relation name and reads lines across chunks", () => {
    const lines = Array.from({ length: 30_000 }, () => line(record)).join("\n");
    const set = readOpenNre(temporaryFile(lines));
    expect(lines.length).toBeGreaterThan(3 << 20);
    expect(set.length).toBe(30_000);
    expect(set.relations).toEqual(["born in"]);
    expect(set.at(-1)!.text).toBe(set.at(0)!.text);
  });
});
