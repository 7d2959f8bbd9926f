import * as fs from "node:fs";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { Random } from "../../../src/core";
import { characterSequence, newEncoder } from "../../../src/encoders";
import { parseEncoderConfig } from "../../../src/encoders/weights";
import { startEngine } from "../../../src/engine";
import { Cldr } from "../../../src/papers/clgs/cldr-loss";
import { partOf, teacherOf } from "../../../src/papers/clgs/part";
import { PAPER_SETTINGS } from "../../../src/papers/clgs/settings";
import { WordEncoder } from "../../../src/papers/clgs/word-encoder";
import { train } from "../../../src/train";
import { smallCharacterBert } from "./drug-sentences";

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
it("takes a step of two micro-batches of two at the paper's width, depth and length", async () => {
  await startEngine();
  const small = JSON.parse(fs.readFileSync(path.join(smallCharacterBert, "config.json"), "utf8")) as object;
  const config = parseEncoderConfig({
    ...small,
    hidden_size: 768,
    intermediate_size: 3072,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    max_position_embeddings: 512,
    character_cnn: {
      activation: "relu",
      embedding_dim: 16,
      filters: [32, 32, 64, 128, 256, 512, 1024].map((count, at) => [at + 1, count]),
      max_characters_per_token: 50,
      n_characters: 262,
      n_highway: 2,
    },
  });
  const encoder = newEncoder(config, new Cheap(1));
  const words = new WordEncoder(encoder, (own) => characterSequence(own), 0, "first");
  words.freezeLowerHalf();
  expect(encoder.parameter("encoder.layer.5.output.dense.weight").isTrainable).toBe(false);
  expect(encoder.parameter("encoder.layer.6.output.dense.weight").isTrainable).toBe(true);
  // the corpus' longest sentence has 97 words
  const sentences = [0, 1, 2, 3].map((id) => ({
    id: String(id),
    words: Array.from({ length: 97 }, (_, at) => `word${at}`),
    tags: Array.from({ length: 97 }, () => "O" as const),
    pairs: [[5 + id, 60] as const],
  }));
  const part = partOf(words, sentences);
  const teacher = teacherOf(words, part);
  const settings = PAPER_SETTINGS.cldr;
  const cldr = new Cldr(words, settings, new Cheap(2));
  const before = encoder.parameter("encoder.layer.11.output.dense.bias").data();
  const run = train(
    {
      parameters: [...encoder.parameters, ...cldr.parameters],
      size: 4,
      terms: (indices, chance) => [
        { name: "loss", value: cldr.loss(part, teacher, indices, chance), weight: 1 },
      ],
    },
    {
      random: new Random(1),
      steps: 1,
      batchSize: 2,
      accumulate: 2,
      rate: settings.rate,
      warmup: 0,
      decay: "constant",
      clip: null,
    },
  );
  const { value } = await run.next();
  expect((value as { loss: number }).loss).toBeGreaterThan(0);
  expect(await run.next()).toMatchObject({ done: true });
  expect(encoder.parameter("encoder.layer.11.output.dense.bias").data()).not.toEqual(before);
  cldr.dispose();
  tf.dispose(teacher);
  words.dispose();
});
