import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { loadEncoder, type TransformerEncoder } from "../../src/encoders";
import { startEngine } from "../../src/engine";
import { findModel } from "../../src/models";
import { tokenMeans } from "../../src/relations";
import { loadTokenizer, padded, type Tokenizer } from "../../src/text";
import { fixtureEntry, fixtureFile, markUsed } from "../support/fixtures";
import { skipUnless } from "../support/skips";

const FILE = "minilm/embeddings.json";
const folder = findModel("minilm");
const it = skipUnless(folder !== undefined, "the weights of minilm are not in the cache");
/** Absolute, as the fixture's note says. */
const TOLERANCE = 2e-5;

interface TextCase {
  readonly text: string;
  readonly tokens: number;
  readonly norm: number;
  readonly mean_pooled: number[];
}

describe("MiniLM with its real weights", () => {
  let encoder: TransformerEncoder;
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    await startEngine();
    if (folder === undefined) return;
    encoder = await loadEncoder(folder);
    tokenizer = loadTokenizer(folder);
  });
  afterAll(() => encoder?.dispose());

  const expectNear = (got: ArrayLike<number>, wanted: readonly number[], what: string): void => {
    expect(got.length, what).toBe(wanted.length);
    const worst = wanted.reduce((most, value, index) => Math.max(most, Math.abs(value - got[index]!)), 0);
    expect(worst, what).toBeLessThan(TOLERANCE);
  };

  it("embeds texts as transformers does, padded into one batch", () => {
    const cases = fixtureFile(FILE)["cases"] as TextCase[];
    const maxLength = fixtureEntry<number>(FILE, "max_length");
    const batch = padded(
      cases.map(({ text }) => tokenizer.encode(text, { maxLength })),
      0,
    );
    const vectors = tf.tidy(() => tokenMeans(encoder.forward(batch).last, batch.mask).arraySync());
    cases.forEach(({ text, tokens, norm, mean_pooled }, index) => {
      markUsed(FILE, `cases[${index}]`);
      const row = batch.mask.subarray(index * batch.length, (index + 1) * batch.length);
      expect(
        row.reduce((sum, visible) => sum + visible, 0),
        text,
      ).toBe(tokens);
      expectNear(vectors[index]!, mean_pooled, text);
      expect(Math.abs(Math.hypot(...vectors[index]!) - norm), text).toBeLessThan(10 * TOLERANCE);
    });
    const unit = vectors.map((vector) => vector.map((x) => x / Math.hypot(...vector)));
    (fixtureFile(FILE)["cosine_matrix"] as number[][]).forEach((wanted, i) => {
      markUsed(FILE, `cosine_matrix[${i}]`);
      const cosines = unit.map((other) => other.reduce((sum, x, k) => sum + x * unit[i]![k]!, 0));
      expectNear(cosines, wanted, `cosines of text ${i}`);
    });
  });

  it("has the hidden states, attention and pooler of every layer", () => {
    const trace = fixtureEntry<{
      readonly text: string;
      readonly ids: number[];
      readonly first4_of_each_token_by_layer: number[][][];
      readonly attention_layer6_head1: number[][];
      readonly pooler_first8: number[];
    }>(FILE, "trace");
    const encoding = tokenizer.encode(trace.text);
    expect([...encoding.ids]).toEqual(trace.ids);
    tf.tidy(() => {
      const { hidden, attention, pooled } = encoder.forward(padded([encoding], 0), {
        allHidden: true,
        attention: true,
      });
      expect(hidden!.length).toBe(trace.first4_of_each_token_by_layer.length);
      trace.first4_of_each_token_by_layer.forEach((wanted, layer) => {
        const got = hidden![layer]!.slice([0, 0, 0], [1, trace.ids.length, 4]).dataSync();
        expectNear(got, wanted.flat(), `layer ${layer}`);
      });
      const { length } = trace.ids;
      expectNear(
        attention!.slice([0, 0, 0, 0], [1, 1, length, length]).dataSync(),
        trace.attention_layer6_head1.flat(),
        "attention",
      );
      expectNear(pooled!.slice([0, 0], [1, 8]).dataSync(), trace.pooler_first8, "pooler");
    });
  });
});
