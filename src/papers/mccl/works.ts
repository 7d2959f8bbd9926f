// The works of this paper: pre-training, fine-tuning with evaluation, and inference on frozen vectors.

import { selectRows, type Random } from "../../core";
import { work, type Json, type Work, type WorkContext } from "../../experiments";
import { pairedBootstrap } from "../../metrics";
import { getModel } from "../../models";
import { pointCloud } from "./inference/clusters";
import { countsByDocument, knownFacts, scorePairs } from "./inference/pair-scores";
import { fineTuning } from "./fine-tuning/fine-tune-task";
import {
  byHead,
  nearestCentre,
  nearestPairs,
  type EmbeddedPairs,
  type InferenceOptions,
  type Predictions,
} from "./inference/predictions";
import { coarse, shareOfPairs, type LabelledPairs } from "./pairs/labelled-pairs";
import { mtbCorpus } from "./pretraining/mtb-corpus";
import { mtbTask } from "./pretraining/mtb-task";
import { PairModel } from "./pairs/pair-model";
import { probed } from "./inference/fitted-probe";
import { trainedProbe } from "./inference/trained-probe";
import type { EncoderSettings, FineTuneWork, FrozenWork, PretrainSettings } from "./experiments/settings";
import { pretrainingCorpus, taskPairs, type TaskPairs } from "./pairs/task-data";
import { round } from "./loss-curve";
import { trainWith } from "./training-loop";

/** Numbers of a classifier, in percent. */
type Scores = { readonly F1: number; readonly IgF1: number; readonly IgF1OfAll: number };

/** The model that a run begins with: a pre-trained one where its plan names one. */
async function startingModel(
  { encoder, maxLength, projection = "normal" }: EncoderSettings,
  { random, need }: WorkContext,
  isPretrained: boolean,
): Promise<PairModel> {
  const folder = isPretrained ? need("pretrained").folder : await getModel(encoder);
  return PairModel.load(folder, random.fork("model"), { maxLength, projection });
}

function embedded(model: PairModel, { documents, pairs }: LabelledPairs): EmbeddedPairs {
  return { pairs, ...model.embed(documents, pairs) };
}

/** F1, and Ign by the facts of the training pairs that were used as well as of all [R18]. */
function scoresOf(
  test: LabelledPairs,
  predicted: Predictions,
  used: LabelledPairs,
  all: LabelledPairs,
): Scores {
  const scores = scorePairs(test, predicted, knownFacts(used));
  return {
    F1: round(100 * scores.f1),
    IgF1: round(100 * scores.ignF1),
    IgF1OfAll: round(100 * scorePairs(test, predicted, knownFacts(all)).ignF1),
  };
}

/** F1 of kNN with all pairs minus that of the fitted layer, and the ends of 95 % of resampled test documents. */
function gapOf(test: LabelledPairs, nearest: Predictions, layer: Predictions, random: Random): Json {
  const [knn, other] = [nearest, layer].map((predicted) => countsByDocument(test, predicted));
  const { gap, low, high } = pairedBootstrap(knn!, other!, { random });
  const points = (value: number): Json => ({ F1: round(100 * value) });
  return { mean: points(gap), low: points(low), high: points(high) };
}

const optionsOf = ({ relations, isMultiLabel }: LabelledPairs): InferenceOptions => ({
  relations: relations.length,
  isMultiLabel,
});

/** kNN for every k with one search, and with the k that is best on the development pairs; ties go to the smaller. */
function bestNeighbours(
  known: EmbeddedPairs,
  dev: { readonly data: LabelledPairs; readonly embedded: EmbeddedPairs },
  test: EmbeddedPairs,
  ks: readonly number[],
  options: InferenceOptions,
  bias?: ArrayLike<number>,
): { readonly k: number; readonly predicted: Predictions; readonly byK: readonly Predictions[] } {
  const onDev = nearestPairs(known, dev.embedded, ks, options, bias).map(
    (predicted) => scorePairs(dev.data, predicted).f1,
  );
  const best = onDev.indexOf(Math.max(...onDev));
  const byK = nearestPairs(known, test, ks, options, bias);
  return { k: ks[best]!, predicted: byK[best]!, byK };
}

/** F1 of every k: shown beside the chosen one, never chosen by. */
const scoresByK = (test: LabelledPairs, ks: readonly number[], byK: readonly Predictions[]): Json =>
  Object.fromEntries(byK.map((predicted, at) => [ks[at]!, round(100 * scorePairs(test, predicted).f1)]));

/** p% of the training and of the development pairs; the test pairs whole. */
function cut({ train, dev, test }: TaskPairs, share: number, seed: number): TaskPairs {
  return { train: shareOfPairs(train, share, seed), dev: shareOfPairs(dev, share, seed), test };
}

