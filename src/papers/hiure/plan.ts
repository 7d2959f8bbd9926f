// The runs behind HiURE's tables: data, encoder and sizes by profile, and one function for each kind of run.

import type { Json, ProfileName, Run, Setting } from "../../experiments";
import type { LinkTraining } from "./baselines/link-trained";
import type { SelfOreSettings } from "./baselines/self-ore";
import { inputOf, type Reading } from "./reading";
import { hiureSettings } from "./profiles";
import type { HiureSettings } from "./settings";
import type { AnswerSettings } from "./work-clusters";

/** Which of the two data sets: what stands for NYT+FB, and what stands for TACRED. */
export type Place = "first" | "second";

/** What a profile reads, and how large the baselines are. */
interface ProfileData {
  readonly encoder: string;
  readonly readings: Readonly<Record<Place, Reading>>;
  /** Gold relations of each data set, for rows of our own that are told their number. */
  readonly relations: Readonly<Record<Place, number>>;
  /** Parent relations of the first data set, where it has a tree. */
  readonly parents: number | null;
  readonly links: Omit<LinkTraining, "relations" | "dispersion">;
  readonly selfOre: Omit<SelfOreSettings, "clusters">;
}

const SELF_ORE = { inner: 400, latent: 10, fitSteps: 200, clusterSteps: 100, batchSize: 64 } as const;

const DATA: Readonly<Record<ProfileName, ProfileData>> = {
  quick: {
    encoder: "tiny",
    readings: {
      first: { set: "world/unlabelled", split: "train", part: "all" },
      second: { set: "world/unlabelled", split: "test", part: "all" },
    },
    relations: { first: 12, second: 12 },
    parents: 4,
    links: { epochs: 5, batchSize: 64, rate: 5e-4 },
    selfOre: { ...SELF_ORE, loops: 3, epochs: 4, rate: 5e-4 },
  },
  small: {
    encoder: "minilm",
    readings: {
      first: { set: "fewrel", split: "dev", part: "fewrel-rows" },
      second: { set: "semeval", split: "test", part: "undirected" },
    },
    relations: { first: 16, second: 9 },
    parents: null,
    links: { epochs: 3, batchSize: 64, rate: 5e-5 },
    selfOre: { ...SELF_ORE, loops: 3, epochs: 4, rate: 5e-5 },
  },
  paper: {
    encoder: "bert-base-cased",
    readings: {
      first: { set: "nyt-fb", split: "train", part: "all" },
      second: { set: "tacred", split: "test", part: "all" },
    },
    relations: { first: 176, second: 41 },
    parents: null,
    links: { epochs: 10, batchSize: 100, rate: 1e-5 },
    selfOre: { ...SELF_ORE, loops: 5, epochs: 4, rate: 1e-5 },
  },
};

/** Weight of L_d: with the published 0.02, answers collapse into two or three relations here. */
const DISPERSION = 1;

/**
 * Sentences among which a wanted number of clusters is searched for; the others join the nearest exemplar [R8]. Up to 400,
 * messages run in float64, and the number hardly ever falls where it should rise.
 */
export const COUNTED: Partial<HiureSettings> = { sample: 400 };

/** Clusters that baselines are told to find, as in the paper. */
export const TEN = 10;

/** How k-means is measured where rows compare vectors by it: the mean of five, each the best of ten starts. */
const K_MEANS = { starts: 10, repeats: 5 } as const;

/** Data and sizes of a profile. */
export function profileData(profile: ProfileName): ProfileData {
  return DATA[profile];
}

/** The sentences of a setting, of the world's control where that is asked for. */
export function readingOf({ profile, data }: Setting, place: Place): Reading {
  const reading = DATA[profile].readings[place];
  return data === "control" ? { ...reading, set: reading.set.replace(/^world\b/, "world-control") } : reading;
}

