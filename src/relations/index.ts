export * from "./readout";
