import { optimiserTests } from "./optimiser";
import { tensorTests } from "./tensors";

optimiserTests("wasm");
tensorTests("wasm");
