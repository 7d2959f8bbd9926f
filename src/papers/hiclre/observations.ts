// Observations beside the paper's tables: where recontextualization gains and loses, and the released code's options.

import { numbersOf, valueAt, type Experiment, type ProfileName, type RowPlan } from "../../experiments";
import { BERT_ATT, partsRun, scoreRow, trainRun, type Changes } from "./plan";

/** Observations take as long as a table of the paper, and are no part of it. */
const EVERYWHERE: readonly ProfileName[] = ["quick", "small", "paper"];

/** Bag vectors in training as they are at test. */
const AS_THEY_ARE: Changes = { trainingScale: undefined };

/** The released code's form: residual attention without parameters, in training only, where it doubles a bag of one sentence. */
export const CODE_FORM: Changes = {
  ...AS_THEY_ARE,
  recontextualization: "code",
  recontextualizationAtTest: false,
};

const PARTS: Readonly<Record<string, Changes>> = {
  HiCLRE: {},
  "recontextualization alone": { contrast: false },
  "contrasts alone": { recontextualization: "none" },
  "BERT+ATT": BERT_ATT,
  "HiCLRE, recontextualization as in the code": CODE_FORM,
  "HiCLRE, bag vectors as they are in training": AS_THEY_ARE,
  "BERT+ATT, bag vectors as they are in training": { ...BERT_ATT, ...AS_THEY_ARE },
};

function partsRow(method: string, changes: Changes): RowPlan {
  return {
    method,
    runs: (setting) => ({
      parts: partsRun(setting, changes, method),
      plain: trainRun(setting, BERT_ATT, "BERT+ATT"),
    }),
    read: ({ parts, plain }) => {
      const { test, training, one, several, otherAtTest } = numbersOf(parts!);
      const hasLevels = changes.recontextualization !== "none";
      return {
        AUC: test!,
        "over BERT+ATT": test! - Number(valueAt(plain!, "distant", "AUC")),
        "training bags": training!,
        "bags of one": one!,
        "of several": several!,
        "other at test": hasLevels ? otherAtTest! : null,
      };
    },
  };
}

/** Areas of the runs of Table 3 on parts of the bags, from the weights that they left. No claims: it was looked at after the fact. */
export const PARTS_OF_BAGS: Experiment = {
  id: "T3-parts",
  title: "Where recontextualization gains and loses",
  byIdIn: EVERYWHERE,
  about:
    "the runs of T3, areas by distant labels. over BERT+ATT: paired by seed; training bags: as many that were learnt from as there are test bags, at most all; bags of one, of several: test bags by their number of sentences; other at test: the same weights with recontextualization left out at test, in the code's form with it. quick: the first four rows have bag vectors doubled in training; the code's form doubles a bag of one sentence by itself. small: no row has, so the last two repeat the first and the fourth",
  columns: ["AUC", "over BERT+ATT", "training bags", "bags of one", "of several", "other at test"],
  rows: Object.entries(PARTS).map(([method, changes]) => partsRow(method, changes)),
};

/** All with the released code's sentence vectors, which mixed spaces need. */
const OPTIONS: Readonly<Record<string, Changes>> = {
  HiCLRE: {},
  "perturbation in mixed spaces [R9]": { spaces: "mixed" },
  "inertia over its norm [R11]": { inertiaNorm: "batch" },
  "same label no negative [R12]": { sameLabel: "left-out" },
};

/** What the released code does otherwise in the contrasts, and the mask that neither has. */
export const CODE_OPTIONS: Experiment = {
  id: "T3-code",
  title: "Contrasts as in the released code",
  byIdIn: EVERYWHERE,
  about:
    "on the bags of F8, all rows with the sentence vectors of the released code, which mixed spaces need. [R9]: each level is moved along the gradient of another; [R11]: cosines over their norm in the batch; [R12]: other rows of the anchor's label are left out of its denominator",
  columns: ["AUC", "F1", "P@M"],
  rows: Object.entries(OPTIONS).map(([method, changes]) =>
    scoreRow(method, { ...changes, sentence: "code" }, { place: "study" }),
  ),
};
