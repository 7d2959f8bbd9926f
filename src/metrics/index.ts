export * from "./classification";
export * from "./cluster-scores";
export { contingency, type Contingency } from "./contingency";
export * from "./internal-scores";
export type { ClassLabel } from "./labels";
export * from "./precision-recall";
export * from "./semeval";
