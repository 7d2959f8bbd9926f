// The parts of the REPL without a kernel: edits, rows, displays in place, completions, history.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { backspace, deleteWord, down, insert, left, replace, up, type Edit } from "../../src/cli/repl/buffer";
import { CellOutput } from "../../src/cli/repl/cell-output";
import { coloured } from "../../src/cli/repl/colours";
import { commonStart, listed } from "../../src/cli/repl/completion";
import { History } from "../../src/cli/repl/history";
import { layoutOf } from "../../src/cli/repl/screen";
import { bundleText } from "../../src/cli/repl/show";
import { VirtualScreen } from "../support/virtual-screen";

/** A buffer written with `|` where the cursor is, after some edits. */
function edited(start: string, ...edits: readonly Edit[]): string {
  let buffer = { text: start.replace("|", ""), cursor: start.indexOf("|") };
  for (const edit of edits) buffer = edit(buffer);
  return `${buffer.text.slice(0, buffer.cursor)}|${buffer.text.slice(buffer.cursor)}`;
}

describe("edits", () => {
  it.each<[string, readonly Edit[], string]>([
    ["ab|", [insert("c")], "abc|"],
    ["a👩‍🔬|b", [backspace], "a|b"],
    ["e\u0301|", [left], "|e\u0301"],
    ["f {\n    |", [backspace], "f {\n  |"],
    ["a\n|b", [backspace], "a|b"],
    ["one two.three|", [deleteWord], "one two.|"],
    ["wor|ds", [replace(0, 5, "words.join")], "words.join|"],
  ])("%j", (start, edits, wanted) => expect(edited(start, ...edits)).toBe(wanted));

  it("go up and down between lines, and no further", () => {
    expect(up({ text: "long\nx", cursor: 6 })).toEqual({ text: "long\nx", cursor: 1 });
    expect(down({ text: "long\nx", cursor: 3 })).toEqual({ text: "long\nx", cursor: 6 });
    expect([up({ text: "a", cursor: 1 }), down({ text: "a", cursor: 1 })]).toEqual([undefined, undefined]);
  });
});

describe("rows", () => {
  const look = { prompt: "1> ", more: " … ", isColoured: false };

  it("are cut at the width, with wide characters and the cursor where they are", () => {
    expect(layoutOf({ text: "abcdefgh\nz", cursor: 10 }, look, 8)).toEqual({
      rows: ["1> abcd", "efgh", " … z"],
      row: 2,
      column: 4,
    });
    expect(layoutOf({ text: "日本語", cursor: 2 }, look, 9)).toMatchObject({
      rows: ["1> 日本", "語"],
      row: 1,
      column: 0,
    });
  });

  it("show stars for a secret", () => {
    expect(layoutOf({ text: "geheim", cursor: 6 }, { ...look, isSecret: true }, 40).rows).toEqual([
      "1> ******",
    ]);
  });
});

describe("output of a cell", () => {
  function onScreen(rows: number): { screen: VirtualScreen; cell: CellOutput } {
    const screen = new VirtualScreen(rows, 20);
    const write = (text: string): void => screen.write(text.replace(/\n/g, "\r\n"));
    return { screen, cell: new CellOutput({ out: write, err: write, size: () => ({ rows, columns: 20 }) }) };
  }

  it("updates a display where it stands, with later output below it", () => {
    const { screen, cell } = onScreen(10);
    cell.print("before");
    cell.show("0 of 2", "bar");
    cell.print("a line that is longer than the screen\n");
    cell.update("1 of 2\nsecond row", "bar");
    cell.update("2 of 2", "bar");
    cell.end();
    expect(screen.text).toBe("before\n2 of 2\na line that is longe\nr than the screen");
  });

  it("shows the last state once more when the display has left the screen", () => {
    const { screen, cell } = onScreen(4);
    cell.show("0 of 9", "bar");
    for (let line = 1; line <= 6; line++) cell.print(`${line}\n`);
    cell.update("9 of 9", "bar");
    expect(screen.all).not.toContain("9 of 9");
    cell.end();
    expect(screen.all.trim().split("\n")).toEqual(["0 of 9", "1", "2", "3", "4", "5", "6", "9 of 9"]);
  });

  it("is taken away by clear, with wait only when something new comes", () => {
    const { screen, cell } = onScreen(10);
    cell.print("one\ntwo\n");
    cell.clear(true);
    expect(screen.text).toBe("one\ntwo");
    cell.print("three");
    cell.end();
    expect(screen.text).toBe("three");
  });
});

describe("texts", () => {
  it("have colours by token, which add no character", () => {
    const text = "const a = 'x' // 1\nfoo(12, null)";
    // eslint-disable-next-line no-control-regex
    expect(coloured(text).replace(/\u001b\[\d+m/g, "")).toBe(text);
    expect(coloured("'x'")).toBe("\u001b[0m\u001b[32m'x'\u001b[0m");
  });

  it("of tables are cut to the width, of markup are without tags", () => {
    const ability = { columns: 8, isColoured: false };
    const table = { "text/html": "<table></table>", "text/plain": "a  bbbbbbbb\n1  2" };
    expect(bundleText(table, ability)).toBe("a  bbbb…\n1  2");
    const markup = "<p>a &lt;b&gt;</p><script>no</script><p>c</p>";
    expect(bundleText({ "text/html": markup, "text/plain": markup }, ability)).toBe("a <b>\nc");
  });
});

describe("completions", () => {
  it("put in what all share and list the rest in columns, with a count of what is left out", () => {
    expect(commonStart(["forEach", "for", "format"])).toBe("for");
    expect(listed(["a", "b", "c"], 20, 5)).toEqual(["a  b  c"]);
    expect(listed(["aa", "bb", "cc", "dd", "ee", "ff"], 10, 2)).toEqual(["aa  bb", "… and 4 more"]);
  });
});

describe("history", () => {
  it("reads what an earlier session wrote, line by line or as plain text", () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "relata-history-")), "history");
    fs.writeFileSync(file, 'plain text\n"two\\nlines"\n');
    const history = new History(file);
    history.add("a third");
    history.add("a third");
    history.add("const token = 'abcdefgh12345678'");
    expect([0, 1, 2, 3].map((at) => new History(file).at(at))).toEqual([
      "plain text",
      "two\nlines",
      "a third",
      undefined,
    ]);
    expect([history.search("t"), history.search("plain"), history.search("none")]).toEqual([2, 0, -1]);
    fs.rmSync(path.dirname(file), { recursive: true });
  });
});
