export * from "./notebook";
export * from "./notebook-file";
export * from "./output-collector";
export * from "./run-notebook";
export * from "./run-script";
export * from "./write-run";