function run(
  setting: Setting,
  work: string,
  settings: object,
  reading: Reading,
  label: string,
  needs: Readonly<Record<string, Run>> = {},
): Run {
  const { encoder } = DATA[setting.profile];
  const also = (settings as { readonly alsoEmbed?: Reading | null }).alsoEmbed ?? undefined;
  const inputs = [inputOf(reading), ...(also === undefined ? [] : [inputOf(also)]), encoder];
  return {
    paper: "hiure",
    work,
    settings: { ...settings, reading, encoder } as unknown as Json,
    seed: setting.seed,
    inputs: [...new Set(inputs)],
    needs,
    label: `HiURE: ${label}, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 3,
  };
}

/** A training of HiURE, or of a part of it. The first data set's also embeds the second's sentences. */
export function trainRun(
  setting: Setting,
  place: Place,
  changes: Partial<HiureSettings> = {},
  label = "HiURE",
): Run {
  const method = hiureSettings(setting.profile, changes);
  const alsoEmbed = place === "first" ? readingOf(setting, "second") : null;
  const settings = { method, alsoEmbed, watch: true };
  return run(setting, "train", settings, readingOf(setting, place), `${label} on the ${place} data set`);
}

/** The vectors that a training with `changes` begins with. */
export function embedRun(setting: Setting, place: Place, changes: Partial<HiureSettings>): Run {
  const method = hiureSettings(setting.profile, changes);
  const label = `untrained vectors of the ${place} data set`;
  return run(setting, "embed", { method }, readingOf(setting, place), label);
}

/** k-means of the vectors that `features` leaves, always the same way, so that rows differ in vectors alone. */
export function kMeansRun(setting: Setting, place: Place, features: Run, clusters: number): Run {
  const settings = { of: "own", clusters, ...K_MEANS };
  return run(setting, "k-means", settings, readingOf(setting, place), `k-means of the ${place} data set`, {
    features,
  });
}

/** Wanted numbers of clusters, and whose features: those trained on, or the other data set's. */
export type Wishes = Partial<Pick<AnswerSettings, "of" | "topClusters" | "bottomClusters">>;

/** Another look at what a training with `changes` left, clustered with `look` on top: other clusters, the tree, a map. */
export function lookRun(
  work: "answer" | "tree" | "map",
  setting: Setting,
  place: Place,
  {
    changes = {},
    look = {},
    points,
    ...wishes
  }: Wishes & { changes?: Partial<HiureSettings>; look?: Partial<HiureSettings>; points?: number } = {},
): Run {
  const { of = "own", ...counts } = wishes;
  const trained = trainRun(setting, place, changes);
  const settings = {
    method: hiureSettings(setting.profile, { ...changes, ...look }),
    of,
    ...counts,
    ...(points === undefined ? {} : { points }),
  };
  const reading = readingOf(setting, of === "own" ? place : "second");
  return run(setting, work, settings, reading, `${work} of the ${place} data set`, { trained });
}

/** Clusters of vectors that nobody trained. */
export function frozenRun(
  setting: Setting,
  place: Place,
  vectors: "markers" | "mentions" | "mean",
  clustering: "k-means" | "ward",
  clusters: number,
): Run {
  const { maxLength } = hiureSettings(setting.profile);
  const settings = { vectors, clustering, clusters, maxLength };
  return run(setting, "frozen", settings, readingOf(setting, place), `${clustering} of frozen ${vectors}`);
}

/** EType, EType+, UIE or SelfORE. */
export function baselineRun(
  setting: Setting,
  place: Place,
  baseline: "EType" | "EType+" | "UIE-BERT" | "SelfORE",
): Run {
  const { links, selfOre } = DATA[setting.profile];
  const { maxLength } = hiureSettings(setting.profile);
  const reading = readingOf(setting, place);
  if (baseline === "EType") return run(setting, "types", {}, reading, baseline);
  if (baseline === "SelfORE")
    return run(setting, "self-ore", { selfOre: { ...selfOre, clusters: TEN }, maxLength }, reading, baseline);
  const classifier = baseline === "EType+" ? "types" : "sentence";
  // the classifier of types is tiny: it takes a larger rate and more passes at no cost
  const training = classifier === "types" ? { epochs: 20, batchSize: 64, rate: 1e-3 } : links;
  return run(
    setting,
    "links",
    { classifier, training: { ...training, relations: TEN, dispersion: DISPERSION }, maxLength },
    reading,
    baseline,
  );
}
