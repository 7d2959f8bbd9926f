// CLGS, CLDR and CLNER: relation structure imposed on embeddings of words (Theodoropoulos et al. 2021).

import { Paper } from "../../experiments";
import { ABLATIONS } from "./ablations";
import { F1, F2, F3 } from "./diagrams";
import { F4, F5, F6, F7, F8 } from "./figures";
import { T1, T2, T3, T4, T4_FOLDS, T5, T6 } from "./tables";
import { T3_TYPED } from "./typed-pairs";

export const clgs = new Paper("clgs", [
  T1,
  T2,
  T3,
  T4,
  T4_FOLDS,
  T5,
  T6,
  F1,
  F2,
  F3,
  F4,
  F5,
  F6,
  F7,
  F8,
  ABLATIONS,
  T3_TYPED,
]);

export { Cldr } from "./cldr-loss";
export { Clgs } from "./clgs-loss";
export { Clner } from "./clner-loss";
export { openCorpus, taggedSentences, TAGS, type TaggedSentence } from "./corpus";
export { cldrDiagram, clgsDiagram, clnerDiagram } from "./diagrams";
export { clgsNegatives, cldrNegatives, EXAMPLE } from "./figures";
export { CldrModel, type CldrModelOptions, type PairComparison } from "./model";
export { linearProbe, pairNeighbours, tagNeighbours, type Space } from "./probes";
export { CODE_CHANGES, PAPER_SETTINGS, settingsOf } from "./settings";
export { trainEncoder } from "./training";
export { WordEncoder } from "./word-encoder";
