import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../src/core";
import { spread, Table } from "../../src/report";

const ATTACKS = ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "a|b *c* [d](javascript:e)"];

describe("Table", () => {
  it("aligns text by column, numbers to the right", () => {
    const table = Table.from([
      { method: "cross-entropy", f1: 76.1 },
      { method: "SupCon", f1: 5.25 },
    ]);
    expect(table.text().split("\n")).toEqual([
      "method           f1",
      "─────────────  ────",
      "cross-entropy  76.1",
      "SupCon          5.3",
    ]);
  });

  it("writes a mean with its sample deviation, and a single run without", () => {
    const table = Table.from([{ ours: spread([39.4, 48, 44]) }, { ours: spread([85.2]) }]);
    expect(table.markdown()).toBe("| ours |\n| ---: |\n| 43\\.8 ± 4\\.3 |\n| 85\\.2 |");
  });

  it("marks the best value in every form", () => {
    const table = Table.from([{ f1: 1.5 }, { f1: 2.5 }], { columns: [{ name: "f1", best: "largest" }] });
    expect(table.html()).toContain("<strong>2.50</strong>");
    expect(table.markdown()).toContain("**2\\.50**");
    expect(table.text()).toBe("  f1\n──────\n1.50\n2.50 *");
  });

  it.each(ATTACKS)("shows %s as text in title, note, label and cell", (attack) => {
    const bundle = Table.from([{ [attack]: attack }], { title: attack, note: attack })[DISPLAY]();
    expect(bundle["text/html"]).not.toMatch(/<script|<img/);
    expect(bundle["text/markdown"]).not.toMatch(/<script|<img|[^\\]\[d]/);
    expect(bundle["text/plain"]).toContain(attack);
  });

  it("lets no escape sequence or line break from data reach the terminal", () => {
    const text = Table.from([{ a: "x\u001b[31mred\r\ny\u202e" }]).text();
    expect(text).not.toMatch(/[\u001b\r\u202e]/);
    expect(text.split("\n")).toHaveLength(3);
  });

  it("aligns wide characters by the columns they take", () => {
    const lines = Table.from([
      { a: "日本", b: 1 },
      { a: "abcde", b: 2 },
    ])
      .text()
      .split("\n");
    expect(lines[2]).toBe("日本   1");
    expect(lines[3]).toBe("abcde  2");
  });

  it("shows a hundred rows and counts the rest, keeping all", () => {
    const table = Table.from(Array.from({ length: 130 }, (_, n) => ({ n })));
    expect(table.text()).toMatch(/and 30 more rows$/);
    expect(table.rows).toHaveLength(130);
  });

  it("sorts numbers by size and puts empty cells last", () => {
    const table = Table.from([{ n: 10 }, { n: null }, { n: 9 }]);
    expect(table.sortBy("n").values("n")).toEqual([9, 10, null]);
    expect(table.sortBy("n", "falling").values("n")).toEqual([10, 9, null]);
    expect(table.values("n")).toEqual([10, null, 9]);
  });

  it("names the nearest column when one is unknown", () => {
    expect(() => Table.from([{ relation: "x" }]).sortBy("realtion")).toThrow('did you mean "relation"');
  });

  it("says so when there are no rows", () => {
    expect(Table.from([], { columns: ["a"] }).text()).toBe("a\n─\n(no rows)");
    expect(Table.from([], { columns: ["a"] }).html()).toContain("no rows");
  });

  it("shows signs, infinities and missing numbers plainly", () => {
    const table = Table.from([{ n: -0.001 }, { n: -2 }, { n: Infinity }, { n: NaN }], {
      columns: [{ name: "n", digits: 1 }],
    });
    expect(
      table
        .text()
        .split("\n")
        .slice(2)
        .map((line) => line.trim()),
    ).toEqual(["0.0", "−2.0", "∞", "NaN"]);
  });
});
