export * from "./checkpoint";
export * from "./event-log";
export * from "./loop";
export * from "./options";
export * from "./order";
export * from "./schedule";
export * from "./step-event";
export * from "./task";
