import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import { createParameter, gradients, startEngine, withoutGradient } from "../../src/engine";
import { train, type SavedTensors, type TrainingTask } from "../../src/train";
import { toyTask } from "./toy-task";

let folder: string;
beforeAll(() => startEngine());
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "relata-state-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The toy task with a slow copy of its weight, and a number drawn at the start of each epoch, both in the loss. */
function slowTask() {
  const toy = toyTask();
  let slow = toy.parameters[0].data();
  let drawn = 0;
  const calls: string[] = [];
  const task: TrainingTask = {
    ...toy,
    terms(indices, context) {
      const away = toy.parameters[0]
        .value()
        .sub(tf.tensor(slow, [slow.length, 1]))
        .square()
        .sum();
      return [
        ...toy.terms(indices, context),
        { name: "away", value: away.mul(drawn).asScalar(), weight: 0.1 },
      ];
    },
    startEpoch: async (epoch, random) => {
      calls.push(`epoch ${epoch}`);
      drawn = Math.fround(random.uniform());
    },
    afterStep: () => {
      calls.push("step");
      slow = toy.parameters[0].data().map((value, index) => Math.fround(0.9 * slow[index]! + 0.1 * value));
    },
    state: (): SavedTensors =>
      new Map([
        ["slow", { name: "slow", shape: [slow.length], data: slow.slice() }],
        ["drawn", { name: "drawn", shape: [1], data: Float32Array.of(drawn) }],
      ]),
    restore: (state) => {
      slow = state.get("slow")!.data.slice();
      drawn = state.get("drawn")!.data[0]!;
    },
  };
  return { task, calls, numbers: () => [...toy.weights(), ...slow] };
}

async function go({ task }: ReturnType<typeof slowTask>, stopAfter = Infinity, every = 3): Promise<void> {
  const steps = train(task, {
    random: new Random(3),
    epochs: 2,
    batchSize: 6,
    rate: 0.05,
    checkpoint: { folder, every },
  });
  for await (const { step } of steps) if (step === stopAfter) return;
}

describe("a task with a state of its own", () => {
  it("is called before every epoch and after every step", async () => {
    const one = slowTask();
    await go(one);
    const epoch = (number: number): string[] => [
      `epoch ${number}`,
      ...Array.from({ length: 4 }, () => "step"),
    ];
    expect(one.calls).toEqual([...epoch(0), ...epoch(1)]);
  });

  it.each([3, 4, 6])("goes on from step %i with the same numbers", async (stop) => {
    const whole = slowTask();
    await go(whole);
    fs.rmSync(folder, { recursive: true });
    await go(slowTask(), stop, stop);
    const resumed = slowTask();
    await go(resumed, Infinity, stop);
    expect(resumed.calls.filter((call) => call === "step")).toHaveLength(8 - stop);
    expect(resumed.numbers()).toEqual(whole.numbers());
  });
});

describe("without gradient", () => {
  it("a tensor is a constant of the loss", () => {
    const x = createParameter("x", { shape: [2], data: Float32Array.of(2, 3) });
    const before = tf.memory().numTensors;
    const solved = gradients(
      () =>
        tf.sum(
          tf.mul(
            x.value(),
            withoutGradient(() => x.value().square()),
          ),
        ) as tf.Scalar,
      [x],
    );
    expect([...solved.gradients.get(x)!.dataSync()]).toEqual([4, 9]);
    expect(solved.value.dataSync()[0]).toBe(35);
    solved.value.dispose();
    solved.gradients.get(x)!.dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
