import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../../src/core";
import { readSemEval, textOf } from "../../src/data";
import { temporaryFile } from "./temporary";

const blocks = [
  `1\t"The <e1>frost</e1> broke the <e2>pipe</e2>."\r\nCause-Effect(e1,e2)\r\nComment: first\r\nmore of it\r\n\r\n`,
  `2\t"A <e2>swarm</e2> of <e1>bees</e1>."\r\nOther\r\nComment:\r\n\r\n`,
];

function faultOf(content: string): DataError {
  try {
    readSemEval(temporaryFile(content));
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("no fault was found");
}

describe("readSemEval", () => {
  it("reads sentence, mentions, relation and id; head is e1 wherever it stands", () => {
    const set = readSemEval(temporaryFile(blocks.join("")));
    const [one, two] = set.items;
    expect(one).toEqual({
      id: "1",
      text: "The frost broke the pipe.",
      head: { start: 4, end: 9 },
      tail: { start: 20, end: 24 },
      relation: "Cause-Effect(e1,e2)",
    });
    expect(textOf(two!.text, two!.head)).toBe("bees");
    expect(textOf(two!.text, two!.tail)).toBe("swarm");
    expect(set.provenance.files[0]!.bytes).toBe(blocks.join("").length);
  });

  it.each([
    ["LF", blocks.join("").replaceAll("\r", "")],
    ["a byte-order mark", `\uFEFF${blocks.join("")}`],
    ["gzip", gzipSync(blocks.join(""))],
    ["no last line end", blocks.join("").trimEnd()],
    ["no empty lines", blocks.join("").replaceAll("\r\n\r\n", "\r\n")],
  ])("reads files with %s alike", (_, content) => {
    expect(readSemEval(temporaryFile(content)).items).toEqual(
      readSemEval(temporaryFile(blocks.join(""))).items,
    );
  });

  it("reads the test sentences without labels", () => {
    const set = readSemEval(
      temporaryFile('8\t"A <e1>b</e1> <e2>c</e2>"\r\n9\t"D <e1>e</e1> <e2>f</e2>"\r\n'),
    );
    expect(set.ids).toEqual(["8", "9"]);
    expect(set.labels).toEqual([undefined, undefined]);
  });

  it("reads nested mentions and keeps other angle brackets and quotes", () => {
    const set = readSemEval(temporaryFile('1\t"He said "x < <e1>new <e2>york</e2></e1>" & left."\nOther\n'));
    const { text, head, tail } = set.at(0)!;
    expect(text).toBe('He said "x < new york" & left.');
    expect([textOf(text, head), textOf(text, tail)]).toEqual(["new york", "york"]);
  });

  it.each([
    ['1\t"No <e1>tail</e1>."\nOther\n', 1, "expected one <e2>..</e2>, found 0"],
    ['1\t"<e1>a</e1> <e1>b</e1> <e2>c</e2>"\nOther\n', 1, "expected one <e1>..</e1>, found 2"],
    ['\n1\t"<e1>a <e2>c</e2>"\nOther\n', 2, "tag <e1> is not closed"],
    ['1\t"a</e1> <e2>c</e2>"\nOther\n', 1, "closes what is not open"],
    ['1\t"<e1></e1> <e2>c</e2>"\nOther\n', 1, "encloses no text"],
    ['1\t"<e1>a</e1> <e2>c</e2>"\nCause Effect\n', 2, '"Cause Effect" is no relation'],
    ["hello\n", 1, '"hello" fits nowhere'],
    ['1\t"<e1>a</e1> <e2>c</e2>"\nOther\nOther\n', 3, '"Other" fits nowhere'],
  ])("names file and line of a fault in %j", (content, line, message) => {
    const fault = faultOf(content);
    expect(fault.message).toContain(message);
    expect(fault.place.line).toBe(line);
    expect(fault.message).toContain(`file.txt:${line}: `);
  });

  it("collects faults when asked and reads the rest", () => {
    const set = readSemEval(temporaryFile(`1\t"<e1>a</e1> b"\nOther\n\n${blocks.join("")}`), {
      onFault: "collect",
    });
    expect(set.length).toBe(2);
    expect(set.faults.map(({ place }) => place.line)).toEqual([1]);
  });

  it("says that bytes which are not UTF-8 are to be converted", () => {
    const latin = Buffer.from('1\t"<e1>caf\xe9</e1> <e2>b</e2>"\nOther\n', "latin1");
    expect(() => readSemEval(temporaryFile(latin))).toThrow("file.txt:1: not UTF-8 text");
    const utf16 = Buffer.from("\uFEFF1\tx", "utf16le");
    expect(() => readSemEval(temporaryFile(utf16))).toThrow("UTF-16 text where UTF-8 is expected");
  });

  it("says which file is missing", () => {
    expect(() => readSemEval("/nowhere/TRAIN_FILE.TXT")).toThrow("/nowhere/TRAIN_FILE.TXT: no such file");
  });
});
