// The published data sets, where RELATA_DATA names a folder that holds them: files, checksums, and counts of every split.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect } from "vitest";
import {
  allCards,
  findCard,
  openDataset,
  fractions,
  verifyDataset,
  type DatasetReport,
} from "../../src/data";
import { skipUnless } from "../support/skips";

const mirror = process.env["RELATA_DATA"];
const it = skipUnless(Boolean(mirror), "RELATA_DATA is not set");

/** Numbers of the manifest that are not a split's: files, lists of names, documents by where they came from. */
const NOT_COUNTED: Readonly<Record<string, readonly number[]>> = {
  ade: [1644],
  "re-docred": [1343, 351, 96, 97],
  fewrel: [744, 15, 68714],
  wiki80: [49, 5, 70],
};

const reports = new Map<string, DatasetReport>();

/** The report on a data set, made once. */
function reportOn(name: string): DatasetReport {
  const report = reports.get(name) ?? verifyDataset(findCard(name));
  reports.set(name, report);
  return report;
}

describe("published data sets", () => {
  it.each(allCards().map((card) => card.name))("counts in %s are those of its card", (name) => {
    const report = reportOn(name);
    expect(report.problems).toEqual([]);
    expect(["ok", "partial", "absent"]).toContain(report.state);
    for (const [split, got] of Object.entries(report.counts.got))
      expect(got).toEqual(report.counts.expected[split]);
  });

  it("has the counts that the manifest of the folder gives", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(mirror!, "manifest.json"), "utf8")) as {
      datasets: { name: string; counts: Record<string, unknown> }[];
    };
    const numbersIn = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : value === null
          ? []
          : Object.values(value as object).flatMap(numbersIn);
    for (const { name, counts } of manifest.datasets) {
      const { got } = reportOn(name).counts;
      const counted = numbersIn(got);
      const wanted = numbersIn(counts).filter((number) => !(NOT_COUNTED[name] ?? []).includes(number));
      expect(
        wanted.filter((number) => !counted.includes(number)),
        name,
      ).toEqual([]);
    }
  });

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
