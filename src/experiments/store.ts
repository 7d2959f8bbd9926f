// Results kept by what produced them: the same question asked again is answered at once, a changed program is asked anew.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, projectFolder, writeFileAtomic } from "../core";
import type { Sentence } from "../data";
import { currentEngine } from "../engine";
import { sourceDigest } from "./source-digest";

/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A stored result with what it came from. */
export interface StoredResult<T> {
  readonly value: T;
  /** True when this call computed it, false when it was found. */
  readonly isFresh: boolean;
  /** When it was computed (ISO time). */
  readonly when: string;
  readonly hash: string;
}

/** A digest of sentences, mentions and relations, in order: the same set gives the same digest wherever it was read from. */
export function digestOf(sentences: Iterable<Sentence>): string {
  const hash = createHash("sha256");
  for (const { id, text, head, tail, relation } of sentences)
    hash.update(JSON.stringify([id, text, head.start, head.end, tail.start, tail.end, relation ?? null]));
  return hash.digest("hex").slice(0, 16);
}

function commit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: projectFolder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** The folder of stored results: `RELATA_RESULTS`, else `.relata/results` in the clone. */
export function resultsFolder(): string {
  return process.env["RELATA_RESULTS"] || path.join(projectFolder, ".relata", "results");
}

/** What a stored result came from: everything that decides it. */
export interface Origin {
  /** Configuration, seed, data and encoder. */
  readonly key: Json;
  readonly engine: Json;
  /** Digest of the source that computed it. */
  readonly source: string;
}

/** The origin of a result of this engine; `source` defaults to every room that decides numbers. */
export function originOf(key: Json, source: string = sourceDigest()): Origin {
  const { name, library, version, device } = currentEngine();
  return { key, engine: { name, library, version, device }, source };
}

/** The name under which a result of that origin is stored. */
export function hashOf(origin: Origin): string {
  return createHash("sha256").update(JSON.stringify(origin)).digest("hex").slice(0, 24);
}

const fileOf = (hash: string): string => path.join(resultsFolder(), `${hash}.json`);

/** The result stored under `hash`; undefined when there is none or it cannot be read. */
export function findResult<T extends Json>(hash: string): StoredResult<T> | undefined {
  const file = fileOf(hash);
  if (!fs.existsSync(file)) return undefined;
  try {
    const stored = JSON.parse(fs.readFileSync(file, "utf8")) as { value: T; when: string };
    return { value: stored.value, isFresh: false, when: stored.when, hash };
  } catch (error) {
    process.emitWarning(`stored result ${file} cannot be read (${messageOf(error)}): computing it again`);
    return undefined;
  }
}

/** Stores a result with its origin, atomically. */
export function keepResult<T extends Json>(origin: Origin, value: T, when: Date): StoredResult<T> {
  const hash = hashOf(origin);
  const time = when.toISOString();
  writeFileAtomic(fileOf(hash), JSON.stringify({ ...origin, commit: commit(), when: time, value }, null, 1));
  return { value, isFresh: true, when: time, hash };
}

/** Whether `RELATA_FRESH=1` asks for computing what is stored. */
export const isFreshWanted = (): boolean => process.env["RELATA_FRESH"] === "1";

/**
 * The result stored for `key` under this engine and source, else what `compute` gives, stored. `key` must name all
 * that decides the result: configuration, seed, data and encoder. `fresh` (or `RELATA_FRESH=1`) computes anew.
 */
export async function remember<T extends Json>(
  key: Json,
  compute: () => Promise<T>,
  { fresh = isFreshWanted(), clock = () => new Date() }: { fresh?: boolean; clock?: () => Date } = {},
): Promise<StoredResult<T>> {
  const origin = originOf(key);
  const found = fresh ? undefined : findResult<T>(hashOf(origin));
  return found ?? keepResult(origin, await compute(), clock());
}
