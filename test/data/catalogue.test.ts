import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DISPLAY } from "../../src/core";
import {
  allCards,
  cardFolder,
  DatasetCard,
  datasetNames,
  findCard,
  openDataset,
  openDocuments,
  sentencesFrom,
  verifyDataset,
} from "../../src/data";
import { machine, semeval } from "./machine";
import { temporaryFolder } from "./temporary";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("the names that editors offer", () => {
  it("are those of the cards", () => {
    expect([...datasetNames]).toEqual(allCards().map(({ name }) => name));
  });
});

describe("openDataset", () => {
  it("opens the built-in first steps: every label in train and test, original and checked", async () => {
    machine({});
    const [train, test] = [await openDataset("first-steps"), await openDataset("first-steps/test")];
    expect([train.length, test.length, train.relations.length, test.relations.length]).toEqual([
      117, 39, 19, 19,
    ]);
    expect(train.source).toBe("built in: TRAIN_FILE.TXT");
    expect(new Set([...train, ...test].map(({ text }) => text)).size).toBe(156);
  });

  it("takes the fallback when there is no copy and no network, and says so", async () => {
    machine({});
    const set = await openDataset("semeval", { split: "test", fallback: "first-steps", mayDownload: false });
    expect(set.length).toBe(39);
    expect(set.source).toBe(
      "built in: TEST_FILE_FULL.TXT; in place of semeval2010-task8, which could not be had",
    );
  });

  it("says how to get what is not there", async () => {
    machine({});
    await expect(openDataset("semeval", { mayDownload: false })).rejects.toThrow(
      '"TRAIN_FILE.TXT" of semeval2010-task8 is not on this machine: "relata data get semeval2010-task8" fetches it, or have RELATA_DATA name a folder that holds semeval2010-task8/TRAIN_FILE.TXT',
    );
  });

  it("takes a folder of one's own without comparing checksums", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "TRAIN_FILE.TXT"), semeval);
    expect((await openDataset("semeval", { folder })).length).toBe(1);
    await expect(openDataset("semeval/test", { folder })).rejects.toThrow(
      "no such file (nor a .gz of it), expected for semeval2010-task8",
    );
  });

  it("refuses a file in RELATA_DATA that is not the published one, and changes nothing there", async () => {
    const folder = machine({ mirror: { "semeval2010-task8/TRAIN_FILE.TXT": semeval } });
    const before = fs.readdirSync(path.join(folder, "mirror"), { recursive: true });
    await expect(openDataset("semeval")).rejects.toThrow(
      /TRAIN_FILE.TXT: differs from the published semeval2010-task8/,
    );
    expect(fs.readdirSync(path.join(folder, "mirror"), { recursive: true })).toEqual(before);
  });

  it("explains how to get what is licensed, and reads it where the user has it", async () => {
    machine({});
    await expect(openDataset("tacred")).rejects.toThrow("TACRED is licensed (LDC2018T24): get it from");
    await expect(openDataset("nyt10")).rejects.toThrow("the New York Times text is licensed (LDC2008T19)");
    const span = { subj_start: 0, subj_end: 0, obj_start: 1, obj_end: 1 };
    const record = { id: "e", relation: "no_relation", token: ["a", "b"], ...span };
    machine({ mirror: { "tacred/train.json": JSON.stringify([record]) } });
    expect((await openDataset("tacred")).length).toBe(1);
    expect(verifyDataset(findCard("tacred"))).toMatchObject({
      state: "broken",
      problems: [
        "train has 1 sentence and 1 label, expected 68,124 sentences and 42 labels: is this the train split of TACRED (licensed), unchanged?",
      ],
    });
    machine({ mirror: { "tacred/data/json/dev.json": JSON.stringify([record]) } });
    expect((await openDataset("tacred/dev")).length).toBe(1);
  });

  it("says when RELATA_DATA names no folder, even where there is a fallback", async () => {
    vi.stubEnv("RELATA_DATA", "/nowhere/at/all");
    const wanted = 'RELATA_DATA names "/nowhere/at/all", which is no folder: correct it, or unset it';
    await expect(openDataset("semeval", { fallback: "first-steps" })).rejects.toThrow(wanted);
  });

  it("says which function opens documents", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "Dev.PubTator"), "9|t|a\n9|a|b\n");
    await expect(openDataset("biored/dev", { folder })).rejects.toThrow(
      'open it with openDocuments("biored/dev")',
    );
    expect((await openDocuments("biored/dev", { folder })).ids).toEqual(["9"]);
    await expect(openDocuments("first-steps")).rejects.toThrow('open it with openDataset("first-steps")');
  });

  it("gives relations their names where a file has them, and keeps numbers without name", async () => {
    const folder = temporaryFolder();
    const instance = { tokens: ["a", "b"], h: ["a", "Q1", [[0]]], t: ["b", "Q2", [[1]]] };
    const mention = (at: number): object => ({ name: "a", type: "X", sent_id: 0, pos: [at, at + 1] });
    const document = {
      title: "t",
      sents: [["a", "b"]],
      vertexSet: [[mention(0)], [mention(1)]],
      labels: [{ h: 0, t: 1, r: "P17", evidence: [] }],
    };
    const files = {
      "val_wiki.json": { P17: [instance], P2: [instance] },
      "pid2name.json": { P17: ["country", "where it is"] },
      "dev_revised.json": [document],
      "rel_info.json": { P17: "country" },
    };
    for (const [name, content] of Object.entries(files))
      fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
    const sentences = await openDataset("fewrel/dev", { folder, relations: "names" });
    expect(sentences.relations).toEqual(["P2", "country"]);
    expect(sentences.provenance.steps).toEqual(["relation names"]);
    expect((await openDataset("fewrel/dev", { folder })).relations).toEqual(["P17", "P2"]);
    expect((await openDocuments("re-docred/dev", { folder, relations: "names" })).relations).toEqual([
      "country",
    ]);
  });

  it("names the nearest data set and split", async () => {
    await expect(openDataset("semevl")).rejects.toThrow('unknown data set "semevl": did you mean "semeval"?');
    await expect(openDataset("semeval/tset")).rejects.toThrow('did you mean "test"?');
  });
});

