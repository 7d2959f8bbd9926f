// The works of this paper: learning order, confidence of a gold model, pre-training, and both adaptations.

import * as path from "node:path";
import { readText, writeFileAtomic, type Random } from "../../core";
import { DocumentSet, fractions, openDataset, openDocuments, type DatasetName } from "../../data";
import { work, type Json, type Work, type WorkContext } from "../../experiments";
import { getModel } from "../../models";
import { DocumentModel } from "./documents/document-model";
import { bestThreshold, factsOf, knownFacts, scoreFacts, type Facts } from "./documents/fact-scores";
import {
  instanceId,
  pairData,
  rightInstances,
  sentenceDocuments,
  type PairData,
  type PairInstance,
} from "./documents/instances";
import {
  cumulativeJaccard,
  epochsUntil,
  firstEpochs,
  learnedShareByRelation,
  singleJaccard,
} from "./order/learning-order";
import { areaUnderRoc } from "./order/noise-detection";
import { epochsByRelation, judged } from "./order/order-report";
import { joinedDocuments } from "./documents/joined-documents";
import { noisyDocuments } from "./documents/noisy-documents";
import { readOrder, writeOrder } from "./order/order-file";
import { OrderTask, scoresOf } from "./order/order-task";
import { EQUAL_WEIGHTS, orderWeights, type InstanceWeights } from "./order/order-weights";
import { PairClassifier } from "./documents/pair-classifier";
import { PlainReader } from "./documents/plain-reader";
import { OBJECTIVES, pretrainTask } from "./pretraining/pretraining";
import type { CountingTask } from "./pretraining/throughput";
import { upSample } from "./order/up-sampling";
import { trainWith } from "./work-loop";
import { adaptSentences } from "./work-sentences";
import type { AdaptDocumentsWork, DataSettings, OrderWork, PretrainWork } from "./work-settings";

async function sentencesAsDocuments({ name, split, most, together }: NonNullable<DataSettings["joined"]>) {
  const sentences = (await openDataset(name as DatasetName, { split })).sample(most, { seed: 0 });
  const documents = sentenceDocuments(sentences).map((one) => ({ ...one, id: `${name}/${one.id}` }));
  return joinedDocuments(documents, together);
}

/** Documents with distant labels, and sentences as documents of two entities; noisy where the data have no noise of their own. */
async function distantDocuments({ data }: { readonly data: DataSettings }): Promise<DocumentSet> {
  const { documents, joined, most, noise } = data;
  const set = (await openDocuments(documents.name, { split: documents.distant })).slice(0, most ?? Infinity);
  const more = joined === null ? [] : await sentencesAsDocuments(joined);
  const all = more.length === 0 ? set : DocumentSet.from([...set.items, ...more], { name: documents.name });
  return noise > 0 ? noisyDocuments(all, noise) : all;
}

const learnOrder = work<OrderWork>(async (settings, context) => {
  const data = pairData(await distantDocuments(settings));
  const { random, folder, seed } = context;
  const { maxLength, isMarked, noneRatio, blank, loss, loop, encoder } = settings;
  const model = await DocumentModel.load(await getModel(encoder), random.fork("model"), {
    maxLength,
    isMarked,
  });
  const classifier = new PairClassifier(model, data.relations.length, random.fork("classifier"));
  try {
    const identity = JSON.stringify(settings);
    const task = new OrderTask(classifier, data, { noneRatio, identity, blank, loss });
    await trainWith(task, loop, context);
    task.finish(loop.epochs);
    const provenance = { data: settings.data.documents.name, encoder, seed, steps: [] };
    const right = rightInstances(data);
    const orders = {
      batch: task.notes.order("batch", loop.epochs, provenance),
      epoch: task.notes.order("epoch", loop.epochs, provenance),
    };
    for (const [form, order] of Object.entries(orders))
      writeOrder(path.join(folder, `order.${form}.json`), order);
    const { seen } = task.notes;
    const isRight = seen.map(([id]) => right?.has(id) ?? false);
    const minus = (list: Float32Array): number[] => seen.map(([, at]) => -list[at]!);
    const detection =
      right === undefined
        ? null
        : {
            loss: areaUnderRoc(minus(task.notes.loss), isRight),
            confidence: areaUnderRoc(minus(task.notes.lastLoss), isRight),
          };
    const lastRight: Record<string, [number, number]> = {};
    for (const [, at] of seen) {
      const own = (lastRight[task.notes.relation[at]!] ??= [0, 0]);
      own[0] += task.notes.last[at]!;
      own[1]++;
    }
    return {
      batch: judged(orders.batch, right),
      epoch: judged(orders.epoch, right),
      detection,
      byRelation: Object.fromEntries(learnedShareByRelation(orders.batch)),
      stage1Accuracy: Object.fromEntries(Object.entries(lastRight).map(([name, [a, b]]) => [name, a / b])),
      epochsByRelation: epochsByRelation(orders.batch),
    } as unknown as Json;
  } finally {
    classifier.dispose();
    model.dispose();
  }
});

