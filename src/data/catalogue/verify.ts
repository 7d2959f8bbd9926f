// Compares the files and counts of data sets on this machine with their cards.

import * as fs from "node:fs";
import { messageOf, readBytes } from "../../core";
import { findFile } from "../input/lines";
import type { DatasetCard } from "./card";
import type { CardFile, Counts } from "./card-file";
import { checksumFault } from "./checksum";
import { tallySplit } from "./formats";
import { quantity } from "../sets/table-view";
import { findLocally, type LocateOptions } from "./locate";

/** "partial": some files are here and right; "absent": none is; "broken": a file or a count is wrong. */
export type VerifyState = "ok" | "partial" | "absent" | "broken";

/** One file's state, with what is wrong and where. */
export interface FileReport {
  readonly file: string;
  readonly state: VerifyState;
  readonly problem?: string;
}

/** One data set's state. */
export interface DatasetReport {
  readonly name: string;
  readonly state: VerifyState;
  readonly files: readonly FileReport[];
  readonly counts: {
    readonly got: Readonly<Record<string, Counts>>;
    readonly expected: Readonly<Record<string, Counts>>;
  };
  readonly problems: readonly string[];
}

/** Checks every file by checksum and every split that is wholly here by reading and counting it. Writes nothing. */
export function verifyDataset(card: DatasetCard, options: LocateOptions = {}): DatasetReport {
  const reports = new Map(card.facts.files.map((file) => [file.file, verifyFile(card, file, options)]));
  const got: Record<string, Counts> = {};
  const expected: Record<string, Counts> = {};
  const problems: string[] = [...reports.values()].flatMap(({ file, problem }) =>
    problem === undefined ? [] : [`${file} ${problem}`],
  );
  let isMiscounted = false;
  for (const [name, split] of Object.entries(card.facts.splits)) {
    expected[name] = split.counts;
    if (!split.files.every((file) => reports.get(file)?.state === "ok")) continue;
    try {
      const files = split.files.map((file) => findLocally(card, file, options)!.file);
      const counts = tallySplit(split, files, { name: card.name, split: name });
      got[name] = Object.fromEntries(Object.keys(split.counts).map((what) => [what, counts[what] ?? 0]));
    } catch (error) {
      problems.push(messageOf(error));
      isMiscounted = true;
      continue;
    }
    const wrong = Object.keys(split.counts).filter((what) => got[name]![what] !== split.counts[what]);
    if (wrong.length === 0) continue;
    problems.push(miscount(card, name, got[name]!, split.counts, wrong));
    isMiscounted = true;
  }
  return {
    name: card.name,
    state: stateOf(card, reports, isMiscounted),
    files: [...reports.values()],
    counts: { got, expected },
    problems,
  };
}

/** One sentence on a split whose numbers are not the card's. */
function miscount(card: DatasetCard, split: string, got: Counts, wanted: Counts, wrong: string[]): string {
  const list = (counts: Counts): string =>
    wrong.map((what) => quantity(counts[what] ?? 0, what)).join(" and ");
  const { howToGet, title } = card.facts;
  const remedy = howToGet === undefined ? "" : `: is this the ${split} split of ${title}, unchanged?`;
  return `${split} has ${list(got)}, expected ${list(wanted)}${remedy}`;
}

/** What is missing of a data set and how to get it, in one sentence; undefined when nothing is. */
export function missingOf(
  { facts }: DatasetCard,
  report: DatasetReport,
  folder?: string,
): string | undefined {
  const needed = new Set(facts.files.filter(({ isOptional }) => !isOptional).map(({ file }) => file));
  const missing = report.files.filter(({ file, state }) => state === "absent" && needed.has(file));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ file }) => file).join(", ");
  if (folder !== undefined) return `${names} not found in ${folder}, which holds ${contentsOf(folder)}`;
  const isFetched = missing.some(({ file }) =>
    facts.files.some((one) => one.file === file && one.addresses.length > 0),
  );
  if (!isFetched && facts.howToGet !== undefined) return facts.howToGet;
  return isFetched
    ? `${names} not here: "relata data get ${facts.name}" fetches what is missing`
    : `${names} not here: have RELATA_DATA name a folder that holds ${facts.name}/${missing[0]!.file}`;
}

/** Some names in a folder, so that a user sees that it is another one. */
function contentsOf(folder: string): string {
  if (!isFolder(folder)) return "nothing: there is no such folder";
  const names = fs.readdirSync(folder).sort();
  if (names.length === 0) return "nothing";
  return names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
}

const isFolder = (folder: string): boolean =>
  fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;

function stateOf(
  card: DatasetCard,
  reports: ReadonlyMap<string, FileReport>,
  isMiscounted: boolean,
): VerifyState {
  const states = [...reports.values()].map(({ state }) => state);
  if (isMiscounted || states.includes("broken")) return "broken";
  if (states.every((state) => state === "absent")) return "absent";
  const needed = card.facts.files.filter(({ isOptional }) => !isOptional);
  return needed.every(({ file }) => reports.get(file)!.state === "ok") ? "ok" : "partial";
}

function verifyFile(card: DatasetCard, file: CardFile, options: LocateOptions): FileReport {
  const found = findLocally(card, file.file, options);
  if (found === undefined) return { file: file.file, state: "absent" };
  try {
    const fault = checksumFault(readBytes(findFile(found.file)), file);
    return fault === undefined
      ? { file: file.file, state: "ok" }
      : { file: file.file, state: "broken", problem: `${fault} (at ${found.file})` };
  } catch (error) {
    return { file: file.file, state: "broken", problem: messageOf(error) };
  }
}
