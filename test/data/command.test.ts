import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dataCommand } from "../../src/cli/commands/data";
import { machine, semeval } from "./machine";
import { temporaryFolder } from "./temporary";

async function run(
  ...args: string[]
): Promise<{ code: number; text: string; json: unknown; errors: string }> {
  const text: string[] = [];
  const errors: string[] = [];
  let json: unknown;
  const code = await dataCommand.run(args, {
    text: (line) => void text.push(line),
    error: (line) => void errors.push(line),
    json: (value) => void (json = value),
    progress: () => undefined,
  });
  return { code, text: text.join("\n"), json, errors: errors.join("\n") };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("relata data", () => {
  it("lists what there is and where", async () => {
    machine({});
    expect((await run("list")).text).toMatch(/semeval2010-task8, semeval\s+sentences\s+not here yet/);
    const { json } = await run("list", "--json");
    expect(json).toMatchObject({
      datasets: expect.arrayContaining([expect.objectContaining({ name: "first-steps" })]),
    });
  });

  it("verifies as JSON in the shape that scripts rely on", async () => {
    machine({});
    const { code, json } = await run("verify", "--json", "first-steps");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      datasets: [
        {
          name: "first-steps",
          state: "ok",
          files: [{ file: "TRAIN_FILE.TXT", state: "ok" }, {}],
          counts: { got: {}, expected: {} },
        },
      ],
    });
  });

  it("exits with 1 and says why when a data set is broken or, by name, absent", async () => {
    machine({ mirror: { "semeval2010-task8/TRAIN_FILE.TXT": semeval } });
    const broken = await run("verify");
    expect(broken.code).toBe(1);
    expect(broken.errors).toContain("semeval2010-task8: TRAIN_FILE.TXT has 82 bytes, expected 1397759");
    machine({});
    expect((await run("verify")).code).toBe(0);
    expect((await run("verify", "semeval")).code).toBe(1);
  });

  it("fetches what it can and says of each other file why not", async () => {
    machine({ mirror: { "gds/dev.tsv": "x" } });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    const { code, text, errors } = await run("get", "gds");
    expect(code).toBe(1);
    expect(text).toContain("dev.tsv: here already (RELATA_DATA)");
    expect(errors).toMatch(
      /could not download "train.tsv" \(https:.*fetch failed\): try again with a network, or have RELATA_DATA name a folder that holds gds\/train.tsv/,
    );
    expect((await run("get", "tacred")).errors).toContain(
      "TACRED (licensed) cannot be fetched: TACRED is licensed",
    );
  });

  it("checks a folder of the user's own, and says what it lacks", async () => {
    machine({});
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "tacred_train.json"), "[]");
    const wrong = await run("verify", "tacred", "--folder", folder);
    expect(wrong.code).toBe(1);
    expect(wrong.errors).toBe(
      `tacred: train.json, dev.json, test.json not found in ${folder}, which holds tacred_train.json`,
    );
    fs.mkdirSync(path.join(folder, "data/json"), { recursive: true });
    for (const split of ["train", "dev", "test"])
      fs.writeFileSync(path.join(folder, `data/json/${split}.json`), "[]");
    const empty = await run("verify", "tacred", "--folder", folder);
    expect([empty.code, empty.text]).toEqual([1, expect.stringMatching(/tacred +broken +3 of 3 +3 of 3/)]);
    expect(empty.errors).toContain("tacred: dev has 0 sentences, expected 22,631 sentences: is this the dev");
    fs.writeFileSync(path.join(folder, "data/json/dev.json"), '[{"token": 3}]');
    expect((await run("verify", "tacred", "--folder", folder)).errors).toMatch(
      /dev.json: record 1: field "token" is 3, expected a list/,
    );
    expect((await run("verify", "nyt10", "--folder", "/nowhere")).errors).toContain(
      "there is no such folder",
    );
    await expect(run("verify", "--folder", folder)).rejects.toThrow("--folder is for one data set");
  });

  it("says how to get what is missing", async () => {
    machine({ mirror: { "gds/README.txt": "x" } });
    expect((await run("verify", "tacred")).errors).toMatch(
      /tacred: TACRED is licensed \(LDC2018T24\): get it/,
    );
    expect((await run("verify", "gds")).text).toContain('"relata data get gds" fetches what is missing');
    expect((await run("verify", "nyt10", "--json")).json).toMatchObject({
      datasets: [{ name: "nyt10", state: "absent", counts: { got: {} } }],
    });
  });

  it("samples a split that is here, also out of a folder, also as JSON", async () => {
    const line = "/m/1\t/m/2\tAnn\tUlm\t/born\tAnn was born in Ulm. ###END###\n";
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "dev.tsv"), line);
    expect((await run("sample", "gds", "--folder", folder)).text).toContain("gds/dev: 1 sentence");
    expect((await run("sample", "gds", "--folder", folder, "--json")).json).toMatchObject({
      name: "gds/dev",
      items: [{ relation: "/born" }],
    });
    machine({ mirror: { "gds/dev.tsv": line } });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    await expect(run("sample", "gds/train")).rejects.toThrow('; what is here: "gds/dev"');
    await expect(run("sample", "tokenizers")).rejects.toThrow('"tokenizers" is no data set of sentences');
    await expect(run("sample", "gds", "--count", "some")).rejects.toThrow(
      "--count some: give a whole number",
    );
  });

  it("fetches several data sets and tells it as JSON", async () => {
    machine({ mirror: { "gds/dev.tsv": "x" } });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    const { code, json } = await run("get", "first-steps", "gds", "nyt10", "--json");
    expect(code).toBe(1);
    expect(json).toMatchObject({
      datasets: [
        { name: "first-steps", files: [{ state: "here" }, { state: "here" }] },
        { name: "gds", files: expect.arrayContaining([expect.objectContaining({ state: "failed" })]) },
        { name: "nyt10", files: [], howToGet: expect.stringContaining("LDC2008T19") },
      ],
    });
  });

  it("shows samples and cards", async () => {
    expect((await run("sample", "first-steps/test", "--count", "2", "--seed", "5")).text).toMatch(
      /\[head: .*\[tail: /,
    );
    expect((await run("card", "first-steps")).text).toContain("licence: MIT (written for this project)");
    expect((await run("card", "first-steps", "--json")).json).toMatchObject({ name: "first-steps" });
  });

  it("names the nearest action, and needs a name", async () => {
    await expect(run("verfy")).rejects.toThrow('did you mean "verify"?');
    await expect(run("get")).rejects.toThrow("relata data get takes the names of data sets");
    await expect(run("card", "--jsn")).rejects.toThrow('did you mean "--json"?');
  });
});
