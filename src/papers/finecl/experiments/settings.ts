// The settings of every profile: the paper's hyper-parameters (notes, section 2), and what smaller profiles change.

import { OptionError } from "../../../core";
import type { OrderLoss } from "../order/order-task";
import { profileOf, type ProfileName } from "../../../experiments";

/** Steps of a training. */
export interface LoopSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly accumulate: number;
  readonly rate: number;
  readonly weightDecay: number;
  readonly warmup: number;
  readonly clip: number;
  /** Exactly so many steps, whatever the epochs. */
  readonly steps: number | null;
  /** At least so many, where few documents make few. */
  readonly leastSteps: number;
}

/** Labelled sentences to adapt to. */
export interface SentenceData {
  readonly name: string;
  readonly train: string;
  readonly test: string;
  /** The label that micro-F1 leaves out; null: none. */
  readonly none: string | null;
  /** Whether what a sentence states is its label, in place of a distant label. */
  readonly isTrue: boolean;
  /** Most sentences of each split, the first ones; null: all. */
  readonly most: number | null;
}

/** Everything that decides the runs of a profile. */
export interface FineClSettings {
  readonly encoder: string;
  readonly maxLength: number;
  /** Documents with distant labels, with annotated labels, and to score; sentences to adapt to. */
  readonly documents: { readonly name: string; readonly distant: string; readonly annotated: string };
  /** Sentences that join the distant documents, so many `together` as one document; null: none. */
  readonly joined: {
    readonly name: string;
    readonly split: string;
    readonly most: number;
    readonly together: number;
  } | null;
  readonly semeval: SentenceData;
  readonly tacred: SentenceData;
  /** Rows of Tables 3 and 5 that are measured, where all of them would take too long; null: all. */
  readonly rows: readonly string[] | null;
  /** Most documents of each split; null: all. */
  readonly most: number | null;
  /** Share of labels made wrong at known places, where the data have no distant labels of their own. */
  readonly noise: number;
  readonly noneRatio: number;
  readonly order: LoopSettings;
  /** Probability with which stage 1 reads an entity as [BLANK]; the paper has none. */
  readonly orderBlank: number;
  /** What stage 1 minimises [R2]. */
  readonly orderLoss: OrderLoss;
  readonly pretrain: LoopSettings;
  /** Steps of the ablation T6, and the share of annotated documents that it adapts to. */
  readonly shortSteps: number;
  readonly ablationShare: number;
  readonly temperature: number;
  readonly alpha: number;
  readonly negatives: number;
  readonly nonePerDocument: number;
  readonly maskRate: number;
  readonly adaptDocuments: LoopSettings;
  /** What stage 3 minimises on documents, `binary` as for DocRED in the paper. */
  readonly adaptLoss: OrderLoss;
  /** Documents read by a CNN or a BiLSTM, which begin from random numbers. */
  readonly adaptPlain: LoopSettings;
  readonly adaptSentences: LoopSettings;
  /** Epochs and dropout of sentences at 1, 10 and 100 %. */
  readonly sentenceEpochs: Readonly<Record<"1" | "10" | "100", number>>;
  readonly sentenceDropout: Readonly<Record<"1" | "10" | "100", number>>;
}

const LOOP = { accumulate: 1, weightDecay: 0, warmup: 0.1, clip: 1, steps: null, leastSteps: 1 } as const;

const PAPER: FineClSettings = {
  encoder: "roberta",
  maxLength: 512,
  documents: { name: "re-docred", distant: "train", annotated: "train" },
  joined: null,
  rows: null,
  semeval: {
    name: "semeval2010-task8",
    train: "opennre-train",
    test: "opennre-test",
    none: "Other",
    isTrue: false,
    most: null,
  },
  tacred: { name: "tacred", train: "train", test: "test", none: "no_relation", isTrue: false, most: null },
  most: null,
  noise: 0.5,
  noneRatio: 3,
  order: { ...LOOP, epochs: 15, batchSize: 32, rate: 4e-5, clip: 0.1 },
  orderBlank: 0,
  orderLoss: "auto",
  pretrain: {
    ...LOOP,
    epochs: 1,
    batchSize: 48,
    accumulate: 16,
    rate: 3e-5,
    weightDecay: 1e-5,
    steps: 6000,
    warmup: 500 / 6000,
  },
  shortSteps: 1000,
  ablationShare: 1,
  temperature: 0.05,
  alpha: Math.E,
  negatives: 64,
  nonePerDocument: 32,
  maskRate: 0.15,
  adaptDocuments: { ...LOOP, epochs: 200, batchSize: 32, rate: 4e-5 },
  adaptLoss: "binary",
  adaptPlain: { ...LOOP, epochs: 200, batchSize: 32, rate: 1e-3 },
  adaptSentences: { ...LOOP, epochs: 8, batchSize: 64, rate: 5e-5, weightDecay: 1e-5 },
  sentenceEpochs: { "1": 80, "10": 20, "100": 8 },
  sentenceDropout: { "1": 0.2, "10": 0.1, "100": 0.35 },
};

