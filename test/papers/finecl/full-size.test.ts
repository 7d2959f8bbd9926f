import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { DocumentSet, type Document } from "../../../src/data";
import { newEncoder } from "../../../src/encoders";
import { parseEncoderConfig } from "../../../src/encoders/weights";
import { startEngine } from "../../../src/engine";
import { DocumentModel } from "../../../src/papers/finecl/documents/document-model";
import { pairData } from "../../../src/papers/finecl/documents/instances";
import { settingsOf } from "../../../src/papers/finecl/experiments/settings";
import { EQUAL_WEIGHTS } from "../../../src/papers/finecl/order/order-weights";
import { OBJECTIVES, pretrainTask } from "../../../src/papers/finecl/pretraining/pretraining";
import { documentMarkers, loadTokenizer } from "../../../src/text";
import { train } from "../../../src/train";
import { smallEncoderFolder } from "../mccl/small-world";

/** Numbers in place of normal ones, ten times as fast: a hundred million of them are drawn. */
class Cheap extends Random {
  override normal(): number {
    return this.word() / 2 ** 31 - 1;
  }

  override fork(name: string): Cheap {
    return new Cheap(name);
  }
}

/** A document of more than 512 words with two facts of each of two relations. */
function longDocument(id: string): Document {
  const names = ["paris", "city", "river", "lake", "dog", "bone", "house", "room"];
  const filler = "the car is near the wheel . ".repeat(3);
  let text = "";
  const mentions = names.map((name) => {
    const start = text.length;
    text += `${name} ${filler}`;
    return { start, end: start + name.length };
  });
  text += filler.repeat(20);
  return {
    id,
    text,
    sentences: [{ start: 0, end: text.length }],
    mentions,
    entities: names.map((name, at) => ({ id: name, mentions: [at] })),
    relations: [0, 2, 4, 6].map((head) => ({ head, tail: head + 1, relation: head < 4 ? "near" : "owns" })),
  };
}

const paper = settingsOf("paper");

beforeAll(() => startEngine());

it("the batch of the paper is 768 documents, 48 at a time", () => {
  const { batchSize, accumulate } = paper.pretrain;
  expect(batchSize * accumulate).toBe(768);
});

// slow: seconds, and 4 GB
let model: DocumentModel | undefined;
afterAll(() => model?.dispose());

it("takes a step of two micro-batches of two at the paper's width, depth and length", async () => {
  const config = parseEncoderConfig({
    model_type: "roberta",
    vocab_size: 50265,
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    max_position_embeddings: 514,
    type_vocab_size: 1,
    pad_token_id: 1,
  });
  const tokenizer = loadTokenizer(smallEncoderFolder());
  tokenizer.addMarkers(documentMarkers("none"));
  const encoder = newEncoder(config, new Cheap(1), { maskedHead: true });
  const { maxLength, temperature, negatives, nonePerDocument, maskRate } = paper;
  model = DocumentModel.of(encoder, tokenizer, { maxLength });
  const data = pairData(DocumentSet.from([0, 1, 2, 3].map((at) => longDocument(`long ${at}`))));
  expect(
    model.batch(
      data.documents,
      data.pairs.map((own) => own[0]!),
    ).length,
  ).toBe(512);
  const options = { temperature, negatives, nonePerDocument, maskRate };
  const task = pretrainTask(model, data, OBJECTIVES.finecl, EQUAL_WEIGHTS, options, "full size");
  const bias = encoder.parameter("encoder.layer.11.output.dense.bias");
  const before = bias.data();
  const { rate, weightDecay, clip } = paper.pretrain;
  const run = train(task, {
    random: new Random(1),
    steps: 1,
    batchSize: 2,
    accumulate: 2,
    rate,
    weightDecay,
    clip,
    warmup: 0,
    decay: "constant",
  });
  const { value } = await run.next();
  expect((value as { terms: object }).terms).toMatchObject({
    L_R: expect.any(Number),
    L_E: expect.any(Number),
    L_MLM: expect.any(Number),
  });
  expect((value as { loss: number }).loss).toBeGreaterThan(0);
  expect(await run.next()).toMatchObject({ done: true });
  expect(bias.data()).not.toEqual(before);
  expect(task.tokens).toBe(4 * 512);
}, 120_000);
