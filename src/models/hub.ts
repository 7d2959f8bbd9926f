// The Hugging Face hub: which files a model has, and fetching them.

import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type OnProgress, WeightsError } from "../core";
import { ask, download, type Download, sha256Of } from "./download";
import type { ModelEntry, PinnedFile } from "./registry";

/** The hub's address: `HF_ENDPOINT`, else huggingface.co. */
export function hubAddress(): string {
  return (process.env["HF_ENDPOINT"] || "https://huggingface.co").replace(/\/+$/, "");
}

/** Fetches the pinned files of a model into `folder`. */
export async function fetchPinned(entry: ModelEntry, folder: string, onProgress?: OnProgress): Promise<void> {
  for (const { file, sha256, bytes } of entry.files) {
    const url = `${hubAddress()}/${entry.hub}/resolve/main/${file}`;
    await download({ url, target: path.join(folder, file), sha256, bytes }, onProgress);
  }
}

interface HubFile {
  readonly rfilename: string;
  readonly size?: number;
  /** The name that git gives the content. */
  readonly blobId?: string;
  readonly lfs?: { readonly sha256?: string; readonly size?: number };
}

const SMALL_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "vocab.txt",
  "vocab.json",
  "merges.txt",
  "mlm_vocab.txt",
];

/** What came from the hub: the commit and every file of it, as they were checked. */
export interface Fetched {
  readonly revision: string;
  readonly files: readonly PinnedFile[];
}

/**
 * Fetches any model of the hub into `folder`: configuration, tokenizer, and weights (safetensors where there are any).
 * Each file must have the sha256, or the name in git, that the hub tells for this revision (default: the newest).
 */
export async function fetchFromHub(
  id: string,
  folder: string,
  { revision, onProgress }: { revision?: string | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<Fetched> {
  const at = revision === undefined ? "" : `/revision/${revision}`;
  const response = await ask(`${hubAddress()}/api/models/${id}${at}?blobs=true`);
  if (response.status === 401 || response.status === 404)
    throw new WeightsError(
      `the hub has no model "${id}"${revision === undefined ? "" : ` of revision ${revision}`} that is open to all: ` +
        `check its name at ${hubAddress()}/${id}`,
    );
  if (!response.ok)
    throw new WeightsError(`${hubAddress()} answered ${response.status} for "${id}": try again later`);
  const { sha, siblings } = (await response.json()) as { sha?: string; siblings?: HubFile[] };
  const files = siblings ?? [];
  const weights = weightFiles(files.map(({ rfilename }) => rfilename));
  if (weights.length === 0 || !files.some(({ rfilename }) => rfilename === "config.json"))
    throw new WeightsError(
      `the hub's model "${id}" has no config.json or no weights (model.safetensors, pytorch_model.bin): take another model`,
    );
  const wanted = [
    ...files.filter(({ rfilename }) => SMALL_FILES.includes(rfilename)).map(({ rfilename }) => rfilename),
  ];
  const fetched: PinnedFile[] = [];
  for (const file of [...wanted, ...weights]) {
    const known = files.find(({ rfilename }) => rfilename === file);
    const bytes = known?.lfs?.size ?? known?.size;
    const sha256 = known?.lfs?.sha256;
    const target = path.join(folder, file);
    const job: Download = {
      url: `${hubAddress()}/${id}/resolve/${revision ?? sha ?? "main"}/${file}`,
      target,
      ...(bytes === undefined ? {} : { bytes }),
      ...(sha256 === undefined ? {} : { sha256 }),
    };
    await download(job, onProgress);
    if (sha256 === undefined && known?.blobId !== undefined) checkGitName(target, known.blobId);
    fetched.push({ file, sha256: sha256 ?? (await sha256Of(target)), bytes: fs.statSync(target).size });
  }
  return { revision: revision ?? sha ?? "main", files: fetched };
}

/** Small files have no sha256 on the hub but git's own name of their content. */
function checkGitName(file: string, wanted: string): void {
  const content = fs.readFileSync(file);
  const name = createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  if (name === wanted) return;
  fs.rmSync(file, { force: true });
  throw new WeightsError(
    `${path.basename(file)}: its content has the git name ${name}, the hub says ${wanted}: nothing was kept, try again`,
  );
}

/** The weight files to take: one safetensors, its shards, or PyTorch's, in this order. */
function weightFiles(names: readonly string[]): string[] {
  for (const [whole, index, shard] of [
    ["model.safetensors", "model.safetensors.index.json", /^model-\d+-of-\d+\.safetensors$/],
    ["pytorch_model.bin", "pytorch_model.bin.index.json", /^pytorch_model-\d+-of-\d+\.bin$/],
  ] as const) {
    if (names.includes(whole)) return [whole];
    if (names.includes(index)) return [...names.filter((name) => shard.test(name)), index];
  }
  return [];
}
