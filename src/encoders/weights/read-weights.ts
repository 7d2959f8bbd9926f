// The weights of a Hugging Face folder, in whichever file form they come.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, readText, WeightsError } from "../../core";
import { openPytorchBin } from "./pytorch-bin";
import { openSafetensors } from "./safetensors";
import { missingTensor, type WeightFile } from "./weight-file";

/**
 * Opens the weights of `folder` (or one file of weights): `model.safetensors`, its shards by
 * `model.safetensors.index.json`, `pytorch_model.bin` or its shards, whichever is there first.
 */
export function readWeights(folder: string): WeightFile {
  if (fs.existsSync(folder) && fs.statSync(folder).isFile()) return openOne(folder);
  const forms = [
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ];
  for (const form of forms) {
    const file = path.join(folder, form);
    if (!fs.existsSync(file)) continue;
    return form.endsWith(".index.json") ? openShards(file) : openOne(file);
  }
  throw new WeightsError(
    `${folder}: no weights, expected model.safetensors, its shards with model.safetensors.index.json, or ` +
      `pytorch_model.bin: get the model again ("relata model get NAME")`,
  );
}

function openOne(file: string): WeightFile {
  return file.endsWith(".bin") || file.endsWith(".pt") ? openPytorchBin(file) : openSafetensors(file);
}

function openShards(index: string): WeightFile {
  const places = shardPlaces(index);
  const opened = new Map<string, WeightFile>();
  for (const shard of new Set(places.values())) {
    const file = path.join(path.dirname(index), shard);
    if (!fs.existsSync(file))
      throw new WeightsError(`${file}: this shard is missing, expected it by ${index}: get the model again`);
    opened.set(shard, openOne(file));
  }
  const find = (name: string): WeightFile => {
    const shard = places.get(name);
    if (shard === undefined) throw missingTensor(index, name, [...places.keys()]);
    return opened.get(shard)!;
  };
  for (const name of places.keys()) find(name).shape(name);
  return {
    metadata: [...opened.values()][0]?.metadata ?? {},
    names: () => [...places.keys()],
    has: (name) => places.has(name),
    shape: (name) => find(name).shape(name),
    read: (name) => find(name).read(name),
  };
}

function shardPlaces(index: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readText(index));
  } catch (cause) {
    throw new WeightsError(`${index}: not JSON (${messageOf(cause)}): get the model again`, { cause });
  }
  const map = (parsed as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== "object" || map === null)
    throw new WeightsError(
      `${index}: has no "weight_map", expected the shard of every tensor: get the model again`,
    );
  const places = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== "string" || path.basename(shard) !== shard)
      throw new WeightsError(
        `${index}: "${name}" lies in "${String(shard)}", expected a file beside the index`,
      );
    places.set(name, shard);
  }
  return places;
}
