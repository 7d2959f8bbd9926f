import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { AdamW, DropoutStream, gradients, startEngine } from "../../src/engine";
import { fixtureFile } from "../support/fixtures";
import {
  batchOf,
  expectClose,
  expectGradients,
  loadFixture,
  tensorOf,
  type EncoderCase,
  type GradientCase,
} from "./encoder-fixtures";

describe("encoders on wasm", () => {
  beforeAll(async () => {
    const engine = await startEngine({ engine: "wasm" });
    expect(engine.name).toBe("wasm");
  });

  it.each(["bert", "roberta"])("give the values and gradients of %s", async (model) => {
    const encoder = await loadFixture(model);
    const file = fixtureFile(`encoders/${model}/cases.json`);
    const [{ inputs, expected }] = file["cases"] as [EncoderCase];
    const batch = batchOf(inputs);
    const { last, pooled } = encoder.forward(batch);
    expectClose(last, expected["last_hidden_state"], "last");
    expectClose(pooled!, expected["pooler_output"], "pooler");
    const gradient = file["gradient"] as GradientCase;
    expectGradients(encoder, gradient, () => {
      const output = encoder.forward(batch);
      const byPooler = tf.sum(tf.mul(output.pooled!, tensorOf(gradient.inputs["c_pooler"])));
      return tf
        .sum(tf.mul(output.last, tensorOf(gradient.inputs["c_hidden"])))
        .add(byPooler)
        .asScalar();
    });
    encoder.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  it("train: the loss falls, with dropout, and no tensor is left", async () => {
    const encoder = await loadFixture("bert");
    const [{ inputs }] = fixtureFile("encoders/bert/cases.json")["cases"] as [EncoderCase];
    const batch = batchOf(inputs);
    const before = tf.memory().numTensors;
    const adam = new AdamW(encoder.parameters);
    const dropout = new DropoutStream(new Random(1));
    const losses = Array.from({ length: 6 }, () =>
      tf.tidy(() => {
        const { value, gradients: slopes } = gradients(
          () => encoder.forward(batch, { dropout }).pooled!.square().mean(),
          encoder.parameters,
        );
        adam.step(slopes, 0.01);
        return value.dataSync()[0]!;
      }),
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    adam.dispose();
    expect(tf.memory().numTensors).toBe(before);
    encoder.dispose();
  });
});
