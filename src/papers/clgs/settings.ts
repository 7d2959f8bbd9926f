// The settings of the paper: its table of hyper-parameters, what each profile changes, and the released code's way.

import { OptionError } from "../../core";
import { profileOf, type ProfileName } from "../../experiments";
import type { CorpusSettings } from "./corpus";

/** All that decides a training, as plain data. */
export interface TrainingSettings {
  readonly corpus: CorpusSettings;
  /** Name of the encoder's model. */
  readonly encoder: string;
  /** Which piece stands for a word [R1]; CharacterBERT has one token a word. */
  readonly reading: "first" | "mean";
  /** Adam's rate, constant. */
  readonly rate: number;
  /** 0 in the paper; the released code has 1e-6. */
  readonly weightDecay: number;
  readonly epochs: number;
  /** Epochs without a better validation loss before the end. */
  readonly patience: number;
  /** Sentences in a step. */
  readonly batch: number;
  /** tau of eq. 4-6. */
  readonly temperature: number;
  /** Mean over relations and sentences, or the released code's sums [R6]. */
  readonly reduce: "mean" | "sum";
}

/** CLGS: one row of Table 2. */
export interface ClgsSettings extends TrainingSettings {
  readonly graphPooling: "mean" | "max";
  readonly textPooling: "cls" | "mean" | "max";
  readonly hasProjection: boolean;
  /** Z - 1 of eq. 4 in training. */
  readonly negatives: number;
  /** Most wrong graphs of a test sentence [R12]. */
  readonly testNegatives: number;
  /** Kipf-Welling's normalisation, or by rows as in the released code [R2]. */
  readonly normalisation: "symmetric" | "row";
}

/** CLDR. */
export interface CldrSettings extends TrainingSettings {
  /** The text of the true pair against all graphs (eq. 5), or each text pair against its own graph [R4]. */
  readonly pairing: "anchor" | "diagonal";
  readonly negatives: number;
  /** lambda of the adjacency. */
  readonly lambda: number;
  /** Drug before effect as in the released code, or in the order of the text, as kNN reads them [R10]. */
  readonly order: "roles" | "text";
  /** Whether words of entities may not stand in for a partner (the paper's words) or may (its code) [R7]. */
  readonly excludesEntities: boolean;
}

/** CLNER. */
export interface ClnerSettings extends TrainingSettings {
  /** Words each word is compared with, and most of its own tag among them. */
  readonly samples: number;
  readonly positives: number;
}

/** Probes on frozen vectors. */
export interface ProbeSettings {
  /** k of kNN over pairs and over words. */
  readonly kPairs: number;
  readonly kTags: number;
  /** Negatives a sentence in the index and the widest pair asked about; `null`: all pairs [R11]. */
  readonly reduced: { readonly negatives: number; readonly within: number } | null;
  /** Epochs and Adam's rate of the linear probe [R9]. */
  readonly probeEpochs: number;
  readonly probeRate: number;
  /** Points of each class on a map. */
  readonly mapPoints: number;
}

/** Everything that one profile decides. */
export interface Settings {
  readonly clgs: ClgsSettings;
  readonly cldr: CldrSettings;
  readonly clner: ClnerSettings;
  readonly probes: ProbeSettings;
}

const COMMON = {
  corpus: { train: "ade/fold-1-train", test: "ade/fold-1-test" },
  encoder: "character-bert-medical",
  reading: "first",
  rate: 1e-5,
  weightDecay: 0,
  epochs: 20,
  patience: 3,
  temperature: 0.1,
  reduce: "mean",
} as const;

/** The paper's values; where it is silent, what the notes resolve. */
export const PAPER_SETTINGS: Settings = {
  clgs: {
    ...COMMON,
    batch: 8,
    graphPooling: "mean",
    textPooling: "mean",
    hasProjection: false,
    negatives: 8,
    testNegatives: 50,
    normalisation: "symmetric",
  },
  cldr: {
    ...COMMON,
    batch: 8,
    pairing: "diagonal",
    negatives: 8,
    lambda: 0.8,
    order: "roles",
    excludesEntities: false,
  },
  clner: { ...COMMON, batch: 16, samples: 80, positives: 30 },
  probes: { kPairs: 5, kTags: 7, reduced: null, probeEpochs: 40, probeRate: 1e-3, mapPoints: 150 },
};

/** What each profile changes of every training, and of the probes. */
const CHANGES: Readonly<
  Record<
    ProfileName,
    { readonly training: Partial<TrainingSettings>; readonly probes: Partial<ProbeSettings> }
  >
> = {
  paper: { training: {}, probes: {} },
  small: { training: { encoder: "minilm", rate: 1e-4, epochs: 10 }, probes: {} },
  quick: {
    training: {
      encoder: "tiny",
      rate: 1e-3,
      epochs: 10,
    },
    probes: { probeEpochs: 20, probeRate: 1e-2, mapPoints: 60 },
  },
};

/** The released code's way, where it differs from the paper. */
export const CODE_CHANGES: Partial<CldrSettings> = { pairing: "diagonal", weightDecay: 1e-6, reduce: "sum" };

/** The data of one fold of a profile's corpus; the built-in world has one, and its negative control. */
export function corpusOf(
  profile: ProfileName,
  { fold = 1, control = false }: { readonly fold?: number; readonly control?: boolean } = {},
): CorpusSettings {
  if (!(Number.isInteger(fold) && fold >= 1 && fold <= 10))
    throw new OptionError(`fold ${fold} of ADE: folds run from 1 to 10`);
  if (profile !== "quick") return { train: `ade/fold-${fold}-train`, test: `ade/fold-${fold}-test` };
  const world = control ? "world-control" : "world";
  return { train: `${world}/drug-effects/train`, test: `${world}/drug-effects/test` };
}

/**
 * Settings of a profile on one fold of its corpus.
 *
 * @throws OptionError for a profile or a fold that does not exist
 * @example settingsOf("small", { fold: 2 }).cldr.rate
 */
export function settingsOf(
  profile: ProfileName,
  which: { readonly fold?: number; readonly control?: boolean } = {},
): Settings {
  const { training, probes } = CHANGES[profileOf(profile).name];
  const corpus = corpusOf(profile, which);
  return {
    clgs: { ...PAPER_SETTINGS.clgs, ...training, corpus },
    cldr: { ...PAPER_SETTINGS.cldr, ...training, corpus },
    clner: { ...PAPER_SETTINGS.clner, ...training, corpus },
    probes: { ...PAPER_SETTINGS.probes, ...probes },
  };
}