describe("cards", () => {
  it.each(allCards().map((card) => [card.name, card] as const))(
    "datasets/%s/card.md is what the card says",
    (name, card) => {
      expect(fs.readFileSync(path.join(cardFolder, name, "card.md"), "utf8")).toBe(card.markdown());
    },
  );

  it("names every file that a split reads", () => {
    for (const { facts } of allCards())
      for (const { files } of Object.values(facts.splits))
        for (const file of files) expect(facts.files.map((one) => one.file)).toContain(file);
  });

  it("escapes everything it shows", () => {
    const evil = "<img src=x onerror=alert(1)>";
    const { facts } = findCard("first-steps");
    const card = new DatasetCard({
      ...facts,
      title: evil,
      licence: evil,
      faults: [evil],
      labels: { [evil]: { [evil]: 1 } },
    });
    const bundle = card[DISPLAY]();
    expect(bundle["text/html"]).not.toContain("<img");
    expect(bundle["text/markdown"]).not.toContain("<img");
  });

  it("is there for sets of one's own too", () => {
    const own = sentencesFrom([{ text: "a b", head: "a", tail: "b", relation: "r" }], { name: "mine" });
    expect(own.card()[DISPLAY]()["text/plain"]).toContain("mine");
    expect(own.card().facts.splits["all"]!.counts).toEqual({ sentences: 1, labels: 1 });
  });
});

describe("verifyDataset", () => {
  it("finds what is broken, counts what is whole, and reports what is absent", () => {
    machine({ mirror: { "semeval2010-task8/TRAIN_FILE.TXT": semeval } });
    const broken = verifyDataset(findCard("semeval"));
    expect(broken.state).toBe("broken");
    expect(broken.files[0]).toMatchObject({ file: "TRAIN_FILE.TXT", state: "broken" });
    expect(broken.counts.got).toEqual({});
    expect(broken.counts.expected["train"]).toEqual({ sentences: 8000, labels: 19 });
    machine({});
    expect(verifyDataset(findCard("semeval")).state).toBe("absent");
    const whole = verifyDataset(findCard("first-steps"));
    expect(whole.state).toBe("ok");
    expect(whole.counts.got).toEqual(whole.counts.expected);
  });
});
