// Where data came from and what was done to it since: every set carries this along.

import { createHash } from "node:crypto";
import { chunksOf } from "../input/lines";

/** A file that was read: `sha256` and `bytes` are those of its unpacked content. */
export interface SourceFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** From where a data set was taken. */
export type SourceKind = "RELATA_DATA" | "cache" | "download" | "built-in" | "file" | "memory";

/** Name, split, origin and the steps taken since, in order. */
export interface Provenance {
  readonly name: string;
  readonly split?: string;
  readonly kind: SourceKind;
  /** Something the reader of a result must know, such as which data set this one stands in for. */
  readonly note?: string;
  readonly files: readonly SourceFile[];
  readonly steps: readonly string[];
}

/** Provenance of data read from one file, with its checksum. */
export function provenanceOfFile(file: string, name: string, split?: string): Provenance {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const chunk of chunksOf(file)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const at = { file, sha256: hash.digest("hex"), bytes };
  return { name, kind: "file", files: [at], steps: [], ...(split === undefined ? {} : { split }) };
}

/** Provenance of data that a program made. */
export function provenanceOfMemory(name: string, split?: string): Provenance {
  return { name, kind: "memory", files: [], steps: [], ...(split === undefined ? {} : { split }) };
}

/** Name and split in one, such as `semeval2010-task8/train`. */
export function titleOf({ name, split }: Provenance): string {
  return split === undefined ? name : `${name}/${split}`;
}

const KINDS: Readonly<Record<SourceKind, string>> = {
  RELATA_DATA: "from the folder in RELATA_DATA",
  cache: "from the cache",
  download: "downloaded now",
  "built-in": "built in",
  file: "from a file",
  memory: "made in this program",
};

/** One line saying where the data came from. */
export function sourceLine({ kind, files, note }: Provenance): string {
  const names = files.map(({ file }) => file.split(/[\\/]/).at(-1)!);
  const line = names.length === 0 ? KINDS[kind] : `${KINDS[kind]}: ${names.join(", ")}`;
  return note === undefined ? line : `${line}; ${note}`;
}
