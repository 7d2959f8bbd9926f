// Compares the files and counts of data sets on this machine with their cards.

import { messageOf, readBytes } from "../../core";
import { findFile } from "../input/lines";
import type { DatasetCard } from "./card";
import type { CardFile, Counts } from "./card-file";
import { checksumFault } from "./checksum";
import { tallySplit } from "./formats";
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
    for (const [what, count] of Object.entries(split.counts)) {
      if (got[name]![what] === count) continue;
      problems.push(`${name} has ${got[name]![what]} ${what}, expected ${count}`);
      isMiscounted = true;
    }
  }
  return {
    name: card.name,
    state: stateOf(card, reports, isMiscounted),
    files: [...reports.values()],
    counts: { got, expected },
    problems,
  };
}

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
