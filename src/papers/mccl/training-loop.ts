// A training as the works run it: steps from settings, progress and checkpoints of the run.

import * as path from "node:path";
import type { Random } from "../../core";
import { train, type TrainingTask } from "../../train";
import type { LoopSettings } from "./experiments/settings";
import { LossCurve, type Curve } from "./loss-curve";

/** What a loop tells and keeps. */
export interface LoopContext {
  readonly random: Random;
  /** Checkpoints lie below it while the run is on. */
  readonly folder: string;
  readonly signal: AbortSignal;
  onShare(share: number): void;
}

/** Optimiser steps of a task under its settings. */
export function stepsOf(size: number, { epochs, batchSize, mostSteps, leastSteps }: LoopSettings): number {
  const steps = Math.max(leastSteps, Math.ceil(epochs * Math.ceil(size / batchSize)));
  return Math.max(1, Math.min(steps, mostSteps ?? steps));
}

const LONG_RUN = 400;

/** Trains to the end; long runs are saved every few hundred steps, so that a killed one goes on. */
export async function trainWith(
  task: TrainingTask,
  loop: LoopSettings,
  { random, folder, signal, onShare }: LoopContext,
): Promise<{ readonly steps: number; readonly curve: Curve }> {
  const steps = stepsOf(task.size, loop);
  const { batchSize, rate, warmup, decay, weightDecay, clip } = loop;
  const every = Math.max(50, Math.ceil(steps / 8));
  const kept = steps >= LONG_RUN ? path.join(folder, "checkpoints") : undefined;
  const checkpoint = kept === undefined ? {} : { checkpoint: { folder: kept, every } };
  const losses = new LossCurve(kept === undefined ? undefined : path.join(kept, "terms.jsonl"));
  const options = { random, steps, batchSize, rate, warmup, decay, weightDecay, clip, signal, ...checkpoint };
  for await (const event of train(task, options)) {
    losses.add(event.step, event.terms);
    onShare(event.step / steps);
  }
  signal.throwIfAborted();
  return { steps, curve: losses.curve(steps) };
}
