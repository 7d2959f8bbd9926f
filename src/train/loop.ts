// The step loop: gradients, clipping, optimiser, development, checkpoints; an async iterable that yields between steps.

import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import { TrainingError } from "../core";
import { AdamW, clipByGlobalNorm, DropoutStream, globalNorm, gradients, type Parameter } from "../engine";
import {
  CheckpointFolder,
  putBack,
  readCheckpoint,
  weightsOf,
  writeCheckpoint,
  type RunPosition,
  type SavedTensors,
} from "./checkpoint";
import { EventLog } from "./event-log";
import { fullOptions, type FullTrainingOptions, type TrainingOptions } from "./options";
import { plan, type Plan } from "./order";
import { schedule } from "./schedule";
import type { StepEvent, TrainingResult } from "./step-event";
import type { TrainingTask } from "./task";

/** What one optimiser step measured. */
interface Measured {
  readonly loss: number;
  readonly terms: Record<string, number>;
  readonly gradientNorm?: number;
}

/** Adds `share` times each new gradient to the sums, releasing what is replaced. */
function accumulate(
  sums: Map<Parameter, tf.Tensor>,
  added: ReadonlyMap<Parameter, tf.Tensor>,
  share: number,
): void {
  for (const [parameter, gradient] of added) {
    const before = sums.get(parameter);
    sums.set(
      parameter,
      tf.tidy(() => (before === undefined ? gradient.mul(share) : before.add(gradient.mul(share)))),
    );
    before?.dispose();
    gradient.dispose();
  }
}

