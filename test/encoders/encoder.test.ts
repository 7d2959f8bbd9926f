import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { newEncoder, readEncoderConfig, type TransformerEncoder } from "../../src/encoders";
import { createParameter, DropoutStream, gradients, startEngine } from "../../src/engine";
import { expectNoLeak } from "../engine/engine-under-test";
import { fixtureFolder } from "../support/fixtures";
import { batch, lastOf, loadFixture } from "./encoder-fixtures";

beforeAll(() => startEngine());

describe("an encoder", () => {
  let encoder: TransformerEncoder;
  beforeAll(async () => {
    encoder = await loadFixture("bert_mlm");
  });
  afterAll(() => encoder.dispose());

  it("gives only what is asked for, and leaves no tensor behind", () => {
    expectNoLeak(() => {
      const output = encoder.forward(batch);
      expect(Object.keys(output)).toEqual(["last"]);
      tf.dispose(output.last);
      const all = encoder.forward(batch, { allHidden: true, attention: true });
      expect([all.hidden!.length, all.attention!.shape, all.attentions]).toEqual([
        3,
        [2, 4, 6, 6],
        undefined,
      ]);
      tf.dispose([...all.hidden!, all.attention!, all.last]);
      tf.tidy(() => {
        expect(encoder.maskedLogits(encoder.forward(batch).last).shape).toEqual([2, 6, 200]);
      });
    });
  });

  it("has the gradient of finite differences through hidden states, attention and dropout", () => {
    const stream = new DropoutStream(new Random(3));
    const start = stream.state;
    const loss = (): tf.Scalar => {
      stream.restore(start);
      const { last, hidden, attention } = encoder.forward(batch, {
        dropout: stream,
        allHidden: true,
        attention: true,
      });
      const wave = (x: tf.Tensor, pace: number): tf.Tensor =>
        x.mul(tf.sin(tf.range(0, x.size).mul(pace)).reshape(x.shape)).sum();
      return wave(last, 1.1).add(wave(hidden![1]!, 0.7)).add(wave(attention!, 0.3).mul(9)).asScalar();
    };
    const value = (): number => tf.tidy(() => loss().dataSync()[0]!);
    const names = ["query.weight", "key.weight", "value.weight", "value.bias"].map(
      (name) => `encoder.layer.1.attention.self.${name}`,
    );
    names.push(
      "encoder.layer.0.intermediate.dense.weight",
      "encoder.layer.0.attention.output.LayerNorm.weight",
    );
    names.push(
      "encoder.layer.0.output.dense.weight",
      "encoder.layer.0.attention.output.dense.bias",
      "embeddings.position_embeddings.weight",
    );
    const slopes = tf.tidy(() => {
      const { gradients: found } = gradients(loss, encoder.parameters);
      return names.map((name) => found.get(encoder.parameter(name))!.dataSync() as Float32Array) as never;
    }) as Float32Array[];
    names.forEach((name, index) => {
      const parameter = encoder.parameter(name);
      const before = parameter.data();
      const slope = slopes[index]!;
      // Along the gradient itself, so that one difference tests all of its entries.
      const length = Math.sqrt(slope.reduce((sum, x) => sum + x * x, 0));
      const step = 1e-2;
      const moved = (side: number): number => {
        parameter.assign(before.map((x, i) => x + (side * step * slope[i]!) / length));
        return value();
      };
      const difference = (moved(1) - moved(-1)) / (2 * step);
      parameter.assign(before);
      expect(Math.abs(difference - length) / length, name).toBeLessThan(1e-2);
    });
  });

  it("drops out by the stream alone", () => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const run = (seed: number): Float32Array =>
          encoder
            .forward(batch, { dropout: new DropoutStream(new Random(seed)) })
            .last.dataSync() as Float32Array;
        expect(run(1)).toEqual(run(1));
        expect(run(1)).not.toEqual(run(2));
        expect(lastOf(encoder)).toEqual(lastOf(encoder));
      }),
    );
  });

  it("takes no gradient of frozen embeddings and layers, and the same ones of the others", () => {
    const take = (): Map<string, Float32Array> =>
      tf.tidy(() => {
        const loss = (): tf.Scalar =>
          encoder
            .forward(batch)
            .last.square()
            .sum()
            .add(encoder.parameter("cls.predictions.bias").value().sum());
        const { gradients: slopes } = gradients(loss, encoder.parameters);
        return new Map(
          [...slopes].map(([{ name }, slope]) => [name, slope.dataSync() as Float32Array]),
        ) as never;
      }) as never;
    const all = take();
    encoder.freeze({ embeddings: true, layers: 1 });
    const part = take();
    expect(
      [...part.keys()].filter((name) => name.startsWith("embeddings") || name.includes("layer.0")),
    ).toEqual([]);
    expect(part.size).toBe(17);
    for (const [name, slope] of part) expect(slope, name).toEqual(all.get(name));
    encoder.freeze({ layers: 0 });
    encoder.parameter("encoder.layer.1.output.dense.weight").isTrainable = false;
    const without = take();
    expect(without.size).toBe(all.size - 1);
    for (const [name, slope] of without) expect(slope, name).toEqual(all.get(name));
    encoder.freeze({});
    expect(() => encoder.freeze({ layers: 3 })).toThrow(
      /layers to freeze is 3, expected a whole number from 0 to 2/,
    );
  });

  it("has a momentum copy that goes after it", () => {
    const copy = encoder.momentumCopy();
    const name = "encoder.layer.0.output.dense.weight";
    const before = encoder.parameter(name).data();
    expect(copy.parameters.every((parameter) => !parameter.isTrainable)).toBe(true);
    encoder.parameter(name).assign(before.map((x) => x + 1));
    expectNoLeak(() => copy.follow(encoder, 0.75));
    copy
      .parameter(name)
      .data()
      .forEach((x, i) => expect(x).toBeCloseTo(0.75 * before[i]! + 0.25 * (before[i]! + 1), 5));
    encoder.parameter(name).assign(before);
    copy.follow(encoder, 0);
    expect(copy.parameters.map((parameter) => parameter.data())).toEqual(
      encoder.parameters.map((parameter) => parameter.data()),
    );
    expect(() => copy.follow(encoder, 2)).toThrow(/momentum is 2, expected a number from 0 to 1/);
    copy.dispose();
  });

  it("refuses batches that do not fit, without leaving tensors", () => {
    const long = { ...batch, size: 1, length: 41 };
    const unknown = { ...batch, ids: batch.ids.map(() => 200) };
    const types = { ...batch, typeIds: batch.typeIds.map(() => 2) };
    expectNoLeak(() => {
      expect(() => encoder.forward(long)).toThrow(
        /length 41 is longer than the 40 positions of the encoder: cut/,
      );
      expect(() => encoder.forward(unknown)).toThrow(
        /ids of the batch hold 200, expected 0 to 199: use the tokenizer of this encoder/,
      );
      expect(() => encoder.forward(types)).toThrow(/type ids of the batch hold 2, expected 0 to 1/);
      expect(() => encoder.forward({ ...batch, mask: batch.mask.slice(1) })).toThrow(
        /mask of the batch has shape \[11\], expected \[12\]/,
      );
      expect(() => encoder.forward(batch, { positions: batch.ids.map(() => 40) })).toThrow(
        /positions of the batch hold 40/,
      );
      expect(() => encoder.parameter("pooler.dense.weight")).toThrow(/no parameter "pooler.dense.weight"/);
    });
  });
});

