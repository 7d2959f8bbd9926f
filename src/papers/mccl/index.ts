// Contrastive MTB and MCCL: continual contrastive fine-tuning for low-resource document relations (Zhou et al. 2023).

import { Paper } from "../../experiments";
import { COARSE_TO_FINE, T4, T5 } from "./experiments/ablations";
import { F1, F2, F3, F4 } from "./experiments/figures";
import { T1, T2, T3 } from "./experiments/main-tables";

export const mccl = new Paper("mccl", [T1, T2, T3, T4, T5, F1, F2, F3, F4, COARSE_TO_FINE]);

export { knownFacts, scorePairs, type PairScores } from "./evaluate";
export { fineTuning, type FineTuneObjective, type FineTuneSettings, type FineTuning } from "./fine-tune-task";
export { byHead, nearestCentre, nearestPairs, type EmbeddedPairs, type Predictions } from "./inference";
export {
  coarse,
  labelledPairs,
  pairScheme,
  shareOfPairs,
  type LabelledPair,
  type LabelledPairs,
  type PairScheme,
} from "./labelled-pairs";
export { mtbCorpus, type MtbCorpus } from "./mtb-corpus";
export { mtbRows, type BatchPair, type MtbRows } from "./mtb-batch";
export { mtbTask, type MtbObjective, type MtbSettings } from "./mtb-task";
export { PairModel, type PairModelOptions, type PairVectors } from "./pair-model";
export { nearestStoredPairs, openPairStore, writePairStore, type PairStore } from "./pair-store";
export { pretrainRun, type Pretraining } from "./plan";
export { PROFILES as MCCL_PROFILES, type ProfilePlan as McclProfile } from "./profiles";
