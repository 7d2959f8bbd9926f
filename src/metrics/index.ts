export * from "./classification";
export type { ClassLabel } from "./labels";
export * from "./precision-recall";
export * from "./semeval";