function requireFinite(terms: Readonly<Record<string, number>>, step: number, epoch: number): void {
  const bad = Object.entries(terms).find(([, value]) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new TrainingError(
      `the loss term "${bad[0]}" is ${bad[1]} at step ${step + 1} (epoch ${epoch + 1}), expected a finite number: ` +
        `lower the learning rate or raise the temperature, and look for NaN in the data; the weights of step ${step} are kept`,
    );
}

/** One optimiser step on the micro-batches of `step`. Leaves no tensor behind. */
function takeStep(
  task: TrainingTask,
  trainable: readonly Parameter[],
  optimiser: AdamW,
  {
    plan: { batches, epochOf },
    options,
    rate,
    step,
  }: { plan: Plan; options: FullTrainingOptions; rate: number; step: number },
): Measured {
  const random = options.random.fork(`step ${step}`);
  const micro = batches(step);
  const items = micro.reduce((sum, batch) => sum + batch.length, 0);
  const epoch = epochOf(step);
  const measured: Record<string, number> = {};
  let loss = 0;
  return tf.tidy(() => {
    const sums = new Map<Parameter, tf.Tensor>();
    micro.forEach((indices, part) => {
      const share = indices.length / items;
      const own = random.fork(`part ${part}`);
      const context = {
        step,
        epoch,
        random: own.fork("task"),
        dropout: new DropoutStream(own.fork("dropout")),
      };
      const names: string[] = [];
      const weights: number[] = [];
      // Terms are read after the way back; a tape that fails would leave what is kept behind.
      let each: tf.Tensor1D | undefined;
      const termsThenSum = (): tf.Scalar => {
        const terms = task.terms(indices, context);
        const values = terms.map((term) => term.value.asScalar());
        names.push(...terms.map((term) => term.name));
        weights.push(...terms.map((term) => term.weight));
        each = tf.keep(tf.stack(values) as tf.Tensor1D);
        return values.map((term, index) => term.mul(weights[index]!)).reduce((a, b) => a.add(b)) as tf.Scalar;
      };
      let added: ReadonlyMap<Parameter, tf.Tensor>;
      let parts: Float32Array;
      try {
        const solved = gradients(termsThenSum, trainable);
        solved.value.dispose();
        added = solved.gradients;
        parts = each!.dataSync<"float32">() as Float32Array;
      } finally {
        each?.dispose();
      }
      names.forEach((name, index) => (measured[name] = (measured[name] ?? 0) + share * parts[index]!));
      loss += share * parts.reduce((sum, term, index) => sum + weights[index]! * term, 0);
      requireFinite(measured, step, epoch);
      if (micro.length === 1) for (const [parameter, gradient] of added) sums.set(parameter, gradient);
      else accumulate(sums, added, share);
    });
    if (options.clip === null) {
      optimiser.step(sums, rate);
      return { loss, terms: measured };
    }
    const gradientNorm = globalNorm(sums).dataSync()[0]!;
    if (!Number.isFinite(gradientNorm))
      throw new TrainingError(
        `the gradient is ${gradientNorm} at step ${step + 1} (epoch ${epoch + 1}) though the loss is ${loss}: lower the learning rate`,
      );
    optimiser.step(clipByGlobalNorm(sums, options.clip, gradientNorm), rate);
    return { loss, terms: measured, gradientNorm };
  });
}

/** A digest of everything that decides the numbers of a run, so that a checkpoint is never continued by another run. */
function runDigest(task: TrainingTask, options: FullTrainingOptions, steps: number): string {
  const { batchSize, accumulate, rate, warmup, decay, weightDecay, decayAll, clip, random } = options;
  const parameters = task.parameters.map(({ name, shape, isTrainable }) => [name, shape, isTrainable]);
  const setting = { batchSize, accumulate, rate, warmup, decay, weightDecay, decayAll, clip, steps };
  const whole = [setting, random.state.key, task.size, task.identity ?? "", parameters];
  return createHash("sha256").update(JSON.stringify(whole)).digest("hex");
}

/** The position after a measurement: a better score is the new best, a worse one makes the run more stale. */
function judged(position: RunPosition, score: number, patience: number): RunPosition {
  if (position.best === undefined || score > position.best.score)
    return { ...position, stale: 0, best: { step: position.step, score } };
  const stale = position.stale + 1;
  return stale >= patience ? { ...position, stale, ended: "early" } : { ...position, stale };
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Trains `task` step by step. Iterate for the events; the generator's return value says how the run ended.
 * Between steps the event loop runs, so that progress, interrupts and plots stay alive.
 *
 * @example for await (const step of train(task, { random, epochs: 3 })) if (step.every(10)) show(step.loss);
 * @throws TrainingError for a loss or gradient that is not finite, CheckpointError when a checkpoint cannot be written
 */
export async function* train(
  task: TrainingTask,
  given: TrainingOptions,
): AsyncGenerator<StepEvent, TrainingResult> {
  const options = fullOptions(given);
  if (task.size === 0)
    throw new TrainingError("there is nothing to train on: the set of training items is empty");
  const trainable = task.parameters.filter((parameter) => parameter.isTrainable);
  if (trainable.length === 0)
    throw new TrainingError("every parameter is frozen: unfreeze a layer, or add a head");
  const steps = plan({ ...options, size: task.size, random: options.random.fork("order") });
  const rateOf = schedule({
    ...options,
    steps: steps.steps,
    warmup: Math.floor(options.warmup * steps.steps),
  });
  const { development, checkpoint, signal, onNotice = () => {} } = options;
  const developmentEvery = development?.every ?? steps.stepsPerEpoch;
  const checkpointEvery = checkpoint?.every ?? steps.stepsPerEpoch;
  const folder = checkpoint && new CheckpointFolder(checkpoint.folder, runDigest(task, options, steps.steps));
  const log = options.tensorBoard === undefined ? undefined : new EventLog(options.tensorBoard);
  const optimiser = new AdamW(trainable, { decay: options.weightDecay, decayAll: options.decayAll });
  const losses: number[] = [];
  let position: RunPosition = { step: 0, stale: 0, losses };
  let best: SavedTensors | undefined;
  const save = (): void =>
    folder?.save({
      position,
      weights: weightsOf(task.parameters),
      optimiser: optimiser.state(),
      ...(task.state === undefined ? {} : { state: task.state() }),
    });
  try {
    if (folder && checkpoint?.fresh) folder.clear();
    const saved = folder?.latest(onNotice);
    if (saved !== undefined && folder !== undefined) {
      putBack(task.parameters, saved.weights);
      if (saved.optimiser !== undefined) optimiser.restore(saved.optimiser);
      if (saved.state !== undefined) task.restore?.(saved.state);
      losses.push(...saved.position.losses);
      position = { ...saved.position, losses };
      if (position.best !== undefined && development?.keepBest !== false)
        best = readCheckpoint(folder.bestFile).weights;
    }
    const started = performance.now();
    const first = position.step;
    while (position.step < steps.steps && position.ended === undefined) {
      if (signal?.aborted) break;
      const { step } = position;
      const rate = rateOf(step);
      const epoch = steps.epochOf(step);
      if (step % steps.stepsPerEpoch === 0)
        await task.startEpoch?.(epoch, options.random.fork(`start of epoch ${epoch}`));
      const measured = takeStep(task, trainable, optimiser, { plan: steps, options, rate, step });
      task.afterStep?.();
      const done = step + 1;
      losses.push(measured.loss);
      position = { ...position, step: done, losses };
      const isMeasured = done % developmentEvery === 0 || done === steps.steps;
      const score = isMeasured ? await development?.score() : undefined;
      if (score !== undefined) position = judged(position, score, development?.patience ?? Infinity);
      const isBest = score !== undefined && position.best?.step === done && development?.keepBest !== false;
      if (isBest) best = weightsOf(task.parameters);
      if (isBest && folder && best)
        writeCheckpoint(folder.bestFile, { run: folder.run, position, weights: best });
      const isLast = done === steps.steps || position.ended !== undefined;
      if (done === steps.steps && position.ended === undefined) position = { ...position, ended: "finished" };
      if (isLast && best !== undefined) putBack(task.parameters, best);
      if (isLast || done % checkpointEvery === 0) save();
      const perStep = (performance.now() - started) / (done - first) / 1000;
      const event: StepEvent = {
        step: done,
        steps: steps.steps,
        epoch,
        loss: measured.loss,
        terms: measured.terms,
        rate,
        ...(measured.gradientNorm === undefined ? {} : { gradientNorm: measured.gradientNorm }),
        ...(score === undefined ? {} : { development: score }),
        secondsLeft: isLast ? 0 : perStep * (steps.steps - done),
        every: (n) => done % n === 0 || isLast,
      };
      log?.write(event);
      await breathe();
      yield event;
    }
    return {
      steps: position.step,
      ended: position.ended ?? "aborted",
      loss: position.losses.at(-1) ?? NaN,
      losses: [...position.losses],
      ...(position.best === undefined ? {} : { best: position.best }),
    };
  } finally {
    log?.flush();
    optimiser.dispose();
  }
}
