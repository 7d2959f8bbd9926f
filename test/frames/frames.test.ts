import { describe, expect, it } from "vitest";
import { fromFrame, isFrame, showFrame, toFrame } from "../../src/frames";
import { spread, Table } from "../../src/report";

describe("frames", () => {
  const rows = [
    { text: "<script>alert(1)</script>", score: 0.5 },
    { text: "b", score: 1 },
  ];

  it("go to danfojs and back unchanged", () => {
    expect(fromFrame(toFrame(rows))).toEqual(rows);
    expect(toFrame(rows).shape).toEqual([2, 2]);
  });

  it("take tables, with means for spreads and null for what is missing", () => {
    const frame = toFrame(Table.from([{ f1: spread([1, 3]), n: 1 }, { f1: spread([4]) }]));
    expect(fromFrame(frame)).toEqual([
      { f1: 2, n: 1 },
      { f1: 4, n: null },
    ]);
  });

  it("are shown as an escaped table, a series as one column", () => {
    const frame = toFrame(rows);
    const shown = showFrame(frame)!;
    expect(shown["text/html"]).toContain("&lt;script&gt;");
    expect(shown["text/html"]).not.toContain("<script");
    expect(shown["text/plain"]).toContain("2 rows × 2 columns");
    expect(showFrame(frame["score"])!["text/plain"]).toContain("2 rows × 1 column");
  });

  it("are told from everything else", () => {
    for (const value of [
      null,
      1,
      "x",
      [],
      {},
      new Map(),
      { columns: [], values: [], index: [], shape: [], dtypes: [] },
    ]) {
      expect(isFrame(value)).toBe(false);
      expect(showFrame(value)).toBeUndefined();
    }
  });

  it("of many rows show the first and say how many there are", () => {
    const text = showFrame(toFrame(Array.from({ length: 50 }, (_, n) => ({ n }))))!["text/plain"];
    expect(text).toContain("first 20 of 50 rows × 1 column");
    expect(text).not.toContain("20  20");
  });
});
