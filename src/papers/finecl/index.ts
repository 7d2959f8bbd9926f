// FineCL: fine-grained contrastive learning by learning order (Hogan et al. 2022).

import { Paper } from "../../experiments";
import { F2, F3, F4 } from "./figures";
import { T5a, T5b } from "./sentence-tables";
import { T1, T2, T3, T4, T6, T7 } from "./tables";

export const finecl = new Paper("finecl", [T1, T2, T3, T4, T5a, T5b, T6, T7, F2, F3, F4]);

export { stagesDiagram } from "./diagrams";
export { DocumentModel, relationVectors, type DocumentModelOptions } from "./document-model";
export { bestThreshold, factsOf, knownFacts, scoreFacts, type Facts, type FactScores } from "./fact-scores";
export { instanceId, pairData, rightInstances, type PairData, type PairInstance } from "./instances";
export {
  cumulativeJaccard,
  cumulativeShares,
  learnedShareByRelation,
  newlyLearned,
  singleJaccard,
  type LearnedInstance,
  type LearningOrder,
  type OrderProvenance,
} from "./learning-order";
export { areaUnderRoc, labelAccuracy, orderScores, type LabelAccuracy } from "./noise-detection";
export { noisyDocuments } from "./noisy-documents";
export {
  cleanNoisyChart,
  jaccardChart,
  learnedBarChart,
  learnedChart,
  relationChart,
  type LearnedBar,
} from "./order-charts";
export { readOrder, writeOrder } from "./order-file";
export { OrderTask, type OrderLoss, type OrderTaskOptions } from "./order-task";
export {
  EQUAL_WEIGHTS,
  orderWeight,
  orderWeights,
  type InstanceWeights,
  type OrderWeightOptions,
} from "./order-weights";
export { PairClassifier } from "./pair-classifier";
export { OBJECTIVES, pretrainTask, type PretrainMethod, type PretrainOptions } from "./pretraining";
export { relationRoles, type RelationRoles } from "./relation-batch";
export { settingsOf, type FineClSettings } from "./settings";
export { withThroughput, type TimedStep } from "./throughput";
export { upSample } from "./up-sampling";
