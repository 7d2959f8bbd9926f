// The latest outcome of each experiment, kept for the report; and the committed numbers of larger profiles.

import * as fs from "node:fs";
import * as path from "node:path";
import { OptionError, projectFolder, writeFileAtomic } from "../core";
import type { OutcomeRecord } from "./outcome";
import type { ProfileName } from "./profile";
import { resultsFolder } from "./store";

/** Where committed numbers are: `notebooks/results/PROFILE/PAPER/ID.json`. */
export const committedFolder = path.join(projectFolder, "notebooks", "results");

const latestFolder = (): string => path.join(resultsFolder(), "outcomes");

const fileIn = (folder: string, profile: ProfileName, id: string): string =>
  path.join(folder, profile, ...`${id}.json`.split("/"));

/** Keeps an outcome as the latest of its experiment and profile. */
export function keepLatest(record: OutcomeRecord): void {
  writeFileAtomic(fileIn(latestFolder(), record.profile, record.id), JSON.stringify(record, null, 1));
}

const measuredCells = ({ rows }: OutcomeRecord): number =>
  rows.flatMap(({ ours }) => Object.values(ours ?? {})).filter((cell) => Number.isFinite(cell?.mean)).length;

/** Why an outcome must not take the place of the kept one; undefined where it may. */
export function keepsLess(record: OutcomeRecord, kept: OutcomeRecord | undefined): string | undefined {
  if (kept === undefined) return undefined;
  if (measuredCells(record) === 0 && measuredCells(kept) > 0) return "it has no numbers, the kept one has";
  const [now, before] = [record.seeds.length, kept.seeds.length];
  return now < before ? `the kept one has ${before} seeds, this one ${now}` : undefined;
}

/**
 * Writes an outcome to the numbers that are committed; the file it wrote.
 *
 * @throws OptionError where the kept outcome has numbers or seeds that this one has not
 */
export function keepCommitted(record: OutcomeRecord): string {
  const file = fileIn(committedFolder, record.profile, record.id);
  const less = keepsLess(record, read(file));
  if (less !== undefined)
    throw new OptionError(
      `${record.id} is not kept: ${less}. Give as many --seeds, or delete ${path.relative(projectFolder, file)} first`,
    );
  writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

function read(file: string): OutcomeRecord | undefined {
  if (!fs.existsSync(file)) return undefined;
  return JSON.parse(fs.readFileSync(file, "utf8")) as OutcomeRecord;
}

/** The latest outcome of an experiment (`"hiure/T1a"`) in a profile, from this clone's store. */
export function latestOutcome(profile: ProfileName, id: string): OutcomeRecord | undefined {
  return read(fileIn(latestFolder(), profile, id));
}

/** The committed outcome of an experiment in a profile. */
export function committedOutcome(profile: ProfileName, id: string): OutcomeRecord | undefined {
  return read(fileIn(committedFolder, profile, id));
}

/**
 * The latest outcome, or the kept one where the latest has fewer seeds: a quick look does not push aside numbers that
 * decide a claim.
 */
export function reportedOutcome(
  latest: OutcomeRecord | undefined,
  kept: OutcomeRecord | undefined,
): OutcomeRecord | undefined {
  if (latest === undefined || kept === undefined) return latest ?? kept;
  return latest.seeds.length >= kept.seeds.length ? latest : kept;
}

/** Profiles whose numbers are committed; the quick ones are computed on the spot. */
const KEPT_PROFILES: readonly ProfileName[] = ["small", "paper"];

/** The committed outcomes of the same experiment in other profiles than the record's own. */
export function keptBeside({ id, profile }: Pick<OutcomeRecord, "id" | "profile">): OutcomeRecord[] {
  return KEPT_PROFILES.filter((other) => other !== profile).flatMap(
    (other) => committedOutcome(other, id) ?? [],
  );
}
