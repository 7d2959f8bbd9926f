import { optimiserTests } from "./optimiser";
import { tensorTests } from "./tensors";

optimiserTests("tensorflow");
tensorTests("tensorflow");
