// The settings of every profile: the hyper-parameters of the paper, and what smaller profiles change.

import type { HiClreForm } from "../../contrast";
import { OptionError, unknownName } from "../../core";
import { profileOf, type ProfileName } from "../../experiments";
import type { Augmentation, Level } from "./level-contrast";
import type { RecontextualizationForm } from "./recontextualization";
import type { SentenceForm } from "./sentence-models";

/** Which method scores bags. */
export type Method = "hiclre" | "pcnn" | "mintz";

/** Everything that decides a run. */
export interface HiClreSettings {
  readonly method: Method;
  /** Data set of bags, such as `world/bags` or `gds`. */
  readonly data: string;
  /** Noise rate of the world's bags; `null`: that of the data. */
  readonly noise: number | null;
  /** Training bags that the world is built with; `null`: the world as it is. Published sets do not look at it. */
  readonly bags: number | null;
  /** Most bags of each part, the first ones; `null`: all. */
  readonly most: number | null;
  /** An encoder by name. */
  readonly encoder: string;
  readonly maxLength: number;
  readonly sentence: SentenceForm;
  readonly epochs: number;
  /** Bags in a batch. */
  readonly batchSize: number;
  /** Most sentences of a bag in training (sampled anew each epoch) and at test. */
  readonly bagSize: number;
  readonly testBagSize: number;
  readonly rate: number;
  /** Multiplies the rate, in the study of learning rates. */
  readonly rateFactor: number;
  readonly weightDecay: number;
  readonly dropout: number;
  /** Whether the encoder drops out in training at the rates of its own configuration. */
  readonly encoderDropout: boolean;
  /** First value of the diagonal of eq. 3: below 1 the attention starts more even. */
  readonly diagonal: number;
  /** Factor of the bag vectors in training, not at test; left out: 1. */
  readonly trainingScale?: number | undefined;
  /** Whether the encoder computes no states of padding; left out: it computes them. */
  readonly packed?: boolean;
  /** Looks at the development bags in an epoch. */
  readonly looks: number;
  /** Whether the encoder starts from matching the blanks (MTB-MIL); then the run needs `pretraining`. */
  readonly isPretrained: boolean;
  readonly recontextualization: RecontextualizationForm | "none";
  readonly recontextualizationAtTest: boolean;
  readonly heads: number;
  /** Whether the three contrasts are part of the loss. */
  readonly contrast: boolean;
  readonly temperature: number;
  readonly form: HiClreForm;
  readonly epsilon: number;
  /** Whether each row's gradient has length 1 before epsilon, or all rows of the batch together [R7]. */
  readonly perturbationNorm: "row" | "batch";
  readonly augmentation: Augmentation;
  /** The released code's mixed spaces [R9]; left out: each level is moved in its own space. */
  readonly spaces?: "own" | "mixed";
  /** The released code's inertia, cosines over their norm in the batch [R11]; left out: cosines as they are. */
  readonly inertiaNorm?: "none" | "batch";
  /** Whether other rows of an anchor's label are left out of its denominator [R12]; left out: they are negatives. */
  readonly sameLabel?: "negatives" | "left-out";
  readonly withoutGradient: readonly Level[];
  readonly withoutMemory: readonly Level[];
  /** Weights of the losses (eq. 17). The released code's order: the task 0.4, not the entity level ([R14]). */
  readonly weights: {
    readonly task: number;
    readonly bag: number;
    readonly sentence: number;
    readonly entity: number;
  };
  /** Contrast of a second view of each bag as a whole (CIL, Chen et al. 2021), with this weight; 0: none. */
  readonly instanceContrast: number;
  /** Sentences of a bag in PCNN: attention, their mean, or the best one. */
  readonly selection: "attention" | "average" | "one";
  /** N of P@N. */
  readonly ranks: readonly number[];
}

/** Matching the blanks before MTB-MIL. */
export interface PretrainSettings {
  readonly data: string;
  /** As in `HiClreSettings`. */
  readonly bags: number | null;
  /** Most training bags, the first ones; `null`: all. */
  readonly most: number | null;
  readonly encoder: string;
  readonly maxLength: number;
  /** As in `HiClreSettings`. */
  readonly packed?: boolean;
  readonly sentence: SentenceForm;
  /** Probability with which a mention is hidden, and share of words to guess (Baldini Soares et al. 2019). */
  readonly blank: number;
  readonly maskRate: number;
  readonly epochs: number;
  /** Pairs of sentences in a batch. */
  readonly batchSize: number;
  readonly rate: number;
}

/** What is counted for Table 4. */
export interface CountSettings {
  readonly data: string;
  /** As in `HiClreSettings`. */
  readonly bags: number | null;
}

/** N of P@N: those of NYT10, then those of GDS. */
export const NYT_RANKS = [100, 200, 300] as const;
export const GDS_RANKS = [500, 1000, 2000] as const;

