export * from "./bag-attention";
export * from "./document-states";
export * from "./entity-states";
export * from "./localized-context";
export * from "./pair-readout";
export * from "./readout";
export * from "./span-words";
export * from "./word-states";
