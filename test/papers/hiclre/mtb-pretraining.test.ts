import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import type { Bag, Sentence } from "../../../src/data";
import { DropoutStream, gradients, startEngine } from "../../../src/engine";
import { getModel } from "../../../src/models";
import { blanked, mtbTask } from "../../../src/papers/hiclre/mtb-pretraining";
import { BLANK, TransformerSentences } from "../../../src/papers/hiclre/sentence-models";

let model: TransformerSentences;
beforeAll(async () => {
  await startEngine();
  const folder = await getModel("tiny");
  model = await TransformerSentences.open(folder, 40, new Random(1), { withMaskedHead: true });
});
afterAll(() => model.dispose());

const sentence = (text: string, head: string, tail: string): Sentence => {
  const at = (name: string) => ({ start: text.indexOf(name), end: text.indexOf(name) + name.length });
  return { id: text, text, head: at(head), tail: at(tail) };
};
const tokensOf = (batch: { ids: Int32Array; mask: Int32Array }): string =>
  [...batch.ids]
    .filter((_, at) => batch.mask[at] === 1)
    .map((id) => model.tokenizer.tokenOf(id))
    .join(" ");

describe("blanked", () => {
  const given = sentence("Few know that Ada Lane wrote Blue Dust in May .", "Blue Dust", "Ada Lane");

  it("writes one [BLANK] for each mention at rate 1, markers and the rest in place", () => {
    const batch = blanked(model, [given], 1, new Random(1));
    const tokens = tokensOf(batch);
    expect(tokens).toContain(`[E2] ${BLANK} [/E2]`);
    expect(tokens).toContain(`[E1] ${BLANK} [/E1]`);
    expect(tokens).toContain("wrote");
    expect(tokens.toLowerCase()).not.toContain("lane");
    expect(batch.ids[batch.headSpan[0]!]).toBe(model.tokenizer.idOf(BLANK));
  });

  it("changes nothing at rate 0", () => {
    expect(blanked(model, [given], 0, new Random(1))).toEqual(model.encode([given]));
  });

  it("leaves mentions that overlap as they are", () => {
    const nested = { ...given, tail: { start: given.head.start, end: given.head.start + 4 } };
    expect(blanked(model, [nested], 1, new Random(1))).toEqual(model.encode([nested]));
  });
});

describe("mtbTask", () => {
  const names = ["Ada Lane", "Tom Reed", "Eve Hart"];
  const bags = names.map((name): Bag => ({
    id: name,
    head: "Dust",
    tail: name,
    relations: ["author"],
    sentences: [
      sentence(`${name} wrote Dust .`, "Dust", name),
      sentence(`By ${name} is Dust .`, "Dust", name),
    ],
  }));

  it("gives a loss of pairs and one of words, with gradients of the encoder, and leaks nothing", () => {
    const task = mtbTask(model, bags, { blank: 0.7, maskRate: 0.3 }, "test");
    expect(task.size).toBe(3);
    const before = tf.memory().numTensors;
    const random = new Random(2);
    const context = { step: 0, epoch: 0, random, dropout: new DropoutStream(random) };
    const found = gradients(
      () => {
        const terms = task.terms([0, 1, 2], context);
        expect(terms.map(({ name }) => name)).toEqual(["pairs", "words"]);
        return terms.map(({ value }) => value).reduce((a, b) => tf.add(a, b));
      },
      model.parameters.filter(({ name }) => name.includes("word_embeddings")),
    );
    expect(Number.isFinite(found.value.dataSync()[0]!)).toBe(true);
    const [slope] = [...found.gradients.values()];
    expect(slope!.dataSync().some((value) => value !== 0)).toBe(true);
    tf.dispose([found.value, ...found.gradients.values()]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses bags none of which has two sentences", () => {
    const single = bags.map((bag) => ({ ...bag, sentences: bag.sentences.slice(0, 1) }));
    expect(() => mtbTask(model, single, { blank: 0.7, maskRate: 0.15 }, "test")).toThrow(
      "0 pairs of entities have two sentences",
    );
  });
});
