// The work behind the paper's tables: tuning an encoder by one loss and asking its frozen vectors; and counts of the data.

import type * as tf from "@tensorflow/tfjs";
import { work, type Json, type Work, type WorkContext } from "../../experiments";
import { scoreTags, scoreWordPairs } from "../../metrics";
import { PairClassifier, supConOnPairs, Tagger } from "./baseline-losses";
import { Cldr } from "./cldr-loss";
import { Clgs } from "./clgs-loss";
import { Clner } from "./clner-loss";
import { openCorpus, TAGS, type Corpus, type CorpusSettings, type Tag } from "./corpus";
import { countCorpus } from "./data-facts";
import { mapOf, samplePairs, sampleWords } from "./maps";
import { partOf, teacherOf, type Part } from "./part";
import {
  linearProbe,
  pairNeighbours,
  tagNeighbours,
  tagNumbers,
  tagsBySentence,
  tagsOf,
  type Space,
} from "./probes";
import type { CldrSettings, ClgsSettings, ClnerSettings, ProbeSettings, TrainingSettings } from "./settings";
import { trainEncoder, type PartLoss, type Trained } from "./training";
import { WordEncoder } from "./word-encoder";

/** The parts of a corpus, ready for one encoder. */
interface Parts {
  readonly train: Part;
  readonly validation: Part;
  readonly test: Part;
}

type Spaces = Readonly<Record<keyof Parts, Space>>;

/** Opens corpus and encoder, and frees the encoder afterwards. */
async function withParts<T>(
  { corpus, encoder, reading }: Pick<TrainingSettings, "corpus" | "encoder" | "reading">,
  use: (words: WordEncoder, parts: Parts) => Promise<T>,
): Promise<T> {
  const opened: Corpus = await openCorpus(corpus);
  const words = await WordEncoder.open(encoder, reading);
  try {
    return await use(words, {
      train: partOf(words, opened.train),
      validation: partOf(words, opened.validation),
      test: partOf(words, opened.test),
    });
  } finally {
    words.dispose();
  }
}

/** The frozen vectors of all parts. */
function spacesOf(words: WordEncoder, parts: Parts, after?: (words: tf.Tensor2D) => tf.Tensor2D): Spaces {
  const space = (part: Part): Space => ({ part, vectors: words.vectors(part.sequences, after) });
  return { train: space(parts.train), validation: space(parts.validation), test: space(parts.test) };
}

/** Trains; the teacher's vectors of both parts are computed before and freed after. */
async function trained(
  words: WordEncoder,
  parts: Parts,
  model: { readonly parameters: Parameters<typeof trainEncoder>[0]["parameters"]; readonly loss: PartLoss },
  settings: TrainingSettings,
  needsRelations: boolean,
  { random, folder, signal, onShare }: WorkContext,
): Promise<Trained> {
  const { train, validation } = parts;
  return trainEncoder(
    { words, ...model, train, validation, settings, needsRelations },
    { random, folder, signal, onShare: (share) => onShare(0.9 * share) },
  );
}

/** A loss that asks for the teacher's vectors of a part. */
type TaughtLoss = (...[part, teacher, indices, chance]: Parameters<Clgs["loss"]>) => tf.Scalar;

function withTeacher(teachers: ReadonlyMap<Part, tf.Tensor2D>, loss: TaughtLoss): PartLoss {
  return (part, indices, chance) => loss(part, teachers.get(part)!, indices, chance);
}

const percent = (value: number): number => 100 * value;

