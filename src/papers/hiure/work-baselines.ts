// Runs of the baselines: clusters of frozen vectors, entity types, link prediction, SelfORE.

import { agglomerative, kMeans } from "../../cluster";
import { matrix, type Matrix, type Random } from "../../core";
import type { Sentence } from "../../data";
import { scoped } from "../../engine/scoped";
import { loadEncoder, type TransformerEncoder } from "../../encoders";
import { work } from "../../experiments";
import { getModel } from "../../models";
import { readout } from "../../relations";
import { encodeSentences, loadTokenizer } from "../../text";
import { entityTypePairs, haveTypes } from "./baselines/entity-types";
import { sentenceClassifier, typeClassifier, type LinkTraining } from "./baselines/link-trained";
import { selfOre, type SelfOreSettings } from "./baselines/self-ore";
import { openMarked } from "./marked-encoder";
import { read } from "./reading";
import { RelationFeatures } from "./relation-features";
import { numbersOf, numbersOfLabels } from "./scores";
import { PAPER_SETTINGS } from "./settings";
import type { Common } from "./work-train";

/** A baseline on vectors of the untrained encoder. */
export interface FrozenSettings extends Common {
  /** Start markers [H_S ; T_S]; without markers: means of the mentions, or the mean of all pieces. */
  readonly vectors: "markers" | "mentions" | "mean";
  readonly clustering: "k-means" | "ward";
  readonly clusters: number;
  readonly maxLength: number;
}

interface Loaded {
  readonly encoder: TransformerEncoder;
  readonly features: RelationFeatures;
  readonly sentences: readonly Sentence[];
}

/** An encoder whose relation vector is the pair of start markers alone. */
async function markerEncoder(
  encoder: string,
  maxLength: number,
  sentences: readonly Sentence[],
  random: Random,
): Promise<Loaded> {
  const settings = { ...PAPER_SETTINGS, maxLength, spanWords: 0 };
  const marked = await openMarked(await getModel(encoder), sentences, settings, random);
  return { encoder: marked.encoder, features: new RelationFeatures(marked.tokenizer, settings), sentences };
}

/** What a readout says of unmarked sentences. */
async function unmarkedVectors(
  vectors: "mentions" | "mean",
  encoder: string,
  maxLength: number,
  sentences: readonly Sentence[],
): Promise<Matrix> {
  const folder = await getModel(encoder);
  const tokenizer = loadTokenizer(folder);
  const loaded = await loadEncoder(folder);
  const { read: readVectors, parts } = readout(vectors);
  const width = parts * loaded.config.hiddenSize;
  const data = new Float32Array(sentences.length * width);
  for (let from = 0; from < sentences.length; from += 64) {
    const batch = encodeSentences(tokenizer, sentences.slice(from, from + 64), {
      markers: "none",
      maxLength,
    });
    const rows = scoped(() => readVectors(loaded.forward(batch).last, batch).dataSync<"float32">());
    data.set(rows, from * width);
  }
  loaded.dispose();
  return matrix(data, sentences.length, width);
}

/** k-means or Ward's clusters of vectors nobody trained. */
export const frozenWork = work<FrozenSettings>(
  async ({ encoder, reading, vectors, clustering, clusters, maxLength }, { random }) => {
    const { sentences, relations } = await read(reading);
    const points = async (): Promise<Matrix> => {
      if (vectors !== "markers") return unmarkedVectors(vectors, encoder, maxLength, sentences);
      const loaded = await markerEncoder(encoder, maxLength, sentences, random);
      const all = await loaded.features.readAll(loaded.encoder, loaded.features.encode(sentences), [
        new Int32Array(0),
      ]);
      loaded.encoder.dispose();
      return all;
    };
    const recipe =
      clustering === "ward"
        ? agglomerative({ clusters })
        : kMeans({ clusters, seed: random.fork("k-means").word() });
    return { ...numbersOf(await recipe.fit(await points()), relations) };
  },
);

/** EType: pairs of types. `null` throughout where mentions have no types. */
export const typesWork = work<Common>(async ({ reading }) => {
  const { sentences, relations } = await read(reading);
  return haveTypes(sentences) ? { ...numbersOfLabels(entityTypePairs(sentences), relations) } : {};
});

/** EType+ or UIE: a classifier taught by link prediction. */
export interface LinkSettings extends Common {
  readonly classifier: "types" | "sentence";
  readonly training: LinkTraining;
  readonly maxLength: number;
}

/** Answers of a classifier that link prediction taught; nothing where it needs types and there are none. */
export const linksWork = work<LinkSettings>(
  async ({ encoder, reading, classifier, training, maxLength }, { random, signal }) => {
    const { sentences, relations } = await read(reading);
    if (classifier === "types") {
      if (!haveTypes(sentences)) return {};
      return { ...numbersOfLabels(await typeClassifier(sentences, training, random, signal), relations) };
    }
    const loaded = await markerEncoder(encoder, maxLength, sentences, random);
    const answers = await sentenceClassifier(loaded, training, random, signal);
    loaded.encoder.dispose();
    return { ...numbersOfLabels(answers, relations) };
  },
);

/** SelfORE with its settings. */
export interface SelfOreRun extends Common {
  readonly selfOre: SelfOreSettings;
  readonly maxLength: number;
}

/** The pseudo labels after the last loop of SelfORE. */
export const selfOreWork = work<SelfOreRun>(
  async ({ encoder, reading, selfOre: settings, maxLength }, { random, signal, onShare }) => {
    const { sentences, relations } = await read(reading);
    const loaded = await markerEncoder(encoder, maxLength, sentences, random);
    const labels = await selfOre(loaded, settings, random, { signal, onShare });
    loaded.encoder.dispose();
    return { ...numbersOfLabels(labels, relations) };
  },
);
