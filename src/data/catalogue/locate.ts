// Where a file of a data set is: the folder given, RELATA_DATA, the clone (for what is built in), the cache, or the net.

import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder, DataError, OptionError } from "../../core";
import { isFile } from "../input/lines";
import type { SourceKind } from "../sets/provenance";
import { cardFolder, type DatasetCard } from "./card";
import type { CardFile } from "./card-file";
import { download, type DownloadOptions } from "./download";

/** Where to look for a data set's files. */
export interface LocateOptions extends DownloadOptions {
  /** The data set's own folder; when given, nothing else is looked at. */
  readonly folder?: string;
  /** False to stay off the net; default true. */
  readonly mayDownload?: boolean;
}

/** A file that was found. */
export interface Located {
  readonly file: string;
  readonly kind: SourceKind;
}

/** The folder of a data set in the cache. */
export function cachedDataset(name: string): string {
  return path.join(cacheFolder(), "datasets", name);
}

/** The file on this machine, plain or `.gz`; undefined when it is in none of the places. */
export function findLocally(
  card: DatasetCard,
  file: string,
  { folder }: LocateOptions = {},
): Located | undefined {
  const mirror = process.env["RELATA_DATA"];
  const places: [SourceKind, string][] = [];
  if (folder !== undefined) places.push(["file", folder]);
  else if (card.facts.isBuiltIn) places.push(["built-in", path.join(cardFolder, card.name)]);
  else {
    if (mirror && !fs.existsSync(mirror))
      throw new OptionError(`RELATA_DATA names "${mirror}", which is no folder: correct it, or unset it`);
    if (mirror) places.push(["RELATA_DATA", path.join(mirror, card.name)]);
    places.push(["cache", cachedDataset(card.name)]);
  }
  for (const [kind, place] of places) {
    for (const inner of ["", ...(card.facts.folders ?? [])]) {
      const at = path.join(place, inner, file);
      if (isFile(at) || isFile(`${at}.gz`)) return { file: at, kind };
    }
  }
  return undefined;
}

/** The file on this machine, downloaded into the cache when it is not there yet. */
export async function locate(card: DatasetCard, file: string, options: LocateOptions = {}): Promise<Located> {
  const found = findLocally(card, file, options);
  if (found !== undefined) return found;
  const { facts } = card;
  if (options.folder !== undefined)
    throw new DataError(`no such file (nor a .gz of it), expected for ${facts.name}: check the folder`, {
      file: path.join(options.folder, file),
    });
  const entry: CardFile | undefined = facts.files.find((one) => one.file === file);
  if (facts.howToGet !== undefined && (entry?.addresses.length ?? 0) === 0)
    throw new DataError(`${facts.title} is not here: ${facts.howToGet}`);
  const missing = `"${file}" of ${facts.name} is not on this machine`;
  const mirror = `have RELATA_DATA name a folder that holds ${facts.name}/${file}`;
  if (entry === undefined || entry.addresses.length === 0)
    throw new DataError(`${missing} and no address is known: ${mirror}`);
  if (options.mayDownload === false)
    throw new DataError(`${missing}: "relata data get ${facts.name}" fetches it, or ${mirror}`);
  const others = facts.files.filter((other) => other !== entry);
  return { file: await download(entry, cachedDataset(facts.name), { ...options, others }), kind: "download" };
}
