export * from "./check-fits";
export * from "./encoding";
export * from "./markers";
export * from "./mention-batch";
export * from "./padding";
export * from "./token-batch";
export { loadTokenizer, Tokenizer } from "./tokenizer/tokenizer";
export type { EncodeOptions, MarkerPlace, TokenizerInput } from "./tokenizer/tokenizer";
export * from "./window";
