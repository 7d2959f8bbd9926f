export { getModel, isIntact, listModels, removeModel } from "./get-model";
export type { GetOptions, ListedModel } from "./get-model";
export { cachedModel, findModel } from "./places";
export * from "./registry";
