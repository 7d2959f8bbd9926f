export * from "./display";
export * from "./errors";
export * from "./files";
export * from "./folders";
export * from "./matrix";
export * from "./names";
export * from "./progress";
export * from "./random";