const compareOrders = work<object>((_, { need }) => {
  const [first, second] = ["first", "second"].map((name) =>
    readOrder(path.join(need(name).folder, "order.batch.json")),
  );
  const cumulative = [...cumulativeJaccard(first!, second!)];
  return Promise.resolve({ cumulative, single: [...singleJaccard(first!, second!)] });
});

/** Weights of a method's instances: from the order, from a gold model's confidence, or equal. */
function weightsOf(settings: PretrainWork, { need, random }: WorkContext): InstanceWeights {
  if (settings.method === "finecl") {
    const order = readOrder(path.join(need("order").folder, "order.batch.json"));
    const { alpha, epochsOfOrder } = settings;
    const known = epochsOfOrder === null ? order : firstEpochs(order, Math.min(epochsOfOrder, order.epochs));
    return orderWeights(upSample(known, random.fork("up-sampling")), { alpha });
  }
  if (settings.method !== "wcl") return EQUAL_WEIGHTS;
  const file = path.join(need("confidence").folder, "confidence.json");
  const found = new Map(Object.entries(JSON.parse(readText(file)) as Record<string, number>));
  return { of: (id) => found.get(id) ?? 0, none: 1 };
}

const pretrain = work<PretrainWork>(async (settings, context) => {
  const data = pairData(await distantDocuments(settings));
  const { encoder, maxLength, method, loop, options } = settings;
  const isMarked = OBJECTIVES[method].blank > 0;
  const random = context.random.fork("model");
  const model = await DocumentModel.load(await getModel(encoder), random, { maxLength, isMarked });
  try {
    const weights = weightsOf(settings, context);
    const identity = JSON.stringify(settings);
    const task = pretrainTask(model, data, OBJECTIVES[method], weights, options, identity);
    const steps = await trainWith(task, loop, context);
    model.save(context.folder);
    return { steps };
  } finally {
    model.dispose();
  }
});

async function annotatedDocuments({ data }: AdaptDocumentsWork): Promise<DocumentSet> {
  const all = await openDocuments(data.documents.name, { split: data.documents.annotated });
  return all.slice(0, data.most ?? Infinity);
}

/** Annotated documents, or the distant ones with only what an order learned in its first epoch or epochs. */
async function adaptationData(settings: AdaptDocumentsWork, { need, seed }: WorkContext): Promise<PairData> {
  const { share, subset, subsetShare } = settings;
  if (subset === null) {
    const set = await annotatedDocuments(settings);
    return pairData(share === 1 ? set : fractions(set, [share], { seed })[0]!, set.relations);
  }
  const set = pairData(await distantDocuments(settings));
  if (subset === "all") return set;
  const order = readOrder(path.join(need("order").folder, `order.${subset}.json`));
  const last = subsetShare === null ? 1 : epochsUntil(order, subsetShare);
  const first = new Set(
    order.instances.flatMap(({ id, epoch }) => (epoch !== null && epoch <= last ? [id] : [])),
  );
  // what is left out is no NA pair either: it is not trained on
  const keep = (pair: PairInstance): PairInstance[] => {
    const labels = pair.labels.filter((label) => first.has(instanceId(set, pair, label)));
    return pair.labels.length > 0 && labels.length === 0 ? [] : [{ ...pair, labels }];
  };
  return { ...set, pairs: set.pairs.map((own) => own.flatMap(keep)) };
}

