export { activate, activationFunctions, type ActivationFunction, type ActivationName } from "./activation";
export { characterIds } from "./character-cnn";
export * from "./character-sequence";
export { layerNorm } from "./layer-norm";
export { linear } from "./linear";
export * from "./encoder-batch";
export * from "./encoder-output";
export * from "./graph";
export * from "./load-encoder";
export * from "./masked-language-loss";
export * from "./new-encoder";
export * from "./pcnn";
export * from "./save-encoder";
export * from "./transformer-encoder";
export {
  readEncoderConfig,
  readWeights,
  writeSafetensors,
  type EncoderConfig,
  type WeightFile,
} from "./weights";
