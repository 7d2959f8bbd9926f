// FineCL: fine-grained contrastive learning by learning order (Hogan et al. 2022).

import { Paper } from "../../experiments";
import { F2, F3, F4 } from "./figures";
import { T5a, T5b } from "./sentence-tables";
import { T1, T2, T3, T4, T6, T7 } from "./tables";

export const finecl = new Paper("finecl", [T1, T2, T3, T4, T5a, T5b, T6, T7, F2, F3, F4]);

export { DocumentModel } from "./document-model";
export { readOrder, writeOrder } from "./order-file";
export { orderWeights } from "./order-weights";
export { upSample } from "./up-sampling";
export { settingsOf, type FineClSettings } from "./settings";
