// Settings by profile. `paper` is the paper's table of hyper-parameters; what it leaves open is marked [Rn] in the README.

import type { ProfileName } from "../../../experiments";
import type { FineTuneObjective } from "../fine-tuning/fine-tune-task";
import type { LoopSettings } from "./settings";
import type { MtbSettings } from "../pretraining/mtb-task";
import type { InitialProjection } from "../pairs/pair-model";
import type { TaskForm, TaskSettings } from "../pairs/task-data";

/** How long fine-tuning is. */
export type FineTuneLength = Pick<LoopSettings, "epochs" | "batchSize" | "leastSteps" | "mostSteps">;

/** What differs between the two kinds of data. */
export interface FormPlan {
  readonly encoder: string;
  /** GB of a run, and of one on frozen vectors of all pairs where that is another. */
  readonly memory: number;
  readonly frozenMemory?: number;
  readonly documents: TaskSettings["documents"];
  readonly corpus: { readonly frequency: number; readonly top: number };
  readonly pretraining: LoopSettings;
  readonly fineTuning: Omit<LoopSettings, "rate">;
  /** Learning rate of fine-tuning by loss: one for all in the paper. */
  readonly rates: Readonly<Record<FineTuneObjective["loss"], number>>;
  /** Length and batch of fine-tuning with a loss, where they differ; one for all in the paper. */
  readonly lengths?: Readonly<Partial<Record<FineTuneObjective["loss"], FineTuneLength>>>;
  /** tau_1 and tau_2. */
  readonly mccl: { readonly memberTemperature: number; readonly temperature: number };
}

/** A profile's settings. */
export interface ProfilePlan {
  readonly isWorld: boolean;
  readonly maxLength: number;
  /** How W begins [R1]; default normal. */
  readonly projection?: InitialProjection;
  readonly mtb: Omit<MtbSettings, "objective" | "typeFilter">;
  readonly mtbTemperature: number;
  readonly pairsPerBatch: number;
  readonly ks: readonly number[];
  readonly forms: Readonly<Record<TaskForm, FormPlan>>;
}

/** Every document of every split. */
export const ALL = { train: null, dev: null, test: null };

/** What the three profiles have in common: the paper's, and ATLOP's where the paper is silent. */
const LOOP = {
  mostSteps: null,
  leastSteps: 1,
  warmup: 0.06,
  decay: "linear",
  weightDecay: 0.01,
  clip: 1,
} as const;
const MTB = { hide: 0.7, pairsPerDocument: 64, couplesPerPair: 4, maskRate: 0.15 };
const COMMON = { mtb: MTB, mtbTemperature: 0.05, ks: [1, 3, 5, 10, 20] };

const sameRate = (rate: number): FormPlan["rates"] => ({ ce: rate, supcon: rate, mccl: rate });

const paper: ProfilePlan = {
  ...COMMON,
  isWorld: false,
  maxLength: 1024,
  pairsPerBatch: 1024,
  forms: {
    single: {
      encoder: "pubmedbert",
      memory: 24,
      documents: ALL,
      corpus: { frequency: 16, top: 5000 },
      // a batch of 16 documents is 8 couples [R5]
      pretraining: { ...LOOP, epochs: 3, batchSize: 8, rate: 5e-6 },
      fineTuning: { ...LOOP, epochs: 100, batchSize: 32 },
      rates: sameRate(5e-5),
      mccl: { memberTemperature: 0.2, temperature: 0.2 },
    },
    multi: {
      encoder: "bert",
      memory: 24,
      documents: ALL,
      corpus: { frequency: 3, top: 5000 },
      pretraining: { ...LOOP, epochs: 10, batchSize: 8, rate: 5e-6 },
      fineTuning: { ...LOOP, epochs: 30, batchSize: 32 },
      rates: sameRate(5e-5),
      mccl: { memberTemperature: 0.01, temperature: 0.03 },
    },
  },
};

const quickForm: FormPlan = {
  encoder: "tiny",
  memory: 0.8,
  documents: ALL,
  corpus: { frequency: 2, top: 1000 },
  pretraining: { ...LOOP, epochs: 3, batchSize: 8, rate: 2e-3 },
  fineTuning: { ...LOOP, epochs: 3, batchSize: 16, leastSteps: 40 },
  // by the development pairs: a new head has to learn from nothing, the contrastive losses begin where MTB ended
  rates: { ce: 1e-3, supcon: 3e-4, mccl: 3e-4 },
  mccl: { memberTemperature: 0.2, temperature: 0.2 },
};

const quick: ProfilePlan = {
  ...COMMON,
  isWorld: true,
  maxLength: 256,
  pairsPerBatch: 1024,
  forms: { single: quickForm, multi: quickForm },
};

const smallForm: FormPlan = {
  encoder: "minilm",
  memory: 6,
  documents: ALL,
  corpus: { frequency: 2, top: 5000 },
  // 16 documents of 512 pieces, read twice, would hold 8 GB; 4 hold 3. Chosen by the pre-training losses of couples that
  // were not drawn: after few steps at 5e-5 L_rel is above equal cosines; a centred W is better with open names
  pretraining: { ...LOOP, epochs: 1, batchSize: 2, rate: 3e-4, mostSteps: 800 },
  // 16 documents of 512 pieces hold 5.6 GB; the paper has 32, and MCCL finds its members in the batch
  fineTuning: { ...LOOP, epochs: 6, batchSize: 16, leastSteps: 40, mostSteps: 60 },
  // a new head has to learn from nothing: its loss is 0.55 after 54 steps of 16 documents, 0.17 after 160 of 8
  lengths: { ce: { epochs: 10, batchSize: 8, leastSteps: 80, mostSteps: 160 } },
  // by the development pairs of BioRED, 1 %, after a shorter MTB: MCCL has 14 at 2e-5 and 3 at 1e-4
  rates: { ce: 1e-4, supcon: 2e-5, mccl: 2e-5 },
  mccl: { memberTemperature: 0.2, temperature: 0.2 },
};

const small: ProfilePlan = {
  ...COMMON,
  isWorld: false,
  maxLength: 512,
  projection: "centred",
  pairsPerBatch: 768,
  forms: {
    single: smallForm,
    multi: {
      ...smallForm,
      memory: 7,
      // vectors of 390,000 pairs, copied for kNN
      frozenMemory: 9,
      // all 992 training documents; 100 of 500 to choose k and to test with, for which kNN visits every training pair
      documents: { train: null, dev: 100, test: 100 },
      mccl: { memberTemperature: 0.01, temperature: 0.03 },
    },
  },
};

/** Every profile's settings. */
export const PROFILES: Readonly<Record<ProfileName, ProfilePlan>> = { quick, small, paper };
