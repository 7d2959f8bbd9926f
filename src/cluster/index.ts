export * from "./affinity-propagation";
export * from "./agglomerative";
export { Clustering, largestPerRow, meansOf, type ClusteringParts } from "./clustering";
export * from "./cross-hierarchy-attention";
export * from "./hierarchical-propagation";
export * from "./concentration";
export { Hierarchy, treeOf, type ClusterLayer, type Level, type TreeNode } from "./hierarchy";
export * from "./k-means";
export {
  pointSimilarities,
  similarityRange,
  type PointSimilarity,
  type SimilarityRange,
} from "./point-similarities";
export { propagate, type Propagation, type PropagationOptions, type Watcher } from "./propagation/propagate";
export * from "./learned-exemplars";
