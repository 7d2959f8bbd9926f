import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CheckpointError, Random, TrainingError } from "../../src/core";
import { startEngine } from "../../src/engine";
import { train, type StepEvent, type TrainingOptions, type TrainingResult } from "../../src/train";
import { toyTask } from "./toy-task";

const base: TrainingOptions = { random: new Random(7), epochs: 4, batchSize: 6, rate: 0.05 };

async function run(
  task: ReturnType<typeof toyTask>,
  options: Partial<TrainingOptions> = {},
  stopAfter = Infinity,
): Promise<{ events: StepEvent[]; result: TrainingResult | undefined; weights: number[] }> {
  const events: StepEvent[] = [];
  const steps = train(task, { ...base, ...options });
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done === true) return { events, result: next.value, weights: task.weights() };
    events.push(next.value);
    if (events.length >= stopAfter) {
      await steps.return(undefined as never);
      return { events, result: undefined, weights: task.weights() };
    }
  }
}

let folder: string;
beforeAll(() => startEngine());
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-train-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("the step loop", () => {
  it("lowers the loss and tells every step", async () => {
    const { events, result } = await run(toyTask(), { epochs: 40 });
    expect(events).toHaveLength(160);
    expect(events.at(-1)!.loss).toBeLessThan(events[0]!.loss * 0.8);
    expect(events[0]).toMatchObject({ step: 1, steps: 160, epoch: 0, rate: 0 });
    expect(Object.keys(events[0]!.terms)).toEqual(["square", "size"]);
    expect(result).toMatchObject({ steps: 160, ended: "finished" });
  });

  it("adds the terms by their weights", async () => {
    const { events } = await run(toyTask(), { steps: 6 });
    for (const { loss, terms } of events)
      expect(loss).toBeCloseTo(terms["square"]! + 0.01 * terms["size"]!, 5);
  });

  it("gives the same numbers for the same seed, others for another", async () => {
    const [one, two, other] = [
      await run(toyTask()),
      await run(toyTask()),
      await run(toyTask(), { random: new Random(8) }),
    ];
    expect(two.weights).toEqual(one.weights);
    expect(two.events.map(({ loss }) => loss)).toEqual(one.events.map(({ loss }) => loss));
    expect(other.weights).not.toEqual(one.weights);
  });

  it("takes the same step from two half batches as from a whole one", async () => {
    const whole = await run(toyTask({ dropout: 0 }), { clip: null, epochs: 3, batchSize: 8 });
    const halves = await run(toyTask({ dropout: 0 }), { clip: null, epochs: 3, batchSize: 4, accumulate: 2 });
    whole.weights.forEach((value, index) => expect(halves.weights[index]).toBeCloseTo(value, 5));
  });

  it("leaves frozen parameters alone and no tensor behind", async () => {
    const task = toyTask();
    await run(task, { steps: 2 });
    const before = tf.memory().numTensors;
    await run(task, { steps: 5 });
    expect(tf.memory().numTensors).toBe(before);
    expect([...task.parameters[1].data()]).toEqual([1]);
  });

  it("lets the event loop run between steps", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await run(toyTask(), { epochs: 60 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it("stops within one step of an abort", async () => {
    const controller = new AbortController();
    const events: number[] = [];
    const steps = train(toyTask(), { ...base, signal: controller.signal });
    for await (const { step } of steps) {
      events.push(step);
      if (step === 3) controller.abort();
    }
    expect(events).toEqual([1, 2, 3]);
  });

  it("names step and term of a loss that is not a number, and keeps the weights", async () => {
    const task = toyTask({ spoil: 4 });
    const good = await run(toyTask(), { epochs: 4 }, 4);
    const before = tf.memory().numTensors;
    await expect(run(task)).rejects.toThrow(/the loss term "square" is NaN at step 5 \(epoch 2\)/);
    await expect(run(task)).rejects.toBeInstanceOf(TrainingError);
    expect(tf.memory().numTensors).toBe(before);
    expect(task.weights()).not.toContain(NaN);
    expect(good.weights).toHaveLength(4);
  });

  it("refuses an empty set and an all-frozen model", async () => {
    const task = toyTask();
    await expect(run({ ...task, size: 0 })).rejects.toThrow(/nothing to train on/);
    task.parameters[0].isTrainable = false;
    await expect(run(task)).rejects.toThrow(/every parameter is frozen/);
  });

  it.each([
    [{ batchSize: 0 }, /batchSize is 0/],
    [{ warmup: 2 }, /warmup is 2/],
    [{ clip: -1 }, /clip is -1/],
    [{ epochs: 0 }, /epochs is 0/],
  ])("refuses %o", async (options, message) => {
    await expect(run(toyTask(), options)).rejects.toThrow(message);
  });
});

describe("TensorBoard", () => {
  it("gets an event file with the loss of every step", async () => {
    await run(toyTask(), { steps: 3, tensorBoard: folder });
    const files = fs.readdirSync(folder).filter((name) => name.includes("tfevents"));
    expect(files).toHaveLength(1);
    const content = fs.readFileSync(path.join(folder, files[0]!)).toString("latin1");
    for (const tag of ["loss", "terms/square", "rate", "gradient norm"])
      expect(content.split(tag).length).toBeGreaterThan(3);
  });
});

describe("development", () => {
  it("stops early and puts the best weights back", async () => {
    const scores = [1, 3, 2, 2.5, 9];
    const weightsAt: number[][] = [];
    const task = toyTask();
    const development = {
      patience: 2,
      score: () => {
        weightsAt.push(task.weights());
        return scores[weightsAt.length - 1]!;
      },
    };
    const { result, weights } = await run(task, { epochs: 20, development });
    expect(result).toMatchObject({ ended: "early", steps: 16, best: { step: 8, score: 3 } });
    expect(weights).toEqual(weightsAt[1]);
  });
});

describe("checkpoints", () => {
  const every = { every: 2 };

  it("go on with the numbers of an uninterrupted run", async () => {
    const whole = await run(toyTask());
    await run(toyTask(), { checkpoint: { folder, ...every } }, 7);
    const rest = await run(toyTask(), { checkpoint: { folder, ...every } });
    expect(rest.events[0]!.step).toBe(7);
    expect(rest.weights).toEqual(whole.weights);
    expect(rest.events.at(-1)!.loss).toBe(whole.events.at(-1)!.loss);
  });

  it("of a finished run give its weights at once", async () => {
    const whole = await run(toyTask(), { checkpoint: { folder } });
    const again = await run(toyTask(), { checkpoint: { folder } });
    expect(again.events).toHaveLength(0);
    expect(again.weights).toEqual(whole.weights);
    expect(again.result).toEqual(whole.result);
  });

  it("are kept by twos", async () => {
    await run(toyTask(), { checkpoint: { folder, every: 1 } });
    expect(fs.readdirSync(folder).sort()).toEqual(["step-00000015.safetensors", "step-00000016.safetensors"]);
  });

  it.each([
    ["truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length - 5)],
    ["altered", (bytes: Buffer) => (bytes.writeUInt8(bytes.at(-3)! ^ 1, bytes.length - 3), bytes)],
    ["empty", () => Buffer.alloc(0)],
  ])("that are %s fall back to the one before", async (_, spoil) => {
    const whole = await run(toyTask());
    await run(toyTask(), { checkpoint: { folder, ...every } }, 7);
    const newest = path.join(folder, "step-00000006.safetensors");
    fs.writeFileSync(newest, spoil(fs.readFileSync(newest)));
    const notices: string[] = [];
    const rest = await run(toyTask(), {
      checkpoint: { folder, ...every },
      onNotice: (notice) => notices.push(notice),
    });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(newest);
    expect(rest.events[0]!.step).toBe(5);
    expect(rest.weights).toEqual(whole.weights);
  });

  it("of another run are refused, and replaced with fresh", async () => {
    await run(toyTask(), { checkpoint: { folder } });
    await expect(run(toyTask(), { rate: 0.1, checkpoint: { folder } })).rejects.toThrow(
      /belongs to a run with other options/,
    );
    await expect(run({ ...toyTask(), identity: "other data" }, { checkpoint: { folder } })).rejects.toThrow(
      /belongs to a run with other options, data or model/,
    );
    const fresh = await run(toyTask(), { rate: 0.1, checkpoint: { folder, fresh: true } });
    expect(fresh.events).toHaveLength(16);
  });

  it("that cannot be written say so and leave the earlier ones whole", async () => {
    await run(toyTask(), { checkpoint: { folder, ...every } }, 5);
    const blocked = path.join(folder, "blocked");
    fs.writeFileSync(blocked, "a file, not a folder");
    const failure = run(toyTask(), { checkpoint: { folder: path.join(blocked, "deeper") } });
    await expect(failure).rejects.toBeInstanceOf(CheckpointError);
    await expect(failure).rejects.toThrow(
      /cannot write checkpoint .* at step 4 .*earlier checkpoints are whole/,
    );
    expect((await run(toyTask(), { checkpoint: { folder, ...every } })).events[0]!.step).toBe(5);
  });

  it("restore the best weights of an early stop", async () => {
    const scores = [1, 3, 2, 2.5, 9];
    const make = (): Partial<TrainingOptions> => {
      let measured = 0;
      return { epochs: 20, development: { patience: 2, every: 4, score: () => scores[measured++]! } };
    };
    const whole = await run(toyTask(), make());
    await run(toyTask(), { ...make(), checkpoint: { folder, every: 4 } }, 9);
    const later = make();
    const rest = { ...later, development: { ...later.development!, score: () => 0 } };
    const resumed = await run(toyTask(), { ...rest, checkpoint: { folder, every: 4 } });
    expect(resumed.result).toMatchObject({ ended: "early", best: { step: 8, score: 3 } });
    expect(resumed.weights).toEqual(whole.weights);
  });
});
