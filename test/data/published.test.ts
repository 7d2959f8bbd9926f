// The published data sets, where RELATA_DATA names a folder that holds them: files, checksums, and counts of every split.

import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect } from "vitest";
import {
  allCards,
  findCard,
  openAny,
  openDataset,
  openDocuments,
  fractions,
  splitsHere,
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

interface Manifest {
  readonly datasets: readonly {
    readonly name: string;
    readonly counts: Readonly<Record<string, unknown>>;
    readonly licence: string;
    readonly paper?: string | null;
    readonly files: readonly { readonly file: string; readonly sha256: string; readonly bytes: number }[];
  }[];
}

const manifestOf = (): Manifest =>
  JSON.parse(fs.readFileSync(path.join(mirror!, "manifest.json"), "utf8")) as Manifest;

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

  it.each(
    allCards().flatMap(({ name, facts }) =>
      Object.keys(facts.labels ?? {}).map((split) => [`${name}/${split}`, facts.labels![split]!] as const),
    ),
  )("labels of %s are those of its card, the most frequent first", async (name, labels) => {
    const set = await openAny(name, { mayDownload: false });
    expect(Object.entries(labels)).toEqual([...set.counts]);
  });

  it.each(
    allCards().flatMap(({ name, facts }) =>
      Object.keys(facts.types ?? {}).map((split) => [`${name}/${split}`, facts.types![split]!] as const),
    ),
  )("entity types of %s are those of its card", async (name, types) => {
    const set = await openDocuments(name, { mayDownload: false });
    expect(Object.entries(types)).toEqual([...set.typeCounts]);
  });

  it("has a chart of labels for every data set of items that is here", () => {
    for (const card of allCards())
      if (card.facts.form !== "resource" && !card.facts.isBuiltIn && splitsHere(card).length > 0)
        expect(Object.keys(card.facts.labels ?? {}), card.name).not.toEqual([]);
  });

  it("has the source, licence, paper and files that the manifest of the folder gives", () => {
    for (const { name, files, licence, paper } of manifestOf().datasets) {
      const { facts } = findCard(name);
      for (const { file, sha256, bytes } of files) {
        const own = file.replace(`${name}/`, "").replace(/\.gz$/, "");
        expect(
          facts.files.find((one) => one.file === own),
          file,
        ).toMatchObject({ sha256, bytes });
      }
      expect(facts.licence.slice(0, 9)).toBe(licence.slice(0, 9));
      expect(facts.paper).toBe(paper ?? undefined);
      expect(facts.homes.length + facts.files.flatMap(({ addresses }) => addresses).length).toBeGreaterThan(
        0,
      );
    }
  });

  it("has the counts that the manifest of the folder gives", () => {
    const numbersIn = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : value === null
          ? []
          : Object.values(value as object).flatMap(numbersIn);
    for (const { name, counts } of manifestOf().datasets) {
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