/** Facts by their scores, or by how far these are above NA's own, the threshold that each pair has learned. */
function facts(
  classifier: PairClassifier,
  data: PairData,
  known: ReadonlySet<string>,
  { loss }: AdaptDocumentsWork,
): Facts {
  const scored: [PairInstance, Float32Array][] = [];
  scoresOf(
    classifier,
    data,
    () => true,
    (pair, scores) => {
      const none = loss === "adaptive threshold" ? scores[0]! : 0;
      scored.push([pair, scores.map((score) => score - none)]);
    },
  );
  return factsOf(data, scored, known);
}

async function classifierOf(
  settings: AdaptDocumentsWork,
  isPretrained: boolean,
  context: WorkContext,
): Promise<{ classifier: PairClassifier; trained: PairData; dispose(): void }> {
  const trained = await adaptationData(settings, context);
  const random: Random = context.random.fork("model");
  const folder = isPretrained ? context.need("pretrained").folder : await getModel(settings.encoder);
  const { reader, maxLength } = settings;
  const model =
    reader === null
      ? await DocumentModel.load(folder, random, { maxLength })
      : new PlainReader(folder, reader, random, maxLength);
  const classifier = new PairClassifier(model, trained.relations.length, random.fork("classifier"));
  const dispose = (): void => {
    classifier.dispose();
    model.dispose();
  };
  return { classifier, trained, dispose };
}

const adaptDocuments = (isPretrained: boolean): Work =>
  work<AdaptDocumentsWork>(async (settings, context) => {
    const { classifier, trained, dispose } = await classifierOf(settings, isPretrained, context);
    try {
      const { name } = settings.data.documents;
      const open = async (split: string): Promise<PairData> => {
        const set = (await openDocuments(name, { split })).slice(0, settings.data.most ?? Infinity);
        return pairData(set, trained.relations.slice(1));
      };
      const [dev, test] = [await open("dev"), await open("test")];
      // a fact counts as known if any annotated document has it, whatever share trains
      const known = knownFacts(
        settings.subset === null ? pairData(await annotatedDocuments(settings)) : trained,
      );
      const { noneRatio, loop, loss = "binary" } = settings;
      const data = { ...trained, isMultiLabel: true };
      const task = new OrderTask(classifier, data, { noneRatio, identity: JSON.stringify(settings), loss });
      const plain: CountingTask = {
        parameters: task.parameters,
        size: task.size,
        identity: task.identity,
        terms: (i, c) => task.terms(i, c),
        get tokens() {
          return task.tokens;
        },
      };
      await trainWith(plain, loop, context);
      const { threshold, F1 } = bestThreshold(facts(classifier, dev, known, settings));
      const { byRelation, ...scores } = scoreFacts(facts(classifier, test, known, settings), threshold);
      const classes = Object.fromEntries(
        Object.entries(byRelation).map(([at, own]) => [test.relations[Number(at)]!, own]),
      );
      if (settings.withConfidence) await writeConfidence(settings, classifier, trained, context.folder);
      return { ...scores, dev: F1, classes, documents: trained.documents.length } as unknown as Json;
    } finally {
      dispose();
    }
  });

/** WCL's weights: the softmax probability of the class that a model of gold labels predicts for each distant instance. */
async function writeConfidence(
  settings: AdaptDocumentsWork,
  classifier: PairClassifier,
  { relations }: PairData,
  folder: string,
): Promise<void> {
  const distant = pairData(await distantDocuments(settings), relations.slice(1));
  const found: Record<string, number> = {};
  scoresOf(
    classifier,
    distant,
    ({ labels }) => labels.length > 0,
    (pair, scores) => {
      const top = Math.max(...scores);
      const sum = scores.reduce((total, score) => total + Math.exp(score - top), 0);
      for (const label of pair.labels) found[instanceId(distant, pair, label)] = 1 / sum;
    },
  );
  writeFileAtomic(path.join(folder, "confidence.json"), JSON.stringify(found));
}

/** Works by name. */
export const works: Readonly<Record<string, Work>> = {
  order: learnOrder,
  "compare orders": compareOrders,
  pretrain,
  "adapt documents": adaptDocuments(false),
  "adapt documents pretrained": adaptDocuments(true),
  "adapt sentences": adaptSentences(false),
  "adapt sentences pretrained": adaptSentences(true),
};
