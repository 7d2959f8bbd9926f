import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { DropoutStream, gradients, startEngine } from "../../../src/engine";
import { PairModel } from "../../../src/papers/mccl/pairs/pair-model";
import { worstError } from "../../support/fixtures";
import { smallDocuments, smallModel } from "./small-world";

beforeAll(() => startEngine());

const documents = smallDocuments(7).items;
const pairs = documents.flatMap((document, index) =>
  document.entities.flatMap((_, head) =>
    document.entities.flatMap((_other, tail) => (head === tail ? [] : [{ document: index, head, tail }])),
  ),
);

describe("PairModel", () => {
  it("embeds pairs in the order asked for, as one batch would, and leaks nothing", async () => {
    const model = await smallModel();
    const before = tf.memory().numTensors;
    const { vectors, isVisible } = model.embed(documents, pairs);
    expect([vectors.rows, vectors.columns]).toEqual([pairs.length, 32]);
    expect(isVisible.every(Boolean)).toBe(true);
    const whole = tf.tidy(() => model.forward(model.batch(documents, pairs)).vectors.dataSync());
    expect(worstError(vectors.data, [...whole])).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("is z = W [h_s ; h_o ; c] without bias, and its gradient reaches every part", async () => {
    const model = await smallModel();
    const batch = model.batch(documents, pairs);
    const loss = (): tf.Scalar =>
      tf.sum(tf.square(model.forward(batch, new DropoutStream(new Random(2))).vectors));
    const { value, gradients: slopes } = gradients(loss, model.parameters);
    const names = new Set([...slopes.keys()].map(({ name }) => name));
    for (const part of ["pair.projection", "embeddings.word_embeddings.weight"])
      expect(names).toContain(part);
    expect(names).toContain("encoder.layer.1.attention.self.query.weight");
    // finite difference of one weight of W, in double the step's direction
    const weights = model.projection.data();
    const at = (shift: number): number => {
      const moved = weights.slice();
      moved[5]! += shift;
      model.projection.assign(moved);
      return tf.tidy(() => loss().dataSync()[0]!);
    };
    const slope = slopes.get(model.projection)!.dataSync()[5]!;
    expect((at(0.05) - at(-0.05)) / 0.1 / slope).toBeCloseTo(1, 1);
    tf.dispose([value, ...slopes.values()]);
    model.dispose();
  });

  it("reads short and long documents as two batches, in the order asked for", async () => {
    const model = await smallModel();
    const long = { ...documents[0]!, id: "long", text: `${documents[0]!.text}${" x".repeat(25)}` };
    const mixed = [documents[1]!, long, documents[2]!, documents[3]!, documents[4]!];
    const places = [1, 0, 4, 2, 1].map((document) => ({ document, head: 1, tail: 0 }));
    tf.tidy(() => {
      const { vectors, isVisible } = model.forwardPairs(mixed, places);
      const whole = model.forward(model.batch(mixed, places)).vectors;
      expect(worstError(vectors.dataSync(), [...whole.dataSync()])).toBeLessThan(1e-4);
      expect(isVisible).toEqual([true, true, true, true, true]);
    });
    model.dispose();
  });

  it("is the same after save and load", async () => {
    const model = await smallModel(3);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-pair-"));
    model.save(folder);
    const again = await PairModel.load(folder, new Random(99));
    const [one, other] = [model, again].map((each) => each.embed(documents, pairs).vectors.data);
    expect(worstError(other!, [...one!])).toBeLessThan(1e-5);
    model.dispose();
    again.dispose();
    fs.rmSync(folder, { recursive: true });
  });

  it("begins with a W that does not read the count of mentions where it is centred", async () => {
    const [usual, centred] = [await smallModel(), await smallModel(0, { projection: "centred" })];
    const { shape } = usual.projection;
    const hidden = shape[0]!;
    const [plain, moved] = [usual, centred].map(({ projection }) => projection.data());
    for (let from = 0; from < plain!.length; from += hidden) {
      const rows = plain!.subarray(from, from + hidden);
      const mean = rows.reduce((sum, value) => sum + value, 0) / hidden;
      expect(Math.abs(mean)).toBeGreaterThan(1e-6);
      expect(
        worstError(
          moved!.subarray(from, from + hidden),
          [...rows].map((value) => value - mean),
        ),
      ).toBeLessThan(1e-6);
    }
    // what log-sum-exp adds for n mentions is log n in every coordinate
    const reads = (weights: Float32Array): number =>
      Math.max(
        ...Array.from({ length: hidden }, (_, row) =>
          Math.abs(weights.subarray(row * 3 * hidden, (row * 3 + 1) * hidden).reduce((a, b) => a + b, 0)),
        ),
      );
    expect(reads(plain!)).toBeGreaterThan(0.05);
    expect(reads(moved!)).toBeLessThan(1e-6);
    usual.dispose();
    centred.dispose();
    const unknown = { projection: "small" } as unknown as { projection: "normal" };
    await expect(smallModel(0, unknown)).rejects.toThrow(/small.*normal.*centred/);
  });

  it("tells which pairs a cut made invisible", async () => {
    const model = await smallModel(0, { maxLength: 12 });
    const { isVisible } = model.embed(documents, pairs);
    expect(isVisible).toContain(false);
    model.dispose();
  });

  it("puts [BLANK] in place of hidden entities", async () => {
    const model = await smallModel();
    const blank = model.tokenizer.idOf("[BLANK]")!;
    const hidden = documents.map(() => new Set([0]));
    const batch = model.batch(documents, pairs, hidden);
    expect([...batch.ids].filter((id) => id === blank).length).toBeGreaterThanOrEqual(documents.length);
    expect([...model.batch(documents, pairs).ids]).not.toContain(blank);
    model.dispose();
  });

  it("reads a document longer than the encoder by windows, mentions in the last one included", async () => {
    const model = await smallModel(0, { maxLength: 400 });
    const room = model.encoder.config.positions;
    const [first] = documents;
    const far = first!.text.length + 6 * room;
    const text = `${first!.text}${" x y z".repeat(room)} ${first!.text}`;
    const long = {
      ...first!,
      id: "long",
      text,
      mentions: [
        ...first!.mentions,
        ...first!.mentions.map(({ start, end, ...rest }) => ({
          ...rest,
          start: start + far + 1,
          end: end + far + 1,
        })),
      ],
      entities: first!.entities.map((entity) => ({
        ...entity,
        mentions: entity.mentions.map((mention) => mention + first!.mentions.length),
      })),
    };
    const own = pairs.filter(({ document }) => document === 0);
    expect(model.encode(long).ids.length).toBeGreaterThan(3 * room);
    const { vectors, isVisible } = model.embed([long], own);
    expect(isVisible.every(Boolean)).toBe(true);
    expect(vectors.data.every(Number.isFinite)).toBe(true);
    // the cut before the last window leaves no mention
    const cut = await smallModel(0, { maxLength: 2 * room });
    expect(cut.embed([long], own).isVisible.some(Boolean)).toBe(false);
    cut.dispose();
    model.dispose();
  });
});
