// A training as the works run it: steps from settings, progress and checkpoints of the run, the curve of the losses.

import * as path from "node:path";
import type { Random } from "../../core";
import { train, type TrainingTask } from "../../train";
import type { LoopSettings } from "./settings";

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

/** Mean of each term over twenty stretches of a run. */
export type Curve = Readonly<Record<string, readonly number[]>>;

const POINTS = 20;
const LONG_RUN = 400;

/** Trains to the end; long runs are saved every few hundred steps, so that a killed one goes on. */
export async function trainWith(
  task: TrainingTask,
  loop: LoopSettings,
  { random, folder, signal, onShare }: LoopContext,
): Promise<{ readonly steps: number; readonly curve: Curve }> {
  const steps = stepsOf(task.size, loop);
  const { batchSize, rate, warmup, decay, weightDecay, clip } = loop;
  const sums: Record<string, number[]> = {};
  const counts = new Array<number>(POINTS).fill(0);
  const every = Math.max(50, Math.ceil(steps / 8));
  const checkpoint =
    steps >= LONG_RUN ? { checkpoint: { folder: path.join(folder, "checkpoints"), every } } : {};
  const options = { random, steps, batchSize, rate, warmup, decay, weightDecay, clip, signal, ...checkpoint };
  for await (const event of train(task, options)) {
    const place = Math.min(POINTS - 1, Math.floor(((event.step - 1) * POINTS) / steps));
    counts[place]! += 1;
    for (const [name, value] of Object.entries(event.terms))
      (sums[name] ??= new Array<number>(POINTS).fill(0))[place]! += value;
    onShare(event.step / steps);
  }
  signal.throwIfAborted();
  const curve = Object.fromEntries(
    Object.entries(sums).map(([name, list]) => [
      name,
      list.flatMap((sum, at) => (counts[at]! > 0 ? [round(sum / counts[at]!)] : [])),
    ]),
  );
  return { steps, curve };
}

/** Five decimals, which a curve needs no more of. */
export const round = (value: number): number => Math.round(value * 1e5) / 1e5;
