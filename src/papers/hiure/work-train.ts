// The run that trains HiURE and leaves its features for other runs.

import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { work, type Json } from "../../experiments";
import { getModel } from "../../models";
import { HiureModel } from "./model";
import { read, type Reading } from "./reading";
import { saveFeatures } from "./saved-features";
import { numbersOf } from "./scores";
import type { HiureSettings } from "./settings";

/** What every work knows. */
export interface Common {
  readonly encoder: string;
  readonly reading: Reading;
}

/** A training: its method, and other sentences that its encoder shall embed. */
export interface TrainSettings extends Common {
  readonly method: HiureSettings;
  readonly alsoEmbed: Reading | null;
  /** Whether clusters are scored after every epoch, also where training does without. */
  readonly watch: boolean;
}

/** Values by epoch, kept in a file, so that a killed run does not forget them. */
class EpochLog<T extends Json> {
  private readonly file: string;
  readonly epochs: T[];

  constructor(folder: string, name: string) {
    this.file = path.join(folder, `${name}.json`);
    try {
      this.epochs = JSON.parse(readFileSync(this.file, "utf8")) as T[];
    } catch {
      this.epochs = [];
    }
  }

  set(epoch: number, value: T): void {
    this.epochs.length = Math.min(this.epochs.length, epoch);
    this.epochs[epoch] = value;
    writeFileSync(this.file, JSON.stringify(this.epochs));
  }
}

/** Trains HiURE; scores its answer on its own sentences, and leaves features for other works. */
export const trainWork = work<TrainSettings>(async (settings, context) => {
  const { encoder, reading, method, alsoEmbed, watch } = settings;
  const { folder, random, signal, onShare } = context;
  const { sentences, relations } = await read(reading);
  const model = await HiureModel.open({
    encoder: await getModel(encoder),
    sentences,
    settings: method,
    random,
  });
  const curve = new EpochLog(folder, "curve");
  const losses = new EpochLog(folder, "losses");
  let [sums, count] = [{ InfoNCE: 0, ExemNCE: 0 } as Record<string, number>, 0];
  const perEpoch = Math.ceil(sentences.length / method.batchSize);
  const steps = model.train({
    signal,
    watchExemplars: watch,
    checkpoint: { folder: path.join(folder, "checkpoints") },
    onExemplars: (epoch, { clusterings }) =>
      curve.set(epoch, {
        ...numbersOf(clusterings.at(-1)!, relations),
        ...Object.fromEntries(clusterings.map((one, l) => [`clusters ${l + 1}`, one.count])),
      }),
  });
  for await (const { step, steps: all, epoch, terms } of steps) {
    for (const [name, value] of Object.entries(terms)) sums[name] = (sums[name] ?? 0) + value;
    count++;
    if (step % perEpoch === 0) {
      const info = sums["InfoNCE"]! / count;
      const exem = method.objective === "hince" ? sums["ExemNCE"]! / count : null;
      losses.set(epoch, { InfoNCE: info, ExemNCE: exem, total: info + (exem ?? 0) });
      [sums, count] = [{ InfoNCE: 0, ExemNCE: 0 }, 0];
    }
    onShare(step / all);
  }
  signal.throwIfAborted();
  const own = await model.embed();
  const found = await model.cluster(own);
  const final = found.clusterings.map((one) => numbersOf(one, relations));
  const other = alsoEmbed === null ? {} : { other: await model.embed((await read(alsoEmbed)).sentences) };
  saveFeatures(folder, { own, ...other });
  model.dispose();
  return {
    ...final.at(-1)!,
    layers: final,
    losses: losses.epochs,
    curve: [...curve.epochs, final.at(-1)!],
    counts: found.clusterings.map((one) => one.count),
  };
});

/** An encoder that nobody trains, read as HiURE would read it. */
export interface EmbedSettings extends Common {
  readonly method: HiureSettings;
}

/** Leaves the features that a training of HiURE begins with. */
export const embedWork = work<EmbedSettings>(async ({ encoder, reading, method }, { folder, random }) => {
  const { sentences } = await read(reading);
  const model = await HiureModel.open({
    encoder: await getModel(encoder),
    sentences,
    settings: method,
    random,
  });
  const own = await model.embed();
  saveFeatures(folder, { own });
  model.dispose();
  return { sentences: own.rows, width: own.columns };
});
