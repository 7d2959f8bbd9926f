// The training loop that all works of this paper share: steps from settings, checkpoints, progress.

import * as path from "node:path";
import type { WorkContext } from "../../experiments";
import { train, type TrainingTask } from "../../train";
import type { LoopSettings } from "./experiments/settings";

/** Trains as the settings say; goes on from a checkpoint where one is. Gives the number of steps. */
export async function trainWith(
  task: TrainingTask,
  loop: LoopSettings,
  { random, folder, signal, onShare }: Pick<WorkContext, "random" | "folder" | "signal" | "onShare">,
): Promise<number> {
  const perEpoch = Math.ceil(task.size / (loop.batchSize * loop.accumulate));
  const steps = loop.steps ?? Math.max(loop.leastSteps, loop.epochs * perEpoch);
  const { batchSize, accumulate, rate, weightDecay, warmup, clip } = loop;
  const options = { batchSize, accumulate, rate, weightDecay, warmup, clip, steps, signal };
  const every = Math.max(10, Math.ceil(steps / 8));
  for await (const event of train(task, {
    ...options,
    random: random.fork("training"),
    checkpoint: { folder: path.join(folder, "checkpoints"), every },
  }))
    onShare(event.step / event.steps);
  signal.throwIfAborted();
  return steps;
}
