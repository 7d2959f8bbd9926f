// Everything a notebook or a script imports from "relata".

export * from "./classify";
export * from "./contrast";
export {
  DISPLAY,
  DataError,
  EngineError,
  OptionError,
  Random,
  RelataError,
  ShapeError,
  TrainingError,
  WeightsError,
  type Displayable,
  type Matrix,
  type MimeBundle,
} from "./core";
export * from "./data";
export * from "./engine";
export * from "./lab";
export * from "./metrics";
export * from "./plots";
export * from "./report";
export { train, schedule, type StepEvent, type TrainingOptions, type TrainingResult, type TrainingTask } from "./train";
