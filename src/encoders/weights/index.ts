export * from "./config";
export * from "./pytorch-bin";
export * from "./read-weights";
export * from "./safetensors";
export * from "./weight-file";
export * from "./write-safetensors";
export * from "./zip-archive";
