export * from "./from-frame";
export * from "./show-frame";
export * from "./to-frame";
