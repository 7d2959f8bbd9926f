import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import {
  loadEncoder,
  readEncoderConfig,
  readWeights,
  saveEncoder,
  withMaskedHead,
  writeSafetensors,
} from "../../src/encoders";
import { startEngine } from "../../src/engine";
import { expectNoLeak } from "../engine/engine-under-test";
import { fixtureFolder } from "../support/fixtures";
import { skipUnless } from "../support/skips";
import { batch, inputs, lastOf, loadFixture } from "./encoder-fixtures";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-encoder-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeAll(() => startEngine());

describe("loading and saving", () => {
  it("gives an encoder without a masked-language head a new one, which is saved with it", async () => {
    const bare = await loadFixture("bert");
    expect(bare.hasMaskedHead).toBe(false);
    const whole = withMaskedHead(bare, new Random(1));
    expect(withMaskedHead(whole, new Random(2))).toBe(whole);
    expect(whole.parameters.slice(0, bare.parameters.length)).toEqual(bare.parameters);
    const to = path.join(folder, "new-head");
    saveEncoder(whole, to);
    const again = await loadEncoder(to);
    const scores = [whole, again].map((one) =>
      tf.tidy(() => one.maskedLogits(tf.ones([1, 2, one.config.hiddenSize])).dataSync()),
    );
    expect(scores[0]).toEqual(scores[1]);
    whole.dispose();
    again.dispose();
  });

  it("keeps outputs, names and configuration, with and without a head", async () => {
    for (const model of ["bert", "roberta_mlm", "character_bert"]) {
      const encoder = await loadFixture(model);
      const to = path.join(folder, model);
      saveEncoder(encoder, to);
      const source = path.join(fixtureFolder, "encoders", model);
      expect(readWeights(to).names().sort()).toEqual(readWeights(source).names().sort());
      expect(readEncoderConfig(to).raw).toEqual(readEncoderConfig(source).raw);
      const again = await loadEncoder(to);
      expect(again.parameters.map((p) => p.data())).toEqual(encoder.parameters.map((p) => p.data()));
      again.dispose();
      encoder.dispose();
    }
  });

  it("reads the old names of LayerNorm and any model prefix", async () => {
    const source = path.join(fixtureFolder, "encoders", "bert");
    const file = readWeights(source);
    const to = path.join(folder, "old-names");
    const old = (name: string): string =>
      `bert.${name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")}`;
    const tensors = file
      .names()
      .map((name) => ({ name: old(name), shape: file.shape(name), data: file.read(name) }));
    writeSafetensors(path.join(to, "model.safetensors"), tensors);
    fs.copyFileSync(path.join(source, "config.json"), path.join(to, "config.json"));
    const [encoder, again] = [await loadEncoder(source), await loadEncoder(to)];
    expect(lastOf(again)).toEqual(lastOf(encoder));
    encoder.dispose();
    again.dispose();
  });

  it("reads CharacterBERT with the prefix that its released weights have", async () => {
    const source = path.join(fixtureFolder, "encoders", "character_bert");
    const file = readWeights(source);
    const to = path.join(folder, "character-prefix");
    const tensors = file
      .names()
      .map((name) => ({ name: `character_bert.${name}`, shape: file.shape(name), data: file.read(name) }));
    writeSafetensors(path.join(to, "model.safetensors"), tensors);
    fs.copyFileSync(path.join(source, "config.json"), path.join(to, "config.json"));
    const encoder = await loadEncoder(to);
    expect(encoder.parameters).toHaveLength(tensors.length);
    encoder.dispose();
  });

  it("names the tensor that is missing or has another shape, and releases what it had read", async () => {
    const source = path.join(fixtureFolder, "encoders", "bert");
    const file = readWeights(source);
    const write = (to: string, keep: (name: string) => boolean, shape: (name: string) => number[]): void => {
      const tensors = file
        .names()
        .filter(keep)
        .map((name) => ({ name, shape: shape(name), data: file.read(name) }));
      writeSafetensors(path.join(to, "model.safetensors"), tensors);
      fs.copyFileSync(path.join(source, "config.json"), path.join(to, "config.json"));
    };
    const last = "encoder.layer.1.output.dense.weight";
    const [missing, turned] = [path.join(folder, "missing"), path.join(folder, "turned")];
    write(
      missing,
      (name) => name !== last,
      (name) => file.shape(name),
    );
    write(
      turned,
      () => true,
      (name) => (name === last ? [64, 32] : file.shape(name)),
    );
    const before = tf.memory().numTensors;
    await expect(loadEncoder(missing)).rejects.toThrow(
      /tensor "encoder.layer.1.output.dense.weight" is missing, expected shape \[32, 64\] by config.json: take/,
    );
    await expect(loadEncoder(turned)).rejects.toThrow(
      /tensor "encoder.layer.1.output.dense.weight" has shape \[64, 32\], expected shape \[32, 64\] by config.json: take/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it("adds tokens: seeded rows at the end, old rows and the head as they were", async () => {
    const encoder = await loadFixture("bert_mlm");
    const name = "embeddings.word_embeddings.weight";
    const [words, bias, states] = [
      encoder.parameter(name).data(),
      encoder.parameter("cls.predictions.bias").data(),
      lastOf(encoder),
    ];
    encoder.addTokens(3, new Random(4));
    const grown = encoder.parameter(name);
    expect([grown.shape, encoder.config.vocabularySize]).toEqual([[203, 32], 203]);
    expect(grown.data().slice(0, words.length)).toEqual(words);
    const rows = grown.data().slice(words.length);
    const deviation = Math.sqrt(rows.reduce((sum, x) => sum + x * x, 0) / rows.length);
    expect(Math.abs(deviation - 0.02)).toBeLessThan(0.005);
    expect(encoder.parameter("cls.predictions.bias").data()).toEqual(Float32Array.from([...bias, 0, 0, 0]));
    expect(lastOf(encoder)).toEqual(states);
    expectNoLeak(() => tf.tidy(() => void encoder.forward({ ...batch, ids: batch.ids.map(() => 202) })));
    const to = path.join(folder, "grown");
    saveEncoder(encoder, to);
    const again = await loadEncoder(to);
    expect(again.parameter(name).data()).toEqual(grown.data());
    expect(() => encoder.addTokens(1.5, new Random(1))).toThrow(/count of new tokens is 1.5/);
    encoder.addTokens(2, new Random(4), { near: 7 });
    const near = encoder
      .parameter(name)
      .data()
      .slice(203 * 32);
    const offset = near.map((value, at) => value - words[7 * 32 + (at % 32)]!);
    expect(Math.max(...offset.map(Math.abs))).toBeLessThan(0.1);
    expect([...near.slice(0, 32)]).not.toEqual([...near.slice(32)]);
    expect(() => encoder.addTokens(1, new Random(1), { near: 205 })).toThrow(/near token 205/);
    encoder.dispose();
    again.dispose();
  });

  const hasTransformers = ((): boolean => {
    try {
      execFileSync("python3", ["-c", "import torch, transformers"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();

  skipUnless(hasTransformers, "Python has no transformers")(
    "writes what transformers loads with equal outputs",
    async () => {
      const program = [
        "import json, sys, torch, transformers",
        "out = {}",
        "for kind, folder in (('AutoModel', sys.argv[1]), ('AutoModelForMaskedLM', sys.argv[2])):",
        "    model, info = getattr(transformers, kind).from_pretrained(folder, output_loading_info=True)",
        "    assert not info['missing_keys'] and not info['unexpected_keys'], info",
        "    with torch.no_grad(): out[kind] = model.eval()(torch.tensor(json.loads(sys.argv[3])), attention_mask=torch.tensor(json.loads(sys.argv[4])))[0].flatten().tolist()",
        "print(json.dumps(out))",
      ].join("\n");
      const [bert, masked] = [await loadFixture("bert"), await loadFixture("roberta_mlm")];
      for (const encoder of [bert, masked]) {
        const parameter = encoder.parameter("encoder.layer.1.output.dense.weight");
        parameter.assign(parameter.data().map((x) => x + 0.01));
      }
      const [first, second] = [path.join(folder, "py-bert"), path.join(folder, "py-masked")];
      saveEncoder(bert, first);
      saveEncoder(masked, second);
      const ids = [JSON.stringify(inputs.input_ids), JSON.stringify(inputs.attention_mask)];
      const told = execFileSync("python3", ["-c", program, first, second, ...ids], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const wanted = JSON.parse(told) as Record<string, number[]>;
      const logits = tf.tidy(() => masked.maskedLogits(masked.forward(batch).last).dataSync());
      const worst = (got: ArrayLike<number>, from: number[]): number =>
        Math.max(...from.map((x, i) => Math.abs(x - got[i]!)));
      expect(worst(lastOf(bert), wanted["AutoModel"]!)).toBeLessThan(1e-4);
      expect(worst(logits, wanted["AutoModelForMaskedLM"]!)).toBeLessThan(1e-4);
      bert.dispose();
      masked.dispose();
    },
  );
});
