import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { DISPLAY, type DataError } from "../../src/core";
import { openNreItems, readGds, SentenceSet, streamDataset, streamSentences } from "../../src/data";
import { FaultLog } from "../../src/data/input/faults";
import { temporaryFile } from "./temporary";

const record = (at: number): string =>
  JSON.stringify({ token: ["a", `n${at}`, "b"], h: { pos: [0, 1] }, t: { pos: [2, 3] }, relation: "r" });
const numbers = (of: Iterable<{ readonly id: string }>): number[] =>
  [...of].map(({ id }) => Number(id.split(":")[1]));
const many = temporaryFile(Array.from({ length: 100 }, (_, at) => record(at)).join("\n"), "many.txt");

describe("streams of sentences", () => {
  const stream = streamSentences(many, "opennre", { name: "many" });

  it("are read anew on each pass, and give what the set gives", () => {
    expect(numbers(stream)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
    expect(numbers(stream)).toHaveLength(100);
    expect(stream.count()).toBe(100);
    const log = new FaultLog();
    expect(SentenceSet.from(stream).items).toEqual([...openNreItems(many, log, { name: "many" })]);
  });

  it("filter, map, take and batch without reading more than is asked for", () => {
    const broken = temporaryFile(`${record(0)}\n${record(1)}\n{"token": 1}\n`);
    const first = streamSentences(broken, "opennre").take(2);
    expect([...first.map(({ text }) => text)]).toEqual(["a n0 b", "a n1 b"]);
    expect(() => [...streamSentences(broken, "opennre").take(3)]).toThrow(":3: field ");
    expect([...stream.take(0)]).toEqual([]);
    expect(
      [...stream.filter(({ text }) => text.includes("n9")).batches(4)].map((batch) => batch.length),
    ).toEqual([4, 4, 3]);
  });

  it("are shuffled by seed within a window", () => {
    const shuffled = numbers(stream.shuffle(10, { seed: 3 }));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(numbers(stream));
    expect(shuffled).not.toEqual(numbers(stream));
    expect(shuffled).toEqual(numbers(stream.shuffle(10, 3)));
    expect(shuffled).not.toEqual(numbers(stream.shuffle(10, 4)));
    shuffled.forEach((id, position) => expect(id).toBeLessThanOrEqual(position + 11));
    expect(() => stream.shuffle(0)).toThrow("0 items to draw from: give a whole number from 1");
  });

  it("tell of broken lines and go on", () => {
    const broken = temporaryFile(`${record(0)}\n{\n${record(1)}\n`);
    const told: DataError[] = [];
    const whole = streamSentences(broken, "opennre", { whenBroken: (fault) => told.push(fault) });
    expect(whole.count()).toBe(2);
    expect(told.map(({ place }) => place)).toEqual([{ file: broken, line: 2 }]);
  });

  it("say what they are, and which formats there are", () => {
    expect(stream.take(3)[DISPLAY]()["text/plain"]).toBe(
      "many: a stream, read anew on each pass, then take(3)",
    );
    expect(() => streamSentences(many, "opnnre")).toThrow('did you mean "opennre"?');
    expect(() => streamSentences(many, "docred")).toThrow('format "docred" is no file of lines');
  });

  it("are opened by name", async () => {
    const line = "/m/1\t/m/2\tAnn\tUlm\t/born\tAnn was born in Ulm. ###END###\n";
    const folder = path.dirname(temporaryFile(line.repeat(3), "dev.tsv"));
    const train = await streamDataset("gds/dev", { folder });
    expect(train.name).toBe("gds/dev");
    expect([...train]).toEqual(readGds(path.join(folder, "dev.tsv"), { split: "dev" }).items);
    await expect(streamDataset("fewrel/zero-rte")).rejects.toThrow("is read from 15 files: open it whole");
    fs.rmSync(path.join(folder, "dev.tsv"));
    expect(() => train.count()).toThrow("no such file");
  });
});
