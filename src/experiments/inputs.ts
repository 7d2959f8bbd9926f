// What a run reads, as digests: the same name with other content is another result.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../core";
import { cardFolder, cardIfKnown, findLocally } from "../data";
import { findModel } from "../models";

/** Files up to this size count with their content, larger ones with size, head and tail. */
const WHOLE = 32 << 20;
const SAMPLE = 1 << 20;

function addFile(hash: ReturnType<typeof createHash>, file: string): void {
  const { size } = fs.statSync(file);
  hash.update(`${path.basename(file)}:${size}:`);
  if (size <= WHOLE) return void hash.update(fs.readFileSync(file));
  const handle = fs.openSync(file, "r");
  try {
    for (const from of [0, size - SAMPLE]) {
      const part = Buffer.alloc(SAMPLE);
      fs.readSync(handle, part, 0, SAMPLE, from);
      hash.update(part);
    }
  } finally {
    fs.closeSync(handle);
  }
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".md"))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}

/** The files behind a name: a model's folder, the built-in world's lexicon, or the files of a published data set. */
function filesOf(name: string): string[] {
  const model = findModel(name);
  if (model !== undefined) return filesIn(model);
  const set = name.split("/")[0]!;
  const card = cardIfKnown(set) ?? cardIfKnown(set.replace(/-control$/, ""));
  if (card === undefined) return [];
  if (card.facts.isBuiltIn) return filesIn(path.join(cardFolder, card.name));
  return card.facts.files.flatMap(({ file }) => {
    const found = findLocally(card, file)?.file;
    if (found === undefined) return [];
    return [found, `${found}.gz`].filter((one) => fs.existsSync(one)).slice(0, 1);
  });
}

const known = new Map<string, string>();

/** A digest of everything behind a data set's or encoder's name, as it is on this machine now. */
export function inputDigest(name: string): string {
  const mirror = `${name} ${process.env["RELATA_DATA"] ?? ""} ${projectFolder}`;
  const found = known.get(mirror);
  if (found !== undefined) return found;
  const hash = createHash("sha256").update(name);
  for (const file of filesOf(name)) addFile(hash, file);
  const digest = hash.digest("hex").slice(0, 16);
  known.set(mirror, digest);
  return digest;
}
