// The published data sets, where RELATA_DATA names a folder that holds them: files, checksums, and counts of every split.

import { describe, expect } from "vitest";
import { allCards, openDataset, fractions, verifyDataset } from "../../src/data";
import { skipUnless } from "../support/skips";

const mirror = process.env["RELATA_DATA"];
const it = skipUnless(Boolean(mirror), "RELATA_DATA is not set");

describe("published data sets", () => {
  it.each(allCards().map((card) => [card.name, card] as const))(
    "%s has the counts of its card",
    (_, card) => {
      const report = verifyDataset(card);
      expect(report.problems).toEqual([]);
      expect(["ok", "partial", "absent"]).toContain(report.state);
      for (const [split, got] of Object.entries(report.counts.got))
        expect(got).toEqual(report.counts.expected[split]);
    },
  );

  it("finds SemEval whole, with the ids that the release gives", async () => {
    const [train, test] = [await openDataset("semeval"), await openDataset("semeval/test")];
    expect([train.ids[0], train.ids.at(-1), test.ids[0], test.ids.at(-1)]).toEqual([
      "1",
      "8000",
      "8001",
      "10717",
    ]);
    expect(train.items.every(({ head, tail }) => head.end <= tail.start)).toBe(true);
    expect(fractions(train, [0.01, 0.1]).map((set) => [set.length, set.relations.length])).toEqual([
      [80, 19],
      [800, 19],
    ]);
  });
});
