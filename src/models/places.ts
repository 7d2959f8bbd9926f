// Where models are on this machine: our cache, the hub's cache (only read), and folders.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cacheFolder } from "../core";
import { BUILT_IN, type BuiltInModel, HUB_MODELS, type HubModel, MODELS, type ModelEntry } from "./registry";

/** The folder in our cache for a name or hub id (`org/name` becomes `org--name`). */
export function cachedModel(name: string): string {
  return path.join(cacheFolder(), "models", name.replace("/", "--"));
}

/** Whether `name` has the form of a hub id, `org/name`. */
export function isHubId(name: string): boolean {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(name) && !name.includes("..");
}

function named<Model extends { name: string; hub: string }>(
  models: readonly Model[],
  name: string,
): Model | undefined {
  const wanted = name.toLowerCase();
  return models.find((entry) => entry.name === wanted || entry.hub.toLowerCase() === wanted);
}

/** The model with pinned files that `name` means, by its short name or its hub id. */
export function entryOf(name: string): ModelEntry | undefined {
  return named(MODELS, name);
}

/** The model pinned by its revision that `name` means, by its short name or its hub id. */
export function hubModelOf(name: string): HubModel | undefined {
  return named(HUB_MODELS, name);
}

/** The model of the clone that `name` means. */
export function builtInOf(name: string): BuiltInModel | undefined {
  return BUILT_IN.find((model) => model.name === name.toLowerCase());
}

/** The hub's cache, by the hub's own variables. */
export function hubCache(): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME || path.join(XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "huggingface");
  return HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || path.join(home, "hub");
}

/** The newest snapshot of a hub id in the hub's cache, or the one of `revision`; complete or not. */
export function hubSnapshot(id: string, revision?: string): string | undefined {
  const folder = path.join(hubCache(), `models--${id.replace("/", "--")}`);
  if (revision !== undefined) {
    const snapshot = path.join(folder, "snapshots", revision);
    return fs.existsSync(snapshot) ? snapshot : undefined;
  }
  const reference = path.join(folder, "refs", "main");
  const revisions = fs.existsSync(reference) ? [fs.readFileSync(reference, "utf8").trim()] : [];
  const snapshots = path.join(folder, "snapshots");
  if (fs.existsSync(snapshots)) revisions.push(...fs.readdirSync(snapshots).sort());
  const found = revisions.map((revision) => path.join(snapshots, revision));
  return found.find(isModelFolder) ?? found.find((one) => fs.existsSync(one));
}

const WEIGHTS = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];

/** Whether a folder holds a configuration and weights. */
export function isModelFolder(folder: string): boolean {
  const has = (file: string): boolean => fs.existsSync(path.join(folder, file));
  return has("config.json") && WEIGHTS.some(has);
}

/** Whether a folder of our cache has every file of `entry` at its full size (their content was checked when they came). */
export function isWhole(folder: string, entry: ModelEntry): boolean {
  const sizeOf = (file: string): number =>
    fs.statSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? -1;
  return (
    entry.files.every(({ file, bytes }) => sizeOf(file) === bytes) &&
    Object.keys(entry.written).every((file) => sizeOf(file) > 0) &&
    sizeOf("source.json") > 0
  );
}

/**
 * The folder of a model that is on this machine already: one of the clone, a folder itself, a name or hub id in our cache, or a hub id in
 * the hub's cache. Undefined when it has to be fetched. Nothing is read but names and sizes.
 */
export function findModel(name: string): string | undefined {
  const builtIn = builtInOf(name);
  if (builtIn !== undefined) return isModelFolder(builtIn.folder) ? builtIn.folder : undefined;
  const entry = entryOf(name);
  if (entry !== undefined) {
    const folder = cachedModel(entry.name);
    return isWhole(folder, entry) ? folder : undefined;
  }
  const hubModel = hubModelOf(name);
  if (hubModel === undefined && isModelFolder(name)) return path.resolve(name);
  if (hubModel === undefined && !isHubId(name)) return undefined;
  const cached = cachedModel(hubModel?.name ?? name);
  if (isModelFolder(cached)) return cached;
  const snapshot = hubSnapshot(hubModel?.hub ?? name, hubModel?.revision);
  return snapshot !== undefined && isModelFolder(snapshot) ? snapshot : undefined;
}
