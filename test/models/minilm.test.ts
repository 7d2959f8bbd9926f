import { expect } from "vitest";
import { readEncoderConfig, readWeights } from "../../src/encoders/weights";
import { getModel, isIntact } from "../../src/models";
import { checkFits, loadTokenizer } from "../../src/text";
import { minilm, withMinilm } from "./minilm";

withMinilm("minilm has weights, configuration and tokenizer that fit each other", async () => {
  expect(await getModel("minilm", { offline: true })).toBe(minilm);
  expect(await getModel("sentence-transformers/all-MiniLM-L6-v2", { offline: true })).toBe(minilm);
  expect(await isIntact("minilm")).toBe(true);
  const config = readEncoderConfig(minilm!);
  expect(config).toMatchObject({ kind: "bert", layers: 6, hiddenSize: 384, heads: 12, positions: 512 });
  const weights = readWeights(minilm!);
  expect(weights.shape("embeddings.word_embeddings.weight")).toEqual([config.vocabularySize, 384]);
  const norm = weights.read("embeddings.LayerNorm.weight");
  expect(norm).toHaveLength(384);
  expect(norm.every((value) => Number.isFinite(value))).toBe(true);
  checkFits(loadTokenizer(minilm!), config);
});
