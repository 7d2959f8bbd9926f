import * as fs from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { Random } from "../../../src/core";
import type { Bag } from "../../../src/data";
import { newEncoder } from "../../../src/encoders";
import { parseEncoderConfig } from "../../../src/encoders/weights";
import { startEngine } from "../../../src/engine";
import { getModel } from "../../../src/models";
import { BagModel } from "../../../src/papers/hiclre/bag-model";
import { BagTask } from "../../../src/papers/hiclre/bag-task";
import { TransformerSentences } from "../../../src/papers/hiclre/sentence-models";
import { settingsOf } from "../../../src/papers/hiclre/settings";
import { loadTokenizer } from "../../../src/text";
import { train } from "../../../src/train";

/** Numbers in place of normal ones, ten times as fast: a hundred million of them are drawn. */
class Cheap extends Random {
  override normal(): number {
    return this.word() / 2 ** 31 - 1;
  }

  override fork(name: string): Cheap {
    return new Cheap(name);
  }
}

// slow: seconds, and 3 GB
it("takes a step of two micro-batches of two bags at the paper's width, depth and length", async () => {
  await startEngine();
  const folder = await getModel("tiny");
  const small = JSON.parse(fs.readFileSync(path.join(folder, "config.json"), "utf8")) as object;
  const config = parseEncoderConfig({
    ...small,
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    initializer_range: 0.02,
  });
  const settings = settingsOf("paper");
  const sentences = TransformerSentences.on(
    newEncoder(config, new Cheap(1)),
    loadTokenizer(folder),
    settings.maxLength,
    new Cheap(2),
  );
  const relations = ["NA", "author", "spouse"];
  const bags = new BagModel({
    dim: sentences.dim,
    relations: relations.length,
    selection: settings.selection,
    recontextualization: "paper",
    heads: settings.heads,
    atTest: true,
    dropout: settings.dropout,
    diagonal: settings.diagonal,
    random: new Cheap(3),
  });
  const text = `Ada wrote Dust ${"and many read it again in May ".repeat(20)}.`;
  const sentence = { text, head: { start: 0, end: 3 }, tail: { start: 10, end: 14 } };
  expect(sentences.encode([{ id: "1", ...sentence }]).length).toBe(128);
  const data = [2, 1, 1, 2].map((size, at): Bag => ({
    id: String(at),
    head: "a",
    tail: "b",
    relations: [relations[at % 3]!],
    sentences: Array.from({ length: size }, (_, one) => ({ id: `${at} ${one}`, ...sentence })),
  }));
  const task = new BagTask({ settings, sentences, bags, data, relations, identity: "full size" });
  const weight = sentences.encoder.parameter("encoder.layer.11.output.dense.bias");
  const before = weight.data();
  const run = train(task, {
    random: new Random(1),
    steps: 1,
    batchSize: 2,
    accumulate: 2,
    rate: settings.rate,
    warmup: 0,
    decay: "constant",
    weightDecay: settings.weightDecay,
  });
  const { value } = await run.next();
  expect(Object.keys((value as { terms: object }).terms)).toEqual(["task", "entity", "sentence", "bag"]);
  expect(await run.next()).toMatchObject({ done: true });
  expect(weight.data()).not.toEqual(before);
  bags.dispose();
  sentences.dispose();
}, 120_000);
