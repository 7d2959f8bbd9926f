export type * from "./client-options";
export * from "./connection";
export * from "./errors";
export * from "./execution";
export * from "./kernel-client";
export * from "./kernelspec";
export * from "./message";
export type * from "./replies";
export * from "./start-kernel";
