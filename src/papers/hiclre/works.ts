// The work behind HiCLRE's tables: training a method on bags and scoring it.

import * as path from "node:path";
import { DataError } from "../../core";
import { work, type Json, type Work, type WorkContext } from "../../experiments";
import { getModel } from "../../models";
import { train } from "../../train";
import { countSentences, openBags, type BagData } from "./bag-data";
import type { ScoredBags } from "./bag-scores";
import { bagSpace } from "./bag-space";
import { denoising, isMixed, relabelled, saidOf } from "./denoising";
import { HiClreModel } from "./hiclre-model";
import { mintzScores } from "./mintz";
import { mtbTask } from "./mtb-pretraining";
import { partsOf } from "./parts";
import { scoreBags } from "./score";
import { TransformerSentences } from "./sentence-models";
import type { CountSettings, HiClreSettings, PretrainSettings } from "./settings";

/** Bags whose attention is kept for a picture, and how many sentences they need. */
const PICTURED = 12;
const PICTURED_SIZE = 4;

/** The file of pre-trained weights in a run's folder. */
const WEIGHTS = "model.safetensors";

/** Trains on bags, keeps the epoch that is best on the development bags, scores the test bags. */
async function trainBags(settings: HiClreSettings, context: WorkContext): Promise<Json> {
  const data = await openBags(settings.data, settings);
  if (settings.method === "mintz") return scored(data, mintzScores(data), settings);
  const { random, signal, onShare, folder } = context;
  const weights = settings.isPretrained
    ? { weights: path.join(context.need("pretraining").folder, WEIGHTS) }
    : {};
  const model = await HiClreModel.open({ data, settings, random, ...weights });
  try {
    for await (const event of model.train({ signal, checkpoint: { folder } }))
      onShare(event.step / event.steps);
    const found = model.score(data.test);
    return {
      ...scored(data, found.scores, settings),
      history: model.looks.map((one) => ({ ...one })),
      geometry: model.geometry.map((one) => ({ ...one })),
      noise: json(data.hasTruth ? denoising(data.test, found.attention, settings.testBagSize) : null),
      pictures: pictures(data, found),
      space: json(await bagSpace(data.test, found.vectors, context.seed)),
    };
  } finally {
    model.dispose();
  }
}

const json = (value: object | null): Json => value as unknown as Json;

/** Attention in the first bags with noise and enough sentences: the same bags whatever the method. */
function pictures({ test, hasTruth }: BagData, { attention }: ScoredBags): Json {
  if (!hasTruth) return null;
  return test
    .flatMap((bag, at) => (isMixed(bag) && bag.sentences.length >= PICTURED_SIZE ? [at] : []))
    .slice(0, PICTURED)
    .map((at) => ({ bag: at, attention: attention[at]!.map((one) => Number(one.toFixed(4))) }));
}

/** A run's value: scores by distant labels and, where the truth is known, by it; the curve; what each bag was said to be. */
function scored(
  data: BagData,
  scores: Float32Array,
  { ranks }: HiClreSettings,
): { readonly [key: string]: Json } {
  const { test, relations, hasTruth } = data;
  const distant = scoreBags(test, relations, scores, { ranks });
  const byTruth = hasTruth ? scoreBags(test, relations, scores, { ranks, labels: "true" }) : undefined;
  const said = saidOf(scores, test.length, relations.length);
  return {
    distant: json(distant.scores),
    true: json(byTruth?.scores ?? null),
    curve: json(distant.curve),
    said: hasTruth ? said : null,
    relabelled: json(hasTruth ? relabelled(test, relations, said) : null),
  };
}

/** Matching the blanks on the training sentences, without their labels; the weights stay in the run's folder. */
async function pretrain(settings: PretrainSettings, context: WorkContext): Promise<Json> {
  const { data: name, encoder, maxLength, blank, maskRate, epochs, batchSize, rate } = settings;
  const { random, signal, onShare, folder } = context;
  const data = await openBags(name, { bags: settings.bags, most: settings.most });
  const model = await TransformerSentences.open(
    await getModel(encoder),
    maxLength,
    random.fork("sentences"),
    { withMaskedHead: true, form: settings.sentence, packed: settings.packed ?? false },
  );
  try {
    const identity = JSON.stringify(settings);
    const task = mtbTask(model, data.train, { blank, maskRate }, identity);
    const losses: { pairs: number; words: number }[] = [];
    for await (const event of train(task, {
      random: random.fork("training"),
      epochs,
      batchSize,
      rate,
      signal,
      checkpoint: { folder },
    })) {
      onShare(event.step / event.steps);
      losses.push({ pairs: event.terms["pairs"]!, words: event.terms["words"]! });
    }
    model.save(path.join(folder, WEIGHTS));
    const last = losses.slice(-Math.ceil(losses.length / epochs));
    const mean = (which: "pairs" | "words"): number =>
      last.reduce((sum, one) => sum + one[which], 0) / Math.max(1, last.length);
    return { pairs: mean("pairs"), words: mean("words"), bags: task.size };
  } finally {
    model.dispose();
  }
}

/** The parts of a training's score, from the weights that it left. */
async function parts(settings: HiClreSettings, { random, need }: WorkContext): Promise<Json> {
  const data = await openBags(settings.data, settings);
  const model = await HiClreModel.open({ data, settings, random });
  try {
    model.restore(need("training").folder);
    return json(partsOf(model, data, settings.recontextualizationAtTest));
  } finally {
    model.dispose();
  }
}

/** Sentences and relations of a data set (Table 4); nothing where it is not on this machine. */
async function count({ data, bags }: CountSettings): Promise<Json> {
  try {
    return await countSentences(data, { bags });
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

export const works: Readonly<Record<string, Work>> = {
  train: work<HiClreSettings>(trainBags),
  pretrain: work<PretrainSettings>(pretrain),
  count: work<CountSettings>(count),
  parts: work<HiClreSettings>(parts),
};
