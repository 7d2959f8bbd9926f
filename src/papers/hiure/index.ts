// HiURE: hierarchical exemplar contrastive learning for unsupervised relation extraction (Liu et al. 2022).

import { Paper } from "../../experiments";
import { F1, F2 } from "./diagrams";
import { F3a, F3b, F4, F5 } from "./figures";
import { T1a, T1b, T2a, T2b } from "./tables";

export const hiure = new Paper("hiure", [T1a, T1b, T2a, T2b, F1, F2, F3a, F3b, F4, F5]);

export { attentionDiagram, frameworkDiagram } from "./diagrams";
export { findExemplars, type ClusterWishes, type ExemplarLayer, type Exemplars } from "./exemplars";
export { answerOf, HiureModel, type HiureOptions, type HiureTrainingOptions } from "./model";
export { read as readSentences, type Reading } from "./reading";
export { CODE_CHANGES, hiureSettings } from "./profiles";
export { PAPER_SETTINGS, type HiureSettings } from "./settings";
export type { OnExemplars } from "./task";