/** What the paper measures of a space of pairs: Table 3, RE- of Table 4, figures 6 and 7. */
async function pairResults(
  spaces: Spaces,
  probes: ProbeSettings,
  { neighbours, map }: { readonly neighbours: boolean; readonly map: boolean },
  { random, seed, onShare }: Pick<WorkContext, "random" | "seed" | "onShare">,
): Promise<{ readonly [key: string]: Json }> {
  const { scores, pairs } = linearProbe(spaces, probes, random.fork("probe"));
  const { precision, recall, f1 } = scores;
  const known = [spaces.train, spaces.validation];
  const near = neighbours
    ? pairNeighbours(known, spaces.test, probes, random.fork("neighbours"), ({ done, total }) =>
        onShare(0.9 + (0.1 * done) / (total ?? done)),
      ).pairs
    : undefined;
  const maps = map
    ? {
        pairMap: await mapOf(samplePairs(spaces.test, 2 * probes.mapPoints, random.fork("pair map")), seed),
        wordMap: await mapOf(sampleWords(spaces.test, probes.mapPoints, random.fork("word map")), seed),
      }
    : {};
  return {
    P: percent(precision),
    R: percent(recall),
    F1: percent(f1),
    probePairs: pairs,
    ...(near === undefined ? {} : { pairs: near }),
    ...(maps as { readonly [key: string]: Json }),
  };
}

function asJson({ steps, validationLoss, losses }: Trained): Json {
  return { steps, validationLoss, losses };
}

/** The encoder as it is: every probe of the paper. */
async function frozen(
  { training, probes }: { readonly training: TrainingSettings; readonly probes: ProbeSettings },
  context: WorkContext,
): Promise<Json> {
  return withParts(training, async (words, parts) => {
    const spaces = spacesOf(words, parts);
    const results = await pairResults(spaces, probes, { neighbours: true, map: true }, context);
    const tags = tagNeighbours([spaces.train, spaces.validation], spaces.test, probes);
    return { ...results, tags: tagNumbers(tags) };
  });
}

/** CLGS: Table 2, and Table 3 where asked. */
async function tuneByGraphs(
  { training, probes, isProbed }: { training: ClgsSettings; probes: ProbeSettings; isProbed: boolean },
  context: WorkContext,
): Promise<Json> {
  const { random } = context;
  return withParts(training, async (words, parts) => {
    const teachers = new Map(
      [parts.train, parts.validation, parts.test].map((part) => [part, teacherOf(words, part)]),
    );
    const model = new Clgs(words, training, random.fork("graphs"));
    try {
      const loss = withTeacher(teachers, (...given) => model.loss(...given));
      const how = await trained(
        words,
        parts,
        { parameters: model.parameters, loss },
        training,
        true,
        context,
      );
      const choose = (negatives: number, name: string) =>
        model.choices(parts.test, teachers.get(parts.test)!, negatives, random.fork(name));
      const all = choose(training.testNegatives, "test graphs");
      const nine = choose(training.negatives, "nine graphs");
      const share = (choices: readonly { readonly isRight: boolean }[]): number =>
        percent(choices.filter(({ isRight }) => isRight).length / Math.max(1, choices.length));
      const chance = all.reduce((sum, { graphs }) => sum + 1 / graphs, 0) / Math.max(1, all.length);
      const results = isProbed
        ? await pairResults(spacesOf(words, parts), probes, { neighbours: false, map: false }, context)
        : {};
      return {
        ...results,
        accuracy: share(all),
        "of nine": share(nine),
        chance: percent(chance),
        training: asJson(how),
      };
    } finally {
      model.dispose();
      for (const teacher of teachers.values()) teacher.dispose();
    }
  });
}

/** How pairs of words are taught: CLDR or a baseline. */
type PairMethod = "cldr" | "supcon" | "cross-entropy";

