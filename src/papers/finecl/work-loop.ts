// The training loop that all works of this paper share: steps from settings, checkpoints, progress and its speed.

import * as path from "node:path";
import type { WorkContext } from "../../experiments";
import { train } from "../../train";
import type { LoopSettings } from "./experiments/settings";
import { withThroughput, type CountingTask } from "./pretraining/throughput";

/** Trains as the settings say; goes on from a checkpoint where one is. Gives the number of steps. */
export async function trainWith(
  task: CountingTask,
  loop: LoopSettings,
  { random, folder, signal, onShare }: Pick<WorkContext, "random" | "folder" | "signal" | "onShare">,
): Promise<number> {
  const perEpoch = Math.ceil(task.size / (loop.batchSize * loop.accumulate));
  const steps = loop.steps ?? Math.max(loop.leastSteps, loop.epochs * perEpoch);
  const { batchSize, accumulate, rate, weightDecay, warmup, clip } = loop;
  const options = { batchSize, accumulate, rate, weightDecay, warmup, clip, steps, signal };
  const every = Math.max(10, Math.ceil(steps / 8));
  const events = train(task, {
    ...options,
    random: random.fork("training"),
    checkpoint: { folder: path.join(folder, "checkpoints"), every },
  });
  for await (const { event, tokensPerSecond } of withThroughput(events, () => task.tokens))
    onShare(event.step / event.steps, { perSecond: tokensPerSecond, unit: "tokens" });
  signal.throwIfAborted();
  return steps;
}
