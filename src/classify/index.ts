export type { Classifier, ClassifierRecipe } from "./classifier";
export * from "./classwise-knn";
export { knn, type KnnClassifier, type KnnOptions } from "./knn";
export * from "./linear-classifier";
export * from "./linear-head";
export { nearestNeighbours, type Metric, type NeighbourList } from "./nearest";
export * from "./nearest-centroid";
export { bestLabels, type Label, type VectorInput } from "./vectors";
