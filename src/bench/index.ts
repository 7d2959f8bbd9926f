export * from "./plan";
export * from "./result-table";
export { runSuite, type RunOptions } from "./run-suite";
export { suites } from "./suites";
