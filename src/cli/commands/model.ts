// `relata model`: fetches, lists, finds, removes and makes encoders.

import { OptionError, unknownName } from "../../core";
import {
  findModel,
  getModel,
  isHubId,
  isIntact,
  knownModels,
  listModels,
  removeModel,
  unknownModel,
} from "../../models";
import { TINY } from "../../models/pretraining/tiny-settings";
import type { Command, Output } from "../command";
import { type Options, readOptions } from "../options";

const USAGE = `relata model get NAME [--offline] [--json]   fetch an encoder into the cache, checked by sha256
relata model list [--json]                   known encoders and those in the cache
relata model path NAME [--json]              the folder of an encoder that is on this machine
relata model verify NAME [--json]            read the files again and compare their sha256
relata model remove NAME [--json]            delete a fetched encoder from the cache
relata model make tiny [--json]              pre-train the tiny BERT on the built-in world again: some minutes on one
                                             core; interrupted, it goes on from its last checkpoint
  --seed N      default ${TINY.seed}
  --passes N    over the texts, default ${TINY.passes}
  --out FOLDER  default datasets/tiny-bert

NAME is a short name (tiny, minilm, bert, ...), the folder of a model, or an id of the Hugging Face hub (org/name).`;

const ACTIONS = ["get", "list", "path", "verify", "remove", "make"];

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function list(options: Options, out: Output): number {
  const models = listModels();
  if (options.flags.has("--json")) {
    out.json({ models });
    return 0;
  }
  for (const { name, title, folder, bytes } of models) {
    const where =
      folder === undefined ? `not here: relata model get ${name}` : `${folder} (${megabytes(bytes ?? 0)})`;
    out.text(`${name}  ${title}`);
    out.text(`  ${where}`);
  }
  return 0;
}

/** The object under `--json`, the line otherwise. */
function answer(options: Options, out: Output, line: string, object: unknown): void {
  if (options.flags.has("--json")) out.json(object);
  else out.text(line);
}

async function actOn(action: string, name: string, options: Options, out: Output): Promise<number> {
  if (action === "make") {
    // Loaded only here: it brings the engine and the world with it.
    const { makeModel } = await import("../model/make-model");
    return makeModel(name, options, out);
  }
  if (action === "get") {
    const offline = options.flags.has("--offline") ? { offline: true } : {};
    const folder = await getModel(name, { onProgress: (event) => out.progress(event), ...offline });
    answer(options, out, `${name} is in ${folder}`, { name, folder });
    return 0;
  }
  if (action === "remove") {
    const folder = removeModel(name);
    answer(options, out, `${name} is removed from ${folder}`, { name, removed: folder });
    return 0;
  }
  const folder = findModel(name);
  if (
    folder === undefined &&
    !isHubId(name) &&
    !knownModels().some((known) => known.name === name.toLowerCase())
  )
    throw unknownModel(name);
  if (folder === undefined)
    throw new OptionError(`model "${name}" is not on this machine: relata model get ${name} fetches it`);
  if (action === "path") {
    answer(options, out, folder, { name, folder });
    return 0;
  }
  const ok = await isIntact(name);
  if (ok || options.flags.has("--json")) answer(options, out, `${name} is whole`, { name, folder, ok });
  else out.error(`${name} is broken: relata model remove ${name}, then relata model get ${name}`);
  return ok ? 0 : 1;
}

/** `relata model get|list|path|verify|remove|make`. */
export const model: Command = {
  name: "model",
  summary: "fetch, list, find, remove and make encoders",
  usage: USAGE,
  async run(args, out) {
    const options = readOptions(args, {
      flags: ["--json", "--offline"],
      values: ["--seed", "--passes", "--out"],
    });
    const [action, name] = options.rest;
    if (action === undefined) throw new OptionError(`relata model needs one of ${ACTIONS.join(", ")}`);
    if (!ACTIONS.includes(action)) throw unknownName("action", action, ACTIONS);
    if (action === "list") return list(options, out);
    if (name === undefined) throw new OptionError(`relata model ${action} needs a NAME, such as minilm`);
    return actOn(action, name, options, out);
  },
};
