import { expect, it } from "vitest";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Random } from "../../../src/core";
import { DocumentSet } from "../../../src/data";
import { newEncoder, saveEncoder } from "../../../src/encoders";
import { parseEncoderConfig } from "../../../src/encoders/weights";
import { startEngine } from "../../../src/engine";
import { MCCL_PROFILES } from "../../../src/papers/mccl";
import { fineTuning } from "../../../src/papers/mccl/fine-tuning/fine-tune-task";
import { labelledPairs, pairScheme } from "../../../src/papers/mccl/pairs/labelled-pairs";
import { PairModel } from "../../../src/papers/mccl/pairs/pair-model";
import { train } from "../../../src/train";
import { smallDocuments, smallEncoderFolder } from "./small-world";

/** Numbers in place of normal ones, ten times as fast: a hundred million of them are drawn. */
class Cheap extends Random {
  override normal(): number {
    return this.word() / 2 ** 31 - 1;
  }

  override fork(name: string): Cheap {
    return new Cheap(name);
  }
}

// slow: half a minute, and 6 GB
it("takes a step of two micro-batches of two at the paper's width, depth and length", async () => {
  await startEngine();
  const { paper } = MCCL_PROFILES;
  const source = smallEncoderFolder();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mccl-full-"));
  for (const file of fs.readdirSync(source))
    if (/tokenizer|vocab|special/.test(file))
      fs.copyFileSync(path.join(source, file), path.join(folder, file));
  const small = JSON.parse(fs.readFileSync(path.join(source, "config.json"), "utf8")) as object;
  const config = parseEncoderConfig({
    ...small,
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    max_position_embeddings: 512,
  });
  const encoder = newEncoder(config, new Cheap(1), { maskedHead: true });
  saveEncoder(encoder, folder);
  encoder.dispose();
  const model = await PairModel.load(folder, new Cheap(2), { maxLength: paper.maxLength });
  // the longest documents that are read: two windows of 512
  const documents = smallDocuments(4).items.map((one) => ({
    ...one,
    text: `${one.text}${" x".repeat(2 * paper.maxLength)}`,
  }));
  expect(model.encode(documents[0]!).ids.length).toBeGreaterThan(1000);
  const set = DocumentSet.from(documents, { name: "long" });
  const pairs = labelledPairs(set, pairScheme(set, { isMultiLabel: true, byTypes: false }));
  const objective = { ...paper.forms.multi.mccl, loss: "mccl", proxies: 1, supConTemperature: 0.05 } as const;
  const tuning = fineTuning(model, pairs, { objective, pairsPerBatch: paper.pairsPerBatch }, new Cheap(3));
  const before = model.projection.data();
  const { rates, fineTuning: loop } = paper.forms.multi;
  const run = train(tuning.task, {
    random: new Random(1),
    steps: 1,
    batchSize: 2,
    accumulate: 2,
    rate: rates.mccl,
    warmup: 0,
    decay: "constant",
    weightDecay: loop.weightDecay,
    clip: loop.clip,
  });
  const { value } = await run.next();
  expect((value as { loss: number }).loss).toBeGreaterThan(0);
  expect(await run.next()).toMatchObject({ done: true });
  expect(model.projection.data()).not.toEqual(before);
  tuning.dispose();
  model.dispose();
  fs.rmSync(folder, { recursive: true });
}, 300_000);
