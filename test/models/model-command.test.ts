import * as fs from "node:fs";
import * as path from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Output } from "../../src/cli/command";
import { model } from "../../src/cli/commands/model";
import { cachedModel } from "../../src/models";
import { newFolder } from "../weights/folder";

const ID = "someone/tiny-bert";

/** Runs the command and keeps what it says. */
async function run(
  ...args: string[]
): Promise<{ code: number; lines: string[]; objects: unknown[]; errors: string[] }> {
  const said = { lines: [] as string[], objects: [] as unknown[], errors: [] as string[] };
  const out: Output = {
    text: (line) => void said.lines.push(line),
    json: (value) => void said.objects.push(value),
    progress: () => {},
    error: (line) => void said.errors.push(line),
  };
  return { code: await model.run(args, out), ...said };
}

beforeEach(() => {
  const cache = newFolder();
  vi.stubEnv("RELATA_CACHE", cache);
  vi.stubEnv("HF_HUB_CACHE", path.join(cache, "hub"));
  onTestFinished(() => void vi.unstubAllEnvs());
});

function putModel(): string {
  const folder = cachedModel(ID);
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["config.json", "model.safetensors"]) fs.writeFileSync(path.join(folder, name), "{}");
  return folder;
}

describe("relata model", () => {
  it("lists known and fetched models, for people and for scripts", async () => {
    const folder = putModel();
    const { code, lines } = await run("list");
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^tiny {2}a BERT for quick experiments/);
    expect(lines[2]).toMatch(/^minilm {2}all-MiniLM-L6-v2/);
    expect(lines[3]).toBe("  not here: relata model get minilm");
    expect(lines.at(-1)).toContain(folder);
    const { objects, lines: none } = await run("list", "--json");
    expect(none).toEqual([]);
    const { models } = objects[0] as { models: object[] };
    expect([models[1], models.at(-1)]).toMatchObject([{ name: "minilm" }, { name: ID, folder, bytes: 4 }]);
  });

  it("gives the folder, checks it and removes it", async () => {
    const folder = putModel();
    expect((await run("path", ID)).lines).toEqual([folder]);
    expect((await run("path", ID, "--json")).objects).toEqual([{ name: ID, folder }]);
    expect((await run("get", ID, "--offline")).lines).toEqual([`${ID} is in ${folder}`]);
    expect((await run("verify", ID, "--json")).objects).toEqual([{ name: ID, folder, ok: true }]);
    expect((await run("remove", ID)).lines).toEqual([`${ID} is removed from ${folder}`]);
    expect(fs.existsSync(folder)).toBe(false);
    await expect(run("path", ID)).rejects.toThrow(
      `model "${ID}" is not on this machine: relata model get ${ID} fetches it`,
    );
  });

  it.each([
    [[], /relata model needs one of get, list, path, verify, remove/],
    [["gte", "minilm"], /unknown action "gte": did you mean "get"\?/],
    [["get"], /relata model get needs a NAME, such as minilm/],
    [["get", "minilmm"], /unknown model "minilmm": did you mean "minilm"\?/],
    [["verify", "minilmm"], /unknown model "minilmm": did you mean "minilm"\?/],
    [["path", "/no/such/folder"], /no model, expected a folder with config.json and weights/],
    [["verify", "minilm"], /model "minilm" is not on this machine: relata model get minilm fetches it/],
    [["get", "minilm", "--ofline"], /--ofline/],
    [["make", "minilm"], /unknown model to make "minilm"/],
    [["make", "tiny", "--seed", "x"], /--seed is "x", expected a whole number from 0, such as 1/],
    [["make", "tiny", "--passes", "0"], /--passes is "0", expected a whole number from 1, such as/],
    [["remove", "tiny"], /model "tiny" is not in relata's cache/],
    [["remove", "minilm"], /model "minilm" is not in relata's cache/],
  ])("says what is wrong with %j", async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });
});