const PROFILES: Readonly<Record<ProfileName, FineClSettings>> = {
  paper: PAPER,
  small: {
    ...PAPER,
    encoder: "minilm",
    maxLength: 128,
    most: 240,
    rows: ["RoBERTa", "ERICA_RoBERTa", "FineCL"],
    joined: { name: "fewrel", split: "train-zero-rte", most: 800, together: 4 },
    documents: { name: "re-docred", distant: "train-genrdk", annotated: "train-genrdk" },
    // few documents make few steps, in which binary cross-entropy of 160 relations learns that there is none
    order: { ...PAPER.order, batchSize: 4, rate: 2e-4, warmup: 0.02, clip: 1 },
    orderLoss: "adaptive threshold",
    pretrain: { ...PAPER.pretrain, batchSize: 32, accumulate: 1, steps: 100, rate: 1e-4, warmup: 0.1 },
    shortSteps: 50,
    ablationShare: 0.1,
    // few steps again; chosen on development documents, which binary cross-entropy scores 19 where this has 39
    adaptDocuments: { ...PAPER.adaptDocuments, epochs: 5, batchSize: 8, rate: 2e-4, leastSteps: 160 },
    adaptLoss: "adaptive threshold",
    adaptPlain: { ...PAPER.adaptPlain, epochs: 20, batchSize: 16, leastSteps: 100 },
    adaptSentences: { ...PAPER.adaptSentences, batchSize: 32, rate: 1e-4 },
    sentenceEpochs: { ...PAPER.sentenceEpochs, "100": 3 },
  },
  quick: {
    ...PAPER,
    encoder: "tiny",
    maxLength: 128,
    documents: { name: "world/distant-documents", distant: "train", annotated: "clean" },
    semeval: { ...PAPER.semeval, name: "world/unlabelled", train: "train", test: "test", none: null },
    tacred: { name: "world/bags", train: "train", test: "test", none: "NA", isTrue: true, most: 1200 },
    noise: 0,
    order: { ...PAPER.order, batchSize: 8, rate: 1e-3, warmup: 0.02, clip: 1 },
    // the world has few facts, and each comes several times under the same distant label
    orderBlank: 1,
    pretrain: { ...PAPER.pretrain, batchSize: 32, accumulate: 1, steps: 150, rate: 3e-4, warmup: 0.1 },
    shortSteps: 75,
    negatives: 16,
    adaptDocuments: { ...PAPER.adaptDocuments, epochs: 5, batchSize: 16, rate: 1e-3, leastSteps: 100 },
    adaptPlain: { ...PAPER.adaptPlain, epochs: 5, batchSize: 16, leastSteps: 100 },
    adaptSentences: { ...PAPER.adaptSentences, rate: 1e-3 },
    sentenceEpochs: { ...PAPER.sentenceEpochs, "100": 4 },
    ablationShare: 0.1,
  },
};

/** The settings of a profile by its name; `isControl` takes the world's negative control, which has no noise. */
export function settingsOf(profile: ProfileName, isControl = false): FineClSettings {
  const settings = PROFILES[profileOf(profile).name];
  if (!(settings.alpha >= 1)) throw new OptionError(`alpha is ${settings.alpha}: expected 1 or more`);
  if (!isControl) return settings;
  const control = <D extends { readonly name: string }>(data: D): D => ({
    ...data,
    name: data.name.replace(/^world\//, "world-control/"),
  });
  return {
    ...settings,
    documents: control(settings.documents),
    semeval: control(settings.semeval),
    tacred: control(settings.tacred),
  };
}
