// HiCLRE: hierarchical contrastive learning for distantly supervised relation extraction (Li et al. 2022).

import { Paper } from "../../experiments";
import { F1, F2 } from "./diagrams";
import { F3, F4, F6, F8 } from "./figures";
import { F5, F7 } from "./noise-figures";
import { CODE_OPTIONS, PARTS_OF_BAGS } from "./observations";
import { T1a, T1b, T2a, T2b, T3, T4 } from "./tables";

export const hiclre = new Paper("hiclre", [
  T1a,
  T1b,
  T2a,
  T2b,
  T3,
  PARTS_OF_BAGS,
  CODE_OPTIONS,
  T4,
  F1,
  F2,
  F3,
  F4,
  F5,
  F6,
  F7,
  F8,
]);

export { BagModel, type BagModelOptions, type SentenceVectors } from "./bag-model";
export { openBags, type BagData } from "./bag-data";
export { LevelContrast, type Augmentation, type Level } from "./level-contrast";
export { levelAttention, Recontextualization } from "./recontextualization";
export { HiClreModel, type HiClreModelOptions, type LevelLook } from "./hiclre-model";
export { scoreBags } from "./score";
export { settingsOf, type HiClreSettings } from "./settings";
