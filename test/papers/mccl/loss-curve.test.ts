import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core";
import { createParameter, initialConstant, startEngine } from "../../../src/engine";
import { LossCurve } from "../../../src/papers/mccl/loss-curve";
import { trainWith } from "../../../src/papers/mccl/training-loop";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-mccl-curve-"));

beforeAll(() => startEngine());
afterAll(() => fs.rmSync(root, { recursive: true }));

describe("a loss curve", () => {
  it("has the mean of twenty stretches, fewer where there are fewer steps", () => {
    const curve = new LossCurve();
    for (let step = 1; step <= 40; step++) curve.add(step, { a: step });
    expect(curve.curve(40)["a"]).toEqual(Array.from({ length: 20 }, (_, at) => 2 * at + 1.5));
    const short = new LossCurve();
    short.add(1, { a: 1, b: 2 });
    short.add(2, { a: 3, b: 4 });
    expect(short.curve(2)).toEqual({ a: [1, 3], b: [2, 4] });
  });

  it("passes over a line that was cut short, and lets a later step stand for an earlier one", () => {
    const file = path.join(root, "cut", "terms.jsonl");
    const first = new LossCurve(file);
    first.add(1, { a: 1 });
    first.add(2, { a: 9 });
    fs.appendFileSync(file, '{"step":3,"te');
    const second = new LossCurve(file);
    second.add(2, { a: 2 });
    expect(second.curve(2)).toEqual({ a: [1, 2] });
  });
});

describe("a run that was stopped", () => {
  it("has the curve of one that was not", async () => {
    const loop = {
      epochs: 1,
      mostSteps: 400,
      leastSteps: 400,
      batchSize: 2,
      rate: 1e-2,
      warmup: 0,
      decay: "constant",
      weightDecay: 0,
      clip: 1,
    } as const;
    const runIn = async (name: string, stopAt?: number) => {
      const weight = createParameter("w", initialConstant([1], 5));
      const stop = new AbortController();
      const task = {
        parameters: [weight],
        size: 8,
        identity: "curve",
        terms: (indices: readonly number[]) => [
          {
            name: "square",
            weight: 1,
            value: tf.sum<tf.Scalar>(tf.square(tf.sub(weight.value(), indices[0]!))),
          },
        ],
      };
      const context = {
        random: new Random(3),
        folder: path.join(root, name),
        signal: stop.signal,
        onShare: (share: number) => {
          if (stopAt !== undefined && share >= stopAt) stop.abort();
        },
      };
      try {
        return await trainWith(task, loop, context);
      } finally {
        weight.dispose();
      }
    };
    const whole = await runIn("whole");
    expect(whole.curve["square"]!.length).toBe(20);
    await expect(runIn("stopped", 0.6)).rejects.toThrow();
    expect(await runIn("stopped")).toEqual(whole);
  });
});
