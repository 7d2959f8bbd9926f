// Results kept by what produced them: the same question asked again is answered at once, a changed program is asked anew.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, projectFolder, writeFileAtomic } from "../core";
import type { Sentence } from "../data";
import { currentEngine } from "../engine";

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

/** Rooms whose source decides numbers; the others only show them. */
const COUNTING_ROOMS = [
  "core",
  "engine",
  "data",
  "text",
  "encoders",
  "relations",
  "contrast",
  "cluster",
  "classify",
  "metrics",
  "train",
];

function filesOf(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesOf(file) : file.endsWith(".ts") ? [file] : [];
    })
    .sort();
}

/** A digest of sentences, mentions and relations, in order: the same set gives the same digest wherever it was read from. */
export function digestOf(sentences: Iterable<Sentence>): string {
  const hash = createHash("sha256");
  for (const { id, text, head, tail, relation } of sentences)
    hash.update(JSON.stringify([id, text, head.start, head.end, tail.start, tail.end, relation ?? null]));
  return hash.digest("hex").slice(0, 16);
}

let digest: string | undefined;

/** A digest of the source that decides numbers. */
export function sourceDigest(): string {
  if (digest === undefined) {
    const hash = createHash("sha256");
    for (const room of COUNTING_ROOMS)
      for (const file of filesOf(path.join(projectFolder, "src", room))) {
        hash.update(path.relative(projectFolder, file));
        hash.update(fs.readFileSync(file));
      }
    digest = hash.digest("hex").slice(0, 16);
  }
  return digest;
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

/**
 * The result stored for `key` under this engine and source, else what `compute` gives, stored. `key` must name all
 * that decides the result: configuration, seed, data and encoder. `fresh` (or `RELATA_FRESH=1`) computes anew.
 */
export async function remember<T extends Json>(
  key: Json,
  compute: () => Promise<T>,
  {
    fresh = process.env["RELATA_FRESH"] === "1",
    clock = () => new Date(),
  }: { fresh?: boolean; clock?: () => Date } = {},
): Promise<StoredResult<T>> {
  const { name, library, version, device } = currentEngine();
  const source = { key, engine: { name, library, version, device }, source: sourceDigest() };
  const hash = createHash("sha256").update(JSON.stringify(source)).digest("hex").slice(0, 24);
  const file = path.join(resultsFolder(), `${hash}.json`);
  if (!fresh && fs.existsSync(file)) {
    try {
      const stored = JSON.parse(fs.readFileSync(file, "utf8")) as { value: T; when: string };
      return { value: stored.value, isFresh: false, when: stored.when, hash };
    } catch (error) {
      process.emitWarning(`stored result ${file} cannot be read (${messageOf(error)}): computing it again`);
    }
  }
  const value = await compute();
  const when = clock().toISOString();
  writeFileAtomic(file, JSON.stringify({ ...source, commit: commit(), when, value }, null, 1));
  return { value, isFresh: true, when, hash };
}