/** The paper's settings (its table of hyper-parameters in the notes, section 2). */
const PAPER: HiClreSettings = {
  method: "hiclre",
  data: "nyt10",
  noise: null,
  bags: null,
  most: null,
  encoder: "bert-base-uncased",
  maxLength: 128,
  sentence: "paper",
  epochs: 5,
  batchSize: 16,
  bagSize: 4,
  testBagSize: 16,
  rate: 2e-5,
  rateFactor: 1,
  weightDecay: 0.01,
  dropout: 0.5,
  encoderDropout: true,
  diagonal: 1,
  looks: 3,
  isPretrained: false,
  recontextualization: "paper",
  recontextualizationAtTest: true,
  heads: 4,
  contrast: true,
  temperature: 0.05,
  form: "standard",
  epsilon: 2,
  perturbationNorm: "row",
  augmentation: "gradient",
  withoutGradient: [],
  withoutMemory: [],
  weights: { task: 0.4, bag: 0.4, sentence: 0.1, entity: 0.1 },
  instanceContrast: 0,
  selection: "attention",
  ranks: [...NYT_RANKS, ...GDS_RANKS],
};

const PROFILES: Readonly<Record<ProfileName, HiClreSettings>> = {
  paper: PAPER,
  small: {
    ...PAPER,
    data: "gds",
    encoder: "minilm",
    maxLength: 96,
    // By the area on the development bags: at 2e-4 it is best after one epoch.
    rate: 1e-4,
    epochs: 3,
    dropout: 0.1,
    diagonal: 0.1,
  },
  quick: {
    ...PAPER,
    data: "world/bags",
    encoder: "tiny",
    maxLength: 48,
    // By the area on the development bags (README, "Settings of quick").
    bags: 4000,
    sentence: "code",
    rate: 1e-3,
    epochs: 3,
    dropout: 0.1,
    diagonal: 0.1,
    trainingScale: 2,
    packed: true,
    weights: { task: 0.85, bag: 0.05, sentence: 0.05, entity: 0.05 },
  },
};

const POSITIVE = ["temperature", "epsilon", "rate", "rateFactor"] as const;
const WHOLE = ["bagSize", "testBagSize", "batchSize", "epochs", "heads", "looks"] as const;

const CHOICES = {
  spaces: ["own", "mixed"],
  inertiaNorm: ["none", "batch"],
  sameLabel: ["negatives", "left-out"],
} as const;

/**
 * The settings of a profile, with changes.
 *
 * @throws OptionError for an unknown profile or choice, or a number out of its range
 */
export function settingsOf(profile: ProfileName, changes: Partial<HiClreSettings> = {}): HiClreSettings {
  const settings = { ...PROFILES[profileOf(profile).name], ...changes };
  for (const name of POSITIVE)
    if (!(Number.isFinite(settings[name]) && settings[name] > 0))
      throw new OptionError(`${name} is ${settings[name]}: expected a number above 0`);
  for (const name of WHOLE)
    if (!(Number.isInteger(settings[name]) && settings[name] > 0))
      throw new OptionError(`${name} is ${settings[name]}: expected a whole number of at least 1`);
  for (const [name, known] of Object.entries(CHOICES)) {
    const given = settings[name as keyof typeof CHOICES];
    if (given !== undefined && !(known as readonly string[]).includes(given))
      throw unknownName(name, given, known);
  }
  const { dropout, noise, weights, bags, spaces, sentence, trainingScale = 1 } = settings;
  if (!(Number.isFinite(trainingScale) && trainingScale > 0))
    throw new OptionError(`trainingScale is ${trainingScale}: expected a number above 0`);
  if (spaces === "mixed" && sentence !== "code")
    throw new OptionError(
      `spaces is "mixed" with sentence "${sentence}": the gradient by [h_e1 ; h_e2] fits sentence vectors of sentence "code" only`,
    );
  if (bags !== null && !(Number.isInteger(bags) && bags > 0))
    throw new OptionError(
      `bags is ${bags}: expected a whole number of at least 1, or null for the world as it is`,
    );
  if (!(dropout >= 0 && dropout < 1))
    throw new OptionError(`dropout is ${dropout}: expected a share of at least 0 and below 1`);
  if (noise !== null && !(noise >= 0 && noise <= 1))
    throw new OptionError(`noise is ${noise}: expected a share from 0 to 1, or null for that of the data`);
  for (const [name, weight] of Object.entries(weights))
    if (!(weight >= 0))
      throw new OptionError(`the weight of the ${name} loss is ${weight}: expected 0 or more`);
  return settings;
}

/** The pre-training of a profile. */
export function pretrainSettingsOf(profile: ProfileName): PretrainSettings {
  const { data, bags, encoder, maxLength, sentence, packed } = PROFILES[profileOf(profile).name];
  const input = { data, bags, most: null, encoder, maxLength, sentence };
  const shared = { ...input, blank: 0.7, maskRate: 0.15, ...(packed && { packed }) };
  if (profile === "quick") return { ...shared, epochs: 3, batchSize: 16, rate: 5e-4 };
  return {
    ...shared,
    epochs: profile === "small" ? 3 : 5,
    batchSize: 64,
    rate: profile === "small" ? 5e-5 : 3e-5,
  };
}
