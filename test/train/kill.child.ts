// A run that a test kills: trains the toy task with a checkpoint every other step and prints each step, then its weights.

import { Random } from "../../src/core";
import { startEngine } from "../../src/engine";
import { train } from "../../src/train";
import { toyTask } from "./toy-task";

async function main(folder: string | undefined): Promise<void> {
  await startEngine();
  const task = toyTask();
  const checkpoint = folder === undefined ? {} : { checkpoint: { folder, every: 2 } };
  for await (const { step } of train(task, {
    random: new Random(7),
    epochs: 6,
    batchSize: 6,
    rate: 0.05,
    ...checkpoint,
  }))
    process.stdout.write(`step ${step}\n`);
  process.stdout.write(`weights ${JSON.stringify(task.weights())}\n`);
}

void main(process.argv[2]);
