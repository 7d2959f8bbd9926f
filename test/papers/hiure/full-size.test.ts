import * as fs from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { Random } from "../../../src/core";
import { type Sentence } from "../../../src/data";
import { newEncoder } from "../../../src/encoders";
import { parseEncoderConfig } from "../../../src/encoders/weights";
import { startEngine } from "../../../src/engine";
import { getModel } from "../../../src/models";
import { RelationFeatures } from "../../../src/papers/hiure/relation-features";
import { PAPER_SETTINGS } from "../../../src/papers/hiure/settings";
import { HiureTask } from "../../../src/papers/hiure/task";
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

const words = Array.from({ length: 200 }, (_, at) => ["the", "city", "of", "people"][at % 4]!);

/** Sentences that are longer than the paper's 128 pieces, each with its own pair of mentions. */
const long = [0, 1, 2, 3].map((id): Sentence => {
  const place = (at: number) => {
    const start = words.slice(0, at).join(" ").length + 1;
    return { start, end: start + words[at]!.length };
  };
  return { id: String(id), text: words.join(" "), head: place(5 + id), tail: place(40 + 2 * id) };
});

// slow: seconds, and 4 GB
it("takes a step of two micro-batches of two at the paper's width, depth and length", async () => {
  await startEngine();
  const folder = await getModel("tiny");
  const tiny = JSON.parse(fs.readFileSync(path.join(folder, "config.json"), "utf8")) as object;
  const tokenizer = loadTokenizer(folder);
  tokenizer.addMarkers();
  const config = parseEncoderConfig({
    ...tiny,
    vocab_size: tokenizer.size,
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    max_position_embeddings: 512,
  });
  const propulsion = newEncoder(config, new Cheap(1));
  const momentum = propulsion.momentumCopy();
  const features = new RelationFeatures(tokenizer, PAPER_SETTINGS);
  const sentences = features.encode(long);
  expect(sentences.map(({ encoded }) => encoded.encoding.length)).toEqual([128, 128, 128, 128]);
  const task = new HiureTask({
    propulsion,
    momentum,
    features,
    sentences,
    settings: PAPER_SETTINGS,
    random: new Random(2),
    identity: "full size",
  });
  const name = "encoder.layer.11.attention.self.query.weight";
  const before = propulsion.parameter(name).data();
  const { rate, weightDecay } = PAPER_SETTINGS;
  const run = train(task, {
    random: new Random(3),
    steps: 1,
    batchSize: 2,
    accumulate: 2,
    rate,
    weightDecay,
    warmup: 0,
    decay: "constant",
  });
  const { value } = await run.next();
  const { loss, terms } = value as { loss: number; terms: Readonly<Record<string, number>> };
  expect(Object.keys(terms)).toEqual(["InfoNCE", "ExemNCE"]);
  expect(Number.isFinite(loss)).toBe(true);
  expect(await run.next()).toMatchObject({ done: true });
  expect(propulsion.parameter(name).data()).not.toEqual(before);
  expect(momentum.parameter(name).data()).not.toEqual(propulsion.parameter(name).data());
  task.dispose();
  propulsion.dispose();
  momentum.dispose();
}, 300_000);
