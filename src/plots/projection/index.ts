export * from "./affinities";
export * from "./pca";
export * from "./points";
export * from "./project";
export * from "./projection";
export * from "./t-sne";
export * from "./trustworthiness";
