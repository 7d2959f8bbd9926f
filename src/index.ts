// Everything a notebook or a script imports from "relata".

export {
  classwiseKnn,
  knn,
  linearClassifier,
  linearHead,
  nearestCentroid,
  nearestNeighbours,
  type Classifier,
  type ClassifierRecipe,
  type LinearHead,
} from "./classify";
export {
  affinityPropagation,
  agglomerative,
  Clustering,
  crossHierarchyAttention,
  hierarchicalPropagation,
  Hierarchy,
  kMeans,
  pointSimilarities,
  similarityRange,
  type AffinityPropagationOptions,
  type AgglomerativeOptions,
  type HierarchicalPropagationOptions,
  type KMeansOptions,
} from "./cluster";
export * from "./contrast";
export {
  DISPLAY,
  DataError,
  EngineError,
  OptionError,
  Random,
  RelataError,
  ShapeError,
  TrainingError,
  WeightsError,
  fromRows,
  row,
  type Displayable,
  type Matrix,
  type MimeBundle,
} from "./core";
export * from "./data";
export {
  graphConvolution,
  pairAdjacency,
  symmetricAdjacency,
  type Edges,
  type Graph,
  type GraphConvolution,
} from "./encoders";
export {
  AdamW,
  DropoutStream,
  clipByGlobalNorm,
  createParameter,
  currentEngine,
  differentiable,
  engineNames,
  globalNorm,
  gradients,
  initialConstant,
  initialNormal,
  moveTowards,
  startEngine,
  withGradient,
  withScope,
  type AdamWOptions,
  type Differentiable,
  type DropoutState,
  type Engine,
  type EngineFacts,
  type EngineName,
  type EngineOptions,
  type InitialValues,
  type LossGradients,
  type OptimiserState,
  type Parameter,
  type ParameterOptions,
  type Scope,
} from "./engine";
export * from "./experiments";
export { fromFrame, isFrame, toFrame } from "./frames";
export * from "./lab";
export * from "./metrics";
export { getModel } from "./models";
export {
  fineTuning,
  labelledPairs,
  MCCL_PROFILES,
  mtbCorpus,
  mtbRows,
  mtbTask,
  nearestPairs,
  PairModel,
  pairScheme,
  pretrainRun as mtbPretrainRun,
  scorePairs,
  shareOfPairs,
} from "./papers/mccl";
export {
  areaUnderRoc,
  cleanNoisyChart,
  cumulativeJaccard,
  cumulativeShares,
  DocumentModel,
  EQUAL_WEIGHTS,
  firstEpochs,
  OBJECTIVES as fineClObjectives,
  instanceId,
  jaccardChart,
  labelAccuracy,
  learnedBarChart,
  learnedChart,
  learnedShareByRelation,
  noisyDocuments,
  orderScores,
  OrderTask,
  orderWeight,
  orderWeights,
  PairClassifier,
  pairData,
  pretrainTask,
  readOrder,
  relationChart,
  relationRoles,
  relationVectors,
  rightInstances,
  settingsOf as fineClSettings,
  stagesDiagram,
  upSample,
  withThroughput,
  writeOrder,
  type FineClSettings,
  type InstanceWeights,
  type LearningOrder,
  type PairData,
} from "./papers/finecl";
export { CldrModel, settingsOf as clgsSettings, type PairComparison } from "./papers/clgs";
export {
  BagModel,
  HiClreModel,
  levelAttention,
  openBags,
  scoreBags,
  settingsOf as hiclreSettings,
  type BagData,
  type HiClreSettings,
  type LevelLook,
} from "./papers/hiclre";
export { findExemplars, HiureModel, hiureSettings, type Exemplars, type HiureSettings } from "./papers/hiure";
export * from "./plots";
export { contextWords, drawSpanWords, spanWordVectors, type ContextWords } from "./relations";
export * from "./report";
export * from "./text";
export {
  train,
  schedule,
  type StepEvent,
  type TrainingOptions,
  type TrainingResult,
  type TrainingTask,
} from "./train";
