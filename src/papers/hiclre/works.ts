// The work behind HiCLRE's tables: training a method on bags and scoring it.

import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import type { Bag } from "../../data";
import { work, type Json, type Work, type WorkContext } from "../../experiments";
import { getModel } from "../../models";
import { bagLayout } from "../../relations";
import { loadTokenizer } from "../../text";
import { train } from "../../train";
import { openBags, type BagData } from "./bag-data";
import { BagModel } from "./bag-model";
import { BagTask } from "./bag-task";
import { mintzScores } from "./mintz";
import { scoreBags } from "./score";
import { PcnnSentences, TransformerSentences } from "./sentence-models";
import type { HiClreSettings } from "./settings";

/** Sentences encoded at once when scoring. */
const SCORED_AT_ONCE = 128;

/** A bag cut to as many sentences as the settings allow at test. */
const cut = (bag: Bag, most: number): Bag =>
  bag.sentences.length <= most ? bag : { ...bag, sentences: bag.sentences.slice(0, most) };

/** Scores of bags `[bags, relations]` and, for each bag, the attention of its best relation over its sentences. */
function scoresOf(
  bags: readonly Bag[],
  sentences: TransformerSentences | PcnnSentences,
  model: BagModel,
  most: number,
): { readonly scores: Float32Array; readonly attention: readonly (readonly number[])[] } {
  const { relations } = model.options;
  const scores = new Float32Array(bags.length * relations);
  const attention: number[][] = [];
  for (let at = 0; at < bags.length;) {
    const batch: Bag[] = [];
    for (let count = 0; at + batch.length < bags.length && count < SCORED_AT_ONCE;) {
      const next = cut(bags[at + batch.length]!, most);
      batch.push(next);
      count += next.sentences.length;
    }
    const layout = bagLayout(batch.map((bag) => bag.sentences.length));
    tf.tidy(() => {
      const given = sentences.vectors(batch.flatMap((bag) => bag.sentences));
      const out = model.test(given, layout);
      const own = out.scores.dataSync();
      scores.set(own, at * relations);
      const shares = out.attention.dataSync();
      batch.forEach((bag, row) => {
        let best = Math.min(1, relations - 1);
        for (let column = 1; column < relations; column++)
          if (own[row * relations + column]! > own[row * relations + best]!) best = column;
        const from = (row * relations + best) * layout.places;
        attention.push([...shares.subarray(from, from + bag.sentences.length)]);
      });
    });
    at += batch.length;
  }
  return { scores, attention };
}

/**
 * Share of the attention that falls on sentences known to be noise, and the share of such sentences, over bags that hold
 * both noise and a sentence that states the bag's relation.
 */
function noiseMass(bags: readonly Bag[], attention: readonly (readonly number[])[], most: number): Json {
  let [mass, share, count] = [0, 0, 0];
  bags.forEach((bag, row) => {
    const given = cut(bag, most).sentences;
    const isNoise = given.map(({ truth }) => truth !== undefined && !bag.relations.includes(truth.relation));
    const noisy = isNoise.filter(Boolean).length;
    if (bag.relations.includes("NA") || noisy === 0 || noisy === given.length) return;
    mass += attention[row]!.reduce((sum, own, at) => sum + (isNoise[at] ? own : 0), 0);
    share += noisy / given.length;
    count++;
  });
  return count === 0 ? null : { mass: mass / count, share: share / count, bags: count };
}

const digestOf = (settings: HiClreSettings, data: BagData): string =>
  createHash("sha256")
    .update(
      JSON.stringify([settings, data.train.map(({ id, sentences }) => [id, sentences.map((one) => one.id)])]),
    )
    .digest("hex");

async function openSentences(
  { method, encoder, maxLength }: HiClreSettings,
  random: Random,
): Promise<TransformerSentences | PcnnSentences> {
  const folder = await getModel(encoder);
  return method === "pcnn"
    ? new PcnnSentences(loadTokenizer(folder), maxLength, random.fork("network"))
    : TransformerSentences.open(folder, maxLength, random.fork("sentences"));
}

/** Trains on bags, keeps the epoch that is best on the development bags, scores the test bags. */
async function trainBags(settings: HiClreSettings, context: WorkContext): Promise<Json> {
  const data = await openBags(settings.data, settings.noise);
  if (settings.method === "mintz") return scored(data, mintzScores(data), settings, undefined);
  const { random, signal, onShare, folder } = context;
  const sentences = await openSentences(settings, random);
  const { recontextualization, heads, recontextualizationAtTest, dropout, selection } = settings;
  const bags = new BagModel({
    dim: sentences.dim,
    relations: data.relations.length,
    selection,
    recontextualization: settings.method === "pcnn" ? "none" : recontextualization,
    heads,
    atTest: recontextualizationAtTest,
    dropout,
    random: random.fork("bags"),
  });
  const task = new BagTask({
    settings,
    sentences,
    bags,
    data: data.train,
    relations: data.relations,
    identity: digestOf(settings, data),
  });
  const { batchSize, epochs, rate, rateFactor, weightDecay, testBagSize, ranks } = settings;
  const history: { step: number; F1: number; AUC: number }[] = [];
  const stepsPerEpoch = Math.ceil(data.train.length / batchSize);
  let step = 0;
  try {
    for await (const event of train(task, {
      random: random.fork("training"),
      epochs,
      batchSize,
      rate: rate * rateFactor,
      weightDecay,
      signal,
      checkpoint: { folder },
      development: {
        every: Math.ceil(stepsPerEpoch / 4),
        score: () => {
          const { scores } = scoresOf(data.dev, sentences, bags, testBagSize);
          const found = scoreBags(data.dev, data.relations, scores, { ranks }).scores;
          history.push({ step: step + 1, F1: found.F1, AUC: found.AUC });
          return found.AUC;
        },
      },
    })) {
      step = event.step;
      onShare(event.step / event.steps);
    }
    const { scores, attention } = scoresOf(data.test, sentences, bags, testBagSize);
    return {
      ...scored(data, scores, settings, attention),
      history,
      geometry: task.geometry.map((one) => ({ ...one })),
    };
  } finally {
    bags.dispose();
    sentences.dispose();
  }
}

/** A run's value: scores by distant labels and, where the truth is known, by it; the curve; the mass on noise. */
function scored(
  data: BagData,
  scores: Float32Array,
  { ranks, testBagSize }: HiClreSettings,
  attention: readonly (readonly number[])[] | undefined,
): { readonly [key: string]: Json } {
  const distant = scoreBags(data.test, data.relations, scores, { ranks });
  const byTruth = data.hasTruth
    ? scoreBags(data.test, data.relations, scores, { ranks, labels: "true" })
    : undefined;
  return {
    distant: distant.scores as unknown as Json,
    true: (byTruth?.scores ?? null) as unknown as Json,
    curve: distant.curve as unknown as Json,
    noise: attention === undefined ? null : noiseMass(data.test, attention, testBagSize),
  };
}

export const works: Readonly<Record<string, Work>> = { train: work<HiClreSettings>(trainBags) };
