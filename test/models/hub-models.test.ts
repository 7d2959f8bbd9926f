import * as fs from "node:fs";
import * as path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  BUILT_IN,
  cachedModel,
  findModel,
  getModel,
  HUB_MODELS,
  isIntact,
  MODELS,
  removeModel,
} from "../../src/models";
import { newFolder } from "../weights/folder";
import { type HubFiles, sha256, startHub, tinyModel } from "./hub";

let cache: string;

beforeEach(() => {
  cache = newFolder();
  vi.stubEnv("RELATA_CACHE", cache);
  vi.stubEnv("HF_HUB_CACHE", path.join(cache, "hub"));
  for (const name of ["RELATA_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"]) vi.stubEnv(name, "");
  onTestFinished(() => void vi.unstubAllEnvs());
});

describe("a model pinned by its revision", () => {
  const BERT = HUB_MODELS.find(({ name }) => name === "bert")!;
  const files = (): HubFiles => ({ ...tinyModel(), "vocab.txt": Buffer.from("[PAD]\n[UNK]\n") });

  it("is fetched at that revision by its short name, recorded, and checked by the record", async () => {
    const hub = await startHub(BERT.hub, files(), { revision: BERT.revision! });
    const folder = await getModel("bert");
    expect(folder).toBe(cachedModel("bert"));
    expect(hub.requests[0]).toBe(`/api/models/${BERT.hub}/revision/${BERT.revision}`);
    expect(hub.requests.slice(1).every((request) => request.includes(`/resolve/${BERT.revision}/`))).toBe(
      true,
    );
    const record = JSON.parse(fs.readFileSync(path.join(folder, "source.json"), "utf8")) as object;
    expect(record).toMatchObject({ model: BERT.hub, revision: BERT.revision });
    expect(record).toMatchObject({
      files: ["config.json", "vocab.txt", "model.safetensors"].map((file) => ({
        file,
        sha256: sha256(files()[file]!),
        bytes: files()[file]!.length,
      })),
    });
    expect([findModel("bert"), findModel(BERT.hub)]).toEqual([folder, folder]);
    expect(await isIntact("bert")).toBe(true);
    fs.appendFileSync(path.join(folder, "vocab.txt"), "word\n");
    expect(await isIntact("bert")).toBe(false);
    expect(removeModel("bert")).toBe(folder);
  });

  it("is not taken when a small file has another git name than the hub says", async () => {
    const told = { ...files(), "vocab.txt": Buffer.from("other") };
    await startHub(BERT.hub, files(), { revision: BERT.revision!, told });
    await expect(getModel("bert")).rejects.toThrow(
      /^model "bert" \(google-bert\/bert-base-uncased\) cannot be had: vocab\.txt: its content has the git name [0-9a-f]{40}, the hub says [0-9a-f]{40}: nothing was kept/,
    );
    expect(findModel("bert")).toBeUndefined();
  });

  it("is found in the hub's cache at that revision only", () => {
    const home = path.join(cache, "hub", "models--google-bert--bert-base-uncased", "snapshots");
    const put = (revision: string): string => {
      const snapshot = path.join(home, revision);
      fs.mkdirSync(snapshot, { recursive: true });
      for (const [name, bytes] of Object.entries(tinyModel()))
        fs.writeFileSync(path.join(snapshot, name), bytes);
      return snapshot;
    };
    put("0".repeat(40));
    expect(findModel("bert")).toBeUndefined();
    const snapshot = put(BERT.revision!);
    expect(findModel("bert")).toBe(snapshot);
  });

  it("without a known revision is recorded at the newest one", async () => {
    await startHub("helboukkouri/character-bert-medical", files(), { revision: "abc" });
    const folder = await getModel("character-bert-medical");
    expect(JSON.parse(fs.readFileSync(path.join(folder, "source.json"), "utf8"))).toMatchObject({
      revision: "abc",
    });
  });

  it("says in one sentence that there is no network", async () => {
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    await expect(getModel("roberta")).rejects.toThrow(
      /^model "roberta" \(FacebookAI\/roberta-base\) cannot be had: http:\/\/127\.0\.0\.1:9 cannot be reached \(.*\): connect to a network, or give the folder of the model$/,
    );
    await expect(getModel("pubmedbert", { offline: true })).rejects.toThrow(
      /^model "pubmedbert" \(microsoft\/.*\) is not on this machine and relata is offline .*: go online and run "relata model get pubmedbert"$/,
    );
  });

  it("has a name of its own, and a whole commit for a revision", () => {
    const names = [...BUILT_IN, ...MODELS, ...HUB_MODELS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { revision } of HUB_MODELS) expect(revision ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40}$/);
  });
});
