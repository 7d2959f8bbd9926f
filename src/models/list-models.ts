// The models on this machine: listed, checked and removed.

import * as fs from "node:fs";
import * as path from "node:path";
import { cacheFolder, messageOf, OptionError, WeightsError } from "../core";
import { sha256Of } from "./download";
import {
  builtInOf,
  cachedModel,
  entryOf,
  findModel,
  hubModelOf,
  isHubId,
  isModelFolder,
  isWhole,
} from "./places";
import { knownModels, type PinnedFile } from "./registry";

/** A model as `listModels` shows it. */
export interface ListedModel {
  readonly name: string;
  readonly title: string;
  readonly folder?: string;
  readonly bytes?: number;
  /** Where it came from, for models in our cache. */
  readonly source?: string;
}

/** The models of the registry and every other one in our cache. */
export function listModels(): ListedModel[] {
  const cache = path.join(cacheFolder(), "models");
  const folders = fs.existsSync(cache) ? fs.readdirSync(cache).sort() : [];
  const others = folders
    .filter((name) => !/\.(part|old|lock)$/.test(name) && isModelFolder(path.join(cache, name)))
    .map((name) => name.replace("--", "/"))
    .filter((name) => entryOf(name) === undefined && hubModelOf(name) === undefined);
  return [
    ...knownModels().map(({ name, title }) => listed(name, title)),
    ...others.map((name) => listed(name, "from the hub")),
  ];
}

function listed(name: string, title: string): ListedModel {
  const folder = findModel(name);
  if (folder === undefined) return { name, title };
  const files = fs.readdirSync(folder).map((file) => fs.statSync(path.join(folder, file)).size);
  const record = path.join(folder, "source.json");
  const known = fs.existsSync(record)
    ? (JSON.parse(fs.readFileSync(record, "utf8")) as { source?: string })
    : {};
  const bytes = files.reduce((sum, size) => sum + size, 0);
  return { name, title, folder, bytes, ...(known.source === undefined ? {} : { source: known.source }) };
}

/** Deletes a model from our cache and returns its folder. The hub's cache and other folders are never touched. */
export function removeModel(name: string): string {
  const entry = entryOf(name) ?? hubModelOf(name);
  const folder = cachedModel(entry?.name ?? name);
  const isOurs = entry !== undefined || isHubId(name);
  if (!isOurs || !(fs.existsSync(folder) || fs.existsSync(`${folder}.part`))) {
    const here = listModels()
      .filter((model) => model.folder === cachedModel(model.name))
      .map((model) => model.name);
    throw new OptionError(
      `model "${name}" is not in relata's cache, which holds ${here.join(", ") || "none"}: only fetched models are removed`,
    );
  }
  const old = `${folder}.old`;
  fs.rmSync(old, { recursive: true, force: true });
  if (fs.existsSync(folder)) fs.renameSync(folder, old);
  for (const rest of [old, `${folder}.part`]) fs.rmSync(rest, { recursive: true, force: true });
  return folder;
}

/** The files that the card of a model in the clone names; a card that cannot be read is an error. */
function cardFiles(folder: string): readonly PinnedFile[] {
  const card = path.join(folder, "card.json");
  try {
    return (JSON.parse(fs.readFileSync(card, "utf8")) as { files: PinnedFile[] }).files;
  } catch (cause) {
    throw new WeightsError(`${card}: cannot be read (${messageOf(cause)}): get it again by git checkout`, {
      cause,
    });
  }
}

/** The files that were recorded when a model came from the hub; none for a folder of the user's own. */
function recordedFiles(folder: string): readonly PinnedFile[] {
  const record = path.join(folder, "source.json");
  if (!fs.existsSync(record)) return [];
  return (JSON.parse(fs.readFileSync(record, "utf8")) as { files?: PinnedFile[] }).files ?? [];
}

/** Whether a pinned model in our cache or the clone still has the right content (reads it whole); other models: whether it is there. */
export async function isIntact(name: string): Promise<boolean> {
  const entry = entryOf(name);
  const folder = findModel(name);
  if (folder === undefined) return false;
  if (entry !== undefined && !isWhole(folder, entry)) return false;
  const pinned = builtInOf(name) === undefined ? (entry?.files ?? recordedFiles(folder)) : cardFiles(folder);
  for (const { file, sha256 } of pinned)
    if ((await sha256Of(path.join(folder, file))) !== sha256) return false;
  return true;
}
