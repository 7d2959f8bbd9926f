// Stage 3 on sentences as a work: a share of the labelled ones trains, all test sentences are scored.

import { fractions, openDataset, type DatasetName, type SentenceSet } from "../../data";
import { work, type Work } from "../../experiments";
import { classificationScores, scoreSemEval } from "../../metrics";
import { getModel } from "../../models";
import { sentenceClassifier } from "./documents/sentence-classifier";
import type { SentenceData } from "./experiments/settings";
import { trainWith } from "./work-loop";
import type { AdaptSentencesWork } from "./work-settings";

async function openSentences({ name, isTrue, most }: SentenceData, split: string): Promise<SentenceSet> {
  const all = (await openDataset(name as DatasetName, { split })).slice(0, most ?? Infinity);
  if (!isTrue) return all;
  return all.map(({ truth, ...rest }) => ({
    ...rest,
    ...(truth === undefined ? {} : { relation: truth.relation }),
  }));
}

/** After a pre-training, or from the encoder as it is. */
export const adaptSentences = (isPretrained: boolean): Work =>
  work<AdaptSentencesWork>(async (settings, context) => {
    const { sentences, share, loop, maxLength, dropout, encoder } = settings;
    const all = await openSentences(sentences, sentences.train);
    const learnt = share === 1 ? all : fractions(all, [share], { seed: context.seed })[0]!;
    const asked = await openSentences(sentences, sentences.test);
    const folder = isPretrained ? context.need("pretrained").folder : await getModel(encoder);
    const random = context.random.fork("model");
    const model = await sentenceClassifier({ folder, relations: all.relations, maxLength, dropout, random });
    try {
      await trainWith(model.task(learnt.items, JSON.stringify(settings)), loop, context);
      const gold = asked.items.map(({ relation }) => relation ?? "");
      const predicted = model.predict(asked.items);
      const negative = sentences.none === null ? {} : { negative: sentences.none };
      const { micro } = classificationScores(gold, predicted, negative);
      const isSemEval = sentences.name.startsWith("semeval");
      const official = isSemEval ? 100 * scoreSemEval(gold, predicted).officialMacroF1 : null;
      return { F1: 100 * micro.f1, official, sentences: learnt.length };
    } finally {
      model.dispose();
    }
  });
