export { getModel, type GetOptions } from "./get-model";
export { isIntact, listModels, removeModel, type ListedModel } from "./list-models";
export { cachedModel, findModel } from "./places";
export * from "./registry";
