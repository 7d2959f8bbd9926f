import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { characterIds, type TransformerEncoder } from "../../src/encoders";
import { eachCase, fixtureEntry, fixtureFile } from "../support/fixtures";
import * as encoding from "./encoder-fixtures";
import type { EncoderCase, GradientCase } from "./encoder-fixtures";

describe.each(["bert", "bert_gelu_tanh", "roberta", "bert_mlm", "roberta_mlm"])(
  "%s agrees with transformers",
  (model) => {
    const file = `encoders/${model}/cases.json`;
    let encoder: TransformerEncoder;
    beforeAll(async () => {
      encoder = await encoding.loadFixture(model);
    });
    afterAll(() => encoder.dispose());

    eachCase<EncoderCase>(file, ({ inputs, expected }) => {
      tf.tidy(() => {
        const batch = encoding.batchOf(inputs);
        const output = encoder.forward(batch, {
          allHidden: true,
          attention: true,
          allAttention: true,
          ...encoding.positionsIn(inputs),
        });
        const attentions = expected["attentions"] as unknown[];
        const got: Record<string, () => tf.Tensor> = {
          embedding_output: () => output.hidden![0]!,
          last_hidden_state: () => output.last,
          hidden_last: () => output.last,
          pooler_output: () => output.pooled!,
          logits: () => encoder.maskedLogits(output.last),
        };
        encoding.expectClose(output.attention!.clone(), attentions.at(-1), "attention of the last block");
        attentions.forEach((wanted, index) =>
          encoding.expectClose(output.attentions![index]!, wanted, `attention ${index}`),
        );
        for (const [key, wanted] of Object.entries(expected))
          if (key !== "attentions") encoding.expectClose(got[key]!().clone(), wanted, key);
      });
    });

    it("has the gradients of PyTorch", () => {
      expect(fixtureEntry<string>(file, "model")).toContain(model.startsWith("bert") ? "Bert" : "Roberta");
      const gradient = fixtureEntry<GradientCase>(file, "gradient");
      const cases = fixtureFile(file)["cases"] as EncoderCase[];
      const { inputs } = cases.find(({ name }) => name === gradient.case)!;
      const batch = encoding.batchOf(inputs);
      encoding.expectGradients(encoder, gradient, () => {
        const { last, pooled } = encoder.forward(batch);
        if ("labels" in gradient.inputs)
          return encoding.maskedLoss(encoder.maskedLogits(last), gradient.inputs["labels"] as number[][]);
        const byHidden = tf.sum(tf.mul(last, encoding.tensorOf(gradient.inputs["c_hidden"])));
        return byHidden
          .add(tf.sum(tf.mul(pooled!, encoding.tensorOf(gradient.inputs["c_pooler"]))))
          .asScalar();
      });
    });
  },
);

describe("character_bert agrees with its authors' module", () => {
  const file = "encoders/character_bert/cases.json";
  interface CharacterCase {
    readonly char_ids: unknown;
    readonly attention_mask: number[][];
    readonly token_type_ids: number[][];
    readonly tokens: string[][];
    readonly expected: Readonly<Record<string, unknown>>;
  }
  let encoder: TransformerEncoder;
  beforeAll(async () => {
    encoder = await encoding.loadFixture("character_bert");
  });
  afterAll(() => encoder.dispose());

  const batchOf = ({ attention_mask, token_type_ids, tokens }: CharacterCase) => {
    const inputs = { input_ids: attention_mask, attention_mask, token_type_ids };
    const ids = tokens.flatMap((row) =>
      Array.from({ length: attention_mask[0]!.length }, (_, index) => [
        ...characterIds(row[index] ?? "[PAD]"),
      ]).flat(),
    );
    return { ...encoding.batchOf(inputs), characterIds: Int32Array.from(ids) };
  };

  eachCase<{ word: string; ids: number[] }>(
    file,
    ({ word, ids }) => expect([...characterIds(word)]).toEqual(ids),
    "character_ids",
  );

  it("in values", () => {
    const fixture = fixtureEntry<CharacterCase>(file, "batch");
    tf.tidy(() => {
      const batch = batchOf(fixture);
      encoding.expectClose(tf.tensor(batch.characterIds, [3, 8, 50]), fixture.char_ids, "character ids");
      const output = encoder.forward(batch, { allHidden: true, allAttention: true });
      const { expected } = fixture;
      encoding.expectClose(encoder.wordVectors(batch), expected["cnn_output"], "cnn");
      encoding.expectClose(output.hidden![0]!, expected["embedding_output"], "embeddings");
      encoding.expectClose(output.last.clone(), expected["last_hidden_state"], "last");
      encoding.expectClose(output.pooled!, expected["pooler_output"], "pooler");
      (expected["attentions"] as unknown[]).forEach((wanted, index) =>
        encoding.expectClose(output.attentions![index]!, wanted, `attention ${index}`),
      );
    });
  });

  it("in gradients", () => {
    const gradient = fixtureEntry<GradientCase>(file, "gradient");
    const batch = batchOf(fixtureFile(file)["batch"] as CharacterCase);
    encoding.expectGradients(encoder, gradient, () =>
      tf.sum(tf.mul(encoder.forward(batch).last, encoding.tensorOf(gradient.inputs["c_hidden"]))).asScalar(),
    );
  });
});