/** CLDR and what stands in its place: Table 3, the pairs of Table 4, figures 6 and 7. */
async function tunePairs(
  { training, probes, method }: { training: CldrSettings; probes: ProbeSettings; method: PairMethod },
  context: WorkContext,
): Promise<Json> {
  const { random } = context;
  return withParts(training, async (words, parts) => {
    const teachers = new Map<Part, tf.Tensor2D>();
    const graphs = random.fork("graphs");
    const cldr = method === "cldr" ? new Cldr(words, training, graphs) : undefined;
    const classifier = method === "cross-entropy" ? new PairClassifier(words, graphs) : undefined;
    const baseline = supConOnPairs(words, training);
    if (cldr !== undefined)
      for (const part of [parts.train, parts.validation]) teachers.set(part, teacherOf(words, part));
    try {
      const loss: PartLoss =
        cldr !== undefined
          ? withTeacher(teachers, (...given) => cldr.loss(...given))
          : (part, indices, chance) =>
              classifier?.loss(part, indices, chance) ?? baseline(part, indices, chance);
      const parameters = [...(cldr?.parameters ?? []), ...(classifier?.parameters ?? [])];
      const needsRelations = method !== "cross-entropy";
      const how = await trained(words, parts, { parameters, loss }, training, needsRelations, context);
      const results = await pairResults(
        spacesOf(words, parts),
        probes,
        { neighbours: true, map: method === "cldr" },
        context,
      );
      return { ...results, training: asJson(how) };
    } finally {
      cldr?.dispose();
      classifier?.dispose();
      for (const teacher of teachers.values()) teacher.dispose();
    }
  });
}

/** CLNER, or a tagger with cross-entropy: the tags of Table 4, figure 8. */
async function tuneTags(
  {
    training,
    probes,
    method,
  }: { training: ClnerSettings; probes: ProbeSettings; method: "clner" | "tagger" },
  context: WorkContext,
): Promise<Json> {
  const { random, seed } = context;
  return withParts(training, async (words, parts) => {
    const layer = random.fork("layer");
    const model = method === "clner" ? new Clner(words, training, layer) : new Tagger(words, layer);
    try {
      const loss: PartLoss = (part, indices, chance) => model.loss(part, indices, chance);
      const how = await trained(
        words,
        parts,
        { parameters: model.parameters, loss },
        training,
        false,
        context,
      );
      if (model instanceof Tagger)
        return { tags: tagNumbers(taggedBy(model, words, parts.test)), training: asJson(how) };
      const spaces = spacesOf(words, parts, (states) => model.project(states));
      const tags = tagNeighbours([spaces.train, spaces.validation], spaces.test, probes);
      const points = sampleWords(spaces.test, probes.mapPoints, random.fork("word map"));
      const wordMap = (await mapOf(points, seed)) as unknown as Json;
      return { tags: tagNumbers(tags), wordMap, training: asJson(how) };
    } finally {
      model.dispose();
    }
  });
}

/** The best tag of each word. */
function taggedBy(model: Tagger, words: WordEncoder, test: Part): Tag[][] {
  const { data, rows, columns } = words.vectors(test.sequences, (states) => model.scores(states));
  const best = Array.from({ length: rows }, (_, word) => {
    const own = data.subarray(word * columns, (word + 1) * columns);
    return TAGS[own.indexOf(Math.max(...own))]!;
  });
  return tagsBySentence(test, best);
}

type Pairs = readonly (readonly (readonly [number, number])[])[];

/** Table 4: predicted pairs of one run with predicted tags of another. */
async function joint(
  { corpus, pairs: name }: { corpus: CorpusSettings; pairs: "pairs" | "probePairs" },
  { need }: WorkContext,
): Promise<Json> {
  const { test } = await openCorpus(corpus);
  const found = need("pairs").value as unknown as Record<string, Pairs>;
  const tags = tagsOf((need("tags").value as unknown as { tags: readonly (readonly number[])[] }).tags);
  const predicted = test.map((_, at) => ({ pairs: found[name]![at]!, tags: tags[at]! }));
  const ner = scoreTags(
    test.map((sentence) => sentence.tags),
    tags,
  );
  const { strict, released, pairs } = scoreWordPairs(test, predicted);
  return {
    NER: percent(ner.macro.f1),
    RE: percent(strict.f1),
    "RE-": percent(pairs.f1),
    "RE released": percent(released.f1),
  };
}

export const works: Readonly<Record<string, Work>> = {
  frozen: work(frozen),
  clgs: work(tuneByGraphs),
  pairs: work(tunePairs),
  tags: work(tuneTags),
  joint: work(joint),
  facts: work(countCorpus),
};
