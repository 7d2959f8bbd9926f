export * from "./cell";
export * from "./spread";
export * from "./table";
export * from "./visible-text";
