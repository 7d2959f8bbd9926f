export * from "./lab";
export * from "./lab-encoder";
export * from "./live-training";
export * from "./paper-handle";
export { referenceSubsets } from "./reference-subsets";
export * from "./relation-encoder";
export type { RelationRoles } from "./relation-task";
export * from "./relation-vectors";
export * from "./session";