describe("a new encoder", () => {
  it("is seeded by name, begins as transformers does, and trains", () => {
    const config = { ...readEncoderConfig(path.join(fixtureFolder, "encoders", "bert")), layers: 1 };
    expectNoLeak(() => {
      const encoder = newEncoder(config, new Random(1), { maskedHead: true });
      const twin = newEncoder({ ...config, layers: 2 }, new Random(1));
      const name = "encoder.layer.0.output.dense.weight";
      expect(twin.parameter(name).data()).toEqual(encoder.parameter(name).data());
      expect([...encoder.parameter("embeddings.LayerNorm.weight").data()]).toEqual(new Array(32).fill(1));
      expect([encoder.hasMaskedHead, encoder.hasPooler, twin.hasMaskedHead]).toEqual([true, false, false]);
      encoder.dispose();
      twin.dispose();
    });
  });
});

describe("parameters of an encoder", () => {
  it("leave biases and LayerNorm out of weight decay", async () => {
    const encoder = await loadFixture("roberta_mlm");
    const undecayed = encoder.parameters.filter((parameter) => !parameter.isDecayed).map(({ name }) => name);
    expect(undecayed.every((name) => name.endsWith("bias") || /layer_?norm/i.test(name))).toBe(true);
    expect(undecayed).toContain("lm_head.layer_norm.weight");
    expect(createParameter("x", tf.scalar(1)).isDecayed).toBe(true);
    encoder.dispose();
  });
});
