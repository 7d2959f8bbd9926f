export { getModel, unknownModel, type GetOptions } from "./get-model";
export { isIntact, listModels, removeModel, type ListedModel } from "./list-models";
export { cachedModel, findModel, isHubId } from "./places";
export * from "./registry";
