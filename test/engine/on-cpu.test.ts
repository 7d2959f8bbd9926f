import { optimiserTests } from "./optimiser";
import { tensorTests } from "./tensors";

optimiserTests("cpu");
tensorTests("cpu");
