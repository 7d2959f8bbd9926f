export * from "./contrast";
export * from "./explanation";
export * from "./losses";
export * from "./objective";
export * from "./perturbation";
export * from "./queue";
export * from "./similarity";
export type { IndexLists, IndexPairs } from "./index-lists";
export type { Labels } from "./check";
