export * from "./affinity-propagation";
export { Clustering, type ClusteringParts } from "./clustering";
export {
  pointSimilarities,
  similarityRange,
  type PointSimilarity,
  type SimilarityRange,
} from "./point-similarities";
export { propagate, type Propagation, type PropagationOptions, type Watcher } from "./propagate";
