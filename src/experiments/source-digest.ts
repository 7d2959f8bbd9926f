// Which source decides a number: a digest of it goes into every stored result, so a mended bug never hides behind one.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../core";
import { emittedCode, filesBehind } from "./module-graph";

const sourceFolder = path.join(projectFolder, "src");

/** Rooms whose source decides numbers; the others only show, start or measure them. */
const COUNTING_ROOMS: readonly string[] = [
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
  "papers",
];

/** Rooms that a notebook's own results depend on: all that count but the papers. */
const NOTEBOOK_ROOMS = COUNTING_ROOMS.filter((room) => room !== "papers");

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

function digestOfFiles(files: Iterable<string>, contentOf: (file: string) => string | Uint8Array): string {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(path.relative(projectFolder, file));
    hash.update(contentOf(file));
  }
  return hash.digest("hex").slice(0, 16);
}

let rooms: string | undefined;

/** A digest of every room that decides numbers in a notebook. */
export function sourceDigest(): string {
  // as the files are: emitting the code of all rooms would take a notebook's first result a second
  rooms ??= digestOfFiles(
    NOTEBOOK_ROOMS.flatMap((room) => filesOf(path.join(sourceFolder, room))),
    (file) => fs.readFileSync(file),
  );
  return rooms;
}

const counts = (file: string): boolean =>
  !file.startsWith(sourceFolder + path.sep) ||
  COUNTING_ROOMS.includes(path.relative(sourceFolder, file).split(path.sep)[0]!);

const closures = new Map<string, string>();

/** A digest of the source behind one file: an edit elsewhere, of a comment or of a type leaves results as they are. */
export function digestBehind(entry: string): string {
  const known = closures.get(entry);
  if (known !== undefined) return known;
  const digest = digestOfFiles(filesBehind(entry, counts), emittedCode);
  closures.set(entry, digest);
  return digest;
}