const pretrain = work<PretrainSettings>(async (settings, context) => {
  const { data, corpus: options, mtb, loop } = settings;
  const { documents, keyOf } = await pretrainingCorpus(data);
  const corpus = mtbCorpus(documents.items, { ...options, keyOf });
  const model = await startingModel(settings, context, false);
  try {
    const task = mtbTask(model, corpus, mtb);
    const loopContext = { ...context, random: context.random.fork("pre-training") };
    const { steps, curve } = await trainWith(task, loop, loopContext);
    model.save(context.folder);
    return { steps, curve, pairs: corpus.pairs.length, documents: documents.length } as Json;
  } finally {
    model.dispose();
  }
});

const fineTune = (isPretrained: boolean): Work =>
  work<FineTuneWork>(async (settings, context) => {
    const { share, ks, loop, isCoarse, withPoints } = settings;
    const whole = await taskPairs(settings.data);
    const { train, dev, test } = cut(whole, share, context.seed);
    const model = await startingModel(settings, context, isPretrained);
    const learnt = isCoarse ? coarse(train) : train;
    const tuning = fineTuning(model, learnt, settings.fineTune, context.random.fork("new parameters"));
    try {
      const loopContext = {
        ...context,
        random: context.random.fork("fine-tuning"),
        onShare: (done: number) => context.onShare(0.8 * done),
      };
      const { steps, curve } = await trainWith(tuning.task, loop, loopContext);
      const options = optionsOf(train);
      const asked = embedded(model, test);
      // a bias of coarse labels says nothing about fine ones
      const bias = isCoarse ? undefined : tuning.bias?.data();
      const found =
        tuning.head === undefined
          ? bestNeighbours(
              embedded(model, train),
              { data: dev, embedded: embedded(model, dev) },
              asked,
              ks,
              options,
              bias,
            )
          : { k: 0, predicted: byHead(tuning.head, asked, options), byK: [] };
      const cloud = withPoints
        ? { points: await pointCloud(asked, test.relations, context.random.fork("map")) }
        : {};
      const sizes = { train: train.pairs.length, test: test.pairs.length };
      return {
        ...scoresOf(test, found.predicted, train, whole.train),
        k: found.k,
        byK: scoresByK(test, ks, found.byK),
        steps,
        curve,
        sizes,
        ...cloud,
      } as unknown as Json;
    } finally {
      tuning.dispose();
      model.dispose();
    }
  });

const frozen = (isPretrained: boolean): Work =>
  work<FrozenWork>(async (settings, context) => {
    const { shares, ks, probe, withPoints } = settings;
    const whole = await taskPairs(settings.data);
    const model = await startingModel(settings, context, isPretrained);
    try {
      const options = optionsOf(whole.train);
      const [train, dev, test] = [whole.train, whole.dev, whole.test].map((part) => embedded(model, part));
      context.onShare(0.4);
      const lazy: Record<string, Json> = {};
      let nearest: Predictions = [];
      for (const share of shares) {
        const part = cut(whole, share, context.seed);
        const { k, predicted, byK } = bestNeighbours(
          rowsOf(train!, whole.train, part.train),
          { data: part.dev, embedded: rowsOf(dev!, whole.dev, part.dev) },
          test!,
          ks,
          options,
        );
        if (share === 1) nearest = predicted;
        lazy[String(share)] = {
          k,
          byK: scoresByK(whole.test, ks, byK),
          ...scoresOf(whole.test, predicted, part.train, whole.train),
        };
      }
      context.onShare(0.7);
      const scored = (predicted: Predictions): Json =>
        scoresOf(whole.test, predicted, whole.train, whole.train);
      const layer = probed(train!, test!, options);
      const gap = gapOf(whole.test, nearest, layer, context.random.fork("documents"));
      const probing = { ...context, random: context.random.fork("probe"), onShare: () => undefined };
      const trained = scored(await trainedProbe(train!, test!, options, probe, probing));
      const centroid = scored(nearestCentre(train!, test!, options));
      const cloud = withPoints
        ? { points: await pointCloud(test!, whole.test.relations, context.random.fork("map")) }
        : {};
      return { lazy, softmax: scored(layer), trained, centroid, gap, ...cloud } as unknown as Json;
    } finally {
      model.dispose();
    }
  });

/** The rows of a subset of pairs, which are objects of the whole. */
function rowsOf(all: EmbeddedPairs, whole: LabelledPairs, part: LabelledPairs): EmbeddedPairs {
  const kept = new Set(part.pairs);
  const rows = whole.pairs.flatMap((pair, row) => (kept.has(pair) ? [row] : []));
  return {
    pairs: part.pairs,
    vectors: selectRows(all.vectors, rows),
    isVisible: rows.map((row) => all.isVisible[row]!),
  };
}

/** Works by name. */
export const works: Readonly<Record<string, Work>> = {
  pretrain,
  "fine-tune": fineTune(false),
  "fine-tune pretrained": fineTune(true),
  frozen: frozen(false),
  "frozen pretrained": frozen(true),
};
