// FineCL: fine-grained contrastive learning by learning order (Hogan et al. 2022).

import { Paper } from "../../experiments";
import { F2, F3, F4 } from "./experiments/figures";
import { T5a, T5b } from "./experiments/sentence-tables";
import { T1, T2, T3, T4, T6, T7 } from "./experiments/tables";

export const finecl = new Paper("finecl", [T1, T2, T3, T4, T5a, T5b, T6, T7, F2, F3, F4]);

export { stagesDiagram } from "./experiments/diagrams";
export { DocumentModel, relationVectors, type DocumentModelOptions } from "./documents/document-model";
export {
  bestThreshold,
  factsOf,
  knownFacts,
  scoreFacts,
  type Facts,
  type FactScores,
} from "./documents/fact-scores";
export {
  instanceId,
  pairData,
  rightInstances,
  type PairData,
  type PairInstance,
} from "./documents/instances";
export {
  cumulativeJaccard,
  cumulativeShares,
  firstEpochs,
  learnedShareByRelation,
  newlyLearned,
  singleJaccard,
  type LearnedInstance,
  type LearningOrder,
  type OrderProvenance,
} from "./order/learning-order";
export { areaUnderRoc, labelAccuracy, orderScores, type LabelAccuracy } from "./order/noise-detection";
export { noisyDocuments } from "./documents/noisy-documents";
export {
  cleanNoisyChart,
  jaccardChart,
  learnedBarChart,
  learnedChart,
  relationChart,
  type LearnedBar,
} from "./order/order-charts";
export { readOrder, writeOrder } from "./order/order-file";
export { OrderTask, type OrderLoss, type OrderTaskOptions } from "./order/order-task";
export {
  EQUAL_WEIGHTS,
  orderWeight,
  orderWeights,
  type InstanceWeights,
  type OrderWeightOptions,
} from "./order/order-weights";
export { PairClassifier } from "./documents/pair-classifier";
export {
  OBJECTIVES,
  pretrainTask,
  type PretrainMethod,
  type PretrainOptions,
} from "./pretraining/pretraining";
export { relationRoles, type RelationRoles } from "./pretraining/relation-batch";
export { settingsOf, type FineClSettings } from "./experiments/settings";
export { withThroughput, type TimedStep } from "./pretraining/throughput";
export { upSample } from "./order/up-sampling";
