// Contrastive MTB and MCCL: continual contrastive fine-tuning for low-resource document relations (Zhou et al. 2023).

import { Paper } from "../../experiments";
import { COARSE_TO_FINE, T4, T5 } from "./experiments/ablations";
import { F1, F2, F3, F4 } from "./experiments/figures";
import { T1, T2, T3 } from "./experiments/main-tables";
import { PROBE_ORDER } from "./experiments/probe-order";

export const mccl = new Paper("mccl", [T1, PROBE_ORDER, T2, T3, T4, T5, F1, F2, F3, F4, COARSE_TO_FINE]);

export { knownFacts, scorePairs, type PairScores } from "./inference/pair-scores";
export {
  fineTuning,
  type FineTuneObjective,
  type FineTuneSettings,
  type FineTuning,
} from "./fine-tuning/fine-tune-task";
export {
  byHead,
  nearestCentre,
  nearestPairs,
  type EmbeddedPairs,
  type Predictions,
} from "./inference/predictions";
export {
  coarse,
  labelledPairs,
  pairScheme,
  shareOfPairs,
  type LabelledPair,
  type LabelledPairs,
  type PairScheme,
} from "./pairs/labelled-pairs";
export { mtbCorpus, type MtbCorpus } from "./pretraining/mtb-corpus";
export { mtbRows, type BatchPair, type MtbRows } from "./pretraining/mtb-batch";
export { mtbTask, type MtbObjective, type MtbSettings } from "./pretraining/mtb-task";
export { PairModel, type PairModelOptions, type PairVectors } from "./pairs/pair-model";
export { nearestStoredPairs, openPairStore, writePairStore, type PairStore } from "./inference/pair-store";
export { pretrainRun, type Pretraining } from "./experiments/plan";
export { PROFILES as MCCL_PROFILES, type ProfilePlan as McclProfile } from "./experiments/profiles";
