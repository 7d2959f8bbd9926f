// Tables 1 to 4, 6 and 7 of FineCL.

import {
  numbersOf,
  seriesAt,
  valueAt,
  type Cell,
  type Experiment,
  type RowPlan,
  type Run,
  type Setting,
} from "../../../experiments";
import { ablationRun, documentsRun, METHODS, orderRun, plainRun, sharesAsked, subsetRun } from "./plan";
import { OBJECTIVES, type PretrainMethod } from "../pretraining/pretraining";

const above = (column: string, method: string, other: string) => (cell: Cell) =>
  cell(method, column) - cell(other, column);

const IMPLEMENTED: Readonly<Record<string, PretrainMethod | null>> = {
  BERT: null,
  RoBERTa: null,
  MTB: "mtb",
  CP: "cp",
  ERICA_BERT: "erica",
  ERICA_RoBERTa: "erica",
  WCL: "wcl",
  FineCL: "finecl",
};

/** Table 1: what each method minimises, read off the objectives that are run here. */
export const T1: Experiment = {
  id: "T1",
  about:
    "read off our objectives, 1 for yes: R_D relation discrimination, E_D entity discrimination, contrast: by eq. 5 (else dot products), weighted: instances weigh differently, MLM: masked-language loss in our pre-training (MTB has none in the table; ours keeps it, as the released code of CP's authors does for both), blank: how often an entity is hidden; the encoder is the profile's",
  columns: ["base_lm", "objective", "R_D", "E_D", "contrast", "weighted", "MLM", "blank"],
  rows: Object.entries(IMPLEMENTED).map(([method, name]) => ({
    method,
    runs: () => ({}),
    read: () => {
      const own = name === null ? null : OBJECTIVES[name];
      return {
        R_D: own === null ? 0 : 1,
        E_D: own?.entity === true ? 1 : 0,
        contrast: own?.relation === "contrast" ? 1 : 0,
        weighted: own?.weights === "equal" || own === null ? 0 : 1,
        MLM: 1,
        blank: own?.blank ?? 0,
      };
    },
  })),
};

/** The share that the paper's first epoch has: our first epochs are shorter. */
const FIRST_SHARE = 0.45;
const FIRST_EPOCHS = "batch-based, epochs up to 45 %";

/** Table 2: training on what was learned in the first epoch. */
export const T2: Experiment = {
  id: "T2",
  about:
    "distant documents train, true labels are scored; the last row, ours: as many first epochs as hold the 45 % of the paper's first, where an epoch has few steps",
  rows: (
    [
      ["none (all of T)", "all", null],
      ["batch-based", "batch", null],
      ["epoch-based", "epoch", null],
      [FIRST_EPOCHS, "batch", FIRST_SHARE],
    ] as const
  ).map(([method, subset, share]): RowPlan => ({
    method,
    runs: (setting) => ({ order: orderRun(setting), run: subsetRun(setting, subset, share) }),
    read: ({ order, run }) => {
      const shares = subset === "all" ? [1] : seriesAt(order!, subset, "shares");
      const size = share === null ? shares[0]! : (shares.find((own) => own >= share) ?? shares.at(-1)!);
      return { train_size_pct: 100 * size, F1: numbersOf(run!)["F1"] ?? null };
    },
  })),
  claims: {
    p5: above("F1", "batch-based", "none (all of T)"),
    "x-epochs": above("F1", FIRST_EPOCHS, "none (all of T)"),
  },
  ownClaims: {
    "x-epochs": {
      text: "F1 of training on the first epochs that hold 45 % is above F1 of training on all of T",
      margin: 0,
      unit: "points",
    },
  },
};

const SHARES = { "1%": 0.01, "10%": 0.1, "100%": 1 } as const;

/** Who trains on a share of the documents, by row. */
const DOCUMENT_RUNS: Readonly<Record<string, (setting: Setting, share: number) => Run>> = {
  ...Object.fromEntries(
    Object.entries(METHODS).map(([method, objective]) => [
      method,
      (setting: Setting, share: number) => documentsRun(setting, objective, share),
    ]),
  ),
  "CNN*": (setting, share) => plainRun(setting, "cnn", share),
  "BiLSTM*": (setting, share) => plainRun(setting, "bilstm", share),
};

/** Table 3: documents. */
export const T3: Experiment = {
  id: "T3",
  about:
    "the profile's encoder stands for RoBERTa; CNN, BiLSTM, MTB and CP are our own runs, the first two with word vectors from random numbers; small measures plain fine-tuning, ERICA and FineCL",
  rows: Object.entries(DOCUMENT_RUNS).map(([method, runOf]): RowPlan => ({
    method,
    runs: (setting) =>
      Object.fromEntries(
        sharesAsked(setting, method, Object.entries(SHARES)).map(([name, share]) => [
          name,
          runOf(setting, share),
        ]),
      ),
    read: (values) =>
      Object.fromEntries(
        Object.keys(SHARES).flatMap((name) =>
          ["F1", "IgF1"].map((score) => [`${name}:${score}`, numbersOf(values[name] ?? {})[score] ?? null]),
        ),
      ),
    readsAny: true,
  })),
  claims: {
    p6: above("1%:F1", "FineCL", "RoBERTa"),
    p7: above("1%:F1", "FineCL", "ERICA_RoBERTa"),
    p8: (cell) => above("1%:F1", "FineCL", "RoBERTa")(cell) - above("100%:F1", "FineCL", "RoBERTa")(cell),
  },
  controls: ["p6", "p7"],
};

const MACRO = ["RoBERTa", "ERICA_RoBERTa", "WCL_RoBERTa", "FineCL"] as const;

/** Table 4: macro scores of the runs of T3 at 100 %. */
export const T4: Experiment = {
  id: "T4",
  about: "macro: over relations with gold facts; of predicted: as the released code counts",
  columns: ["F1-macro", "F1-macro-weighted", "F1-macro of predicted"],
  rows: MACRO.map((method) => ({
    method,
    runs: (setting) => ({ run: documentsRun(setting, METHODS[method]!, 1) }),
    read: ({ run }) => {
      const { macro = null, weighted = null, macroOfPredicted = null } = numbersOf(run!);
      return { "F1-macro": macro, "F1-macro-weighted": weighted, "F1-macro of predicted": macroOfPredicted };
    },
  })),
  claims: { p9: above("F1-macro", "FineCL", "RoBERTa") },
};

const learnedPercent = (share: number | undefined): number | null =>
  share === undefined ? null : 100 * share;

/** Table 6: epochs of the order that differ, with a short pre-training. */
export const T6: Experiment = {
  id: "T6",
  about:
    "k: the order as if stage 1 had ended after k epochs, up-sampled; half as many steps of pre-training; quick and small adapt to 10 % of the annotated documents",
  rows: [0, 1, 3, 5, 10, 15].map((k): RowPlan => ({
    method: k === 0 ? "baseline (equal weights)" : `k=${k}`,
    runs: (setting) => ({
      order: orderRun(setting),
      run: ablationRun(setting, k === 0 ? "erica" : "finecl", k === 0 || k === 15 ? undefined : k),
    }),
    read: ({ order, run }) => ({
      learned_pct: k === 0 ? null : learnedPercent(seriesAt(order!, "batch", "shares")[k - 1]),
      F1: numbersOf(run!)["F1"] ?? null,
      IgF1: numbersOf(run!)["IgF1"] ?? null,
    }),
  })),
  claims: { p12: above("F1", "k=15", "baseline (equal weights)") },
};

/** Table 7: the relations whose accuracy in stage 1 is below 80 %, or the hardest quarter where there are none. */
export const T7: Experiment = {
  id: "T7",
  rows: MACRO.map((method) => ({
    method,
    runs: (setting) => ({ order: orderRun(setting), run: documentsRun(setting, METHODS[method]!, 1) }),
    read: ({ order, run }) => {
      const all = Object.entries(numbersOf(valueAt(order!, "stage1Accuracy"))).sort((a, b) => a[1]! - b[1]!);
      const hard = all.filter(([, share]) => share! < 0.8);
      const chosen = hard.length > 0 ? hard : all.slice(0, Math.ceil(all.length / 4));
      let [correct, either] = [0, 0];
      const classes = valueAt(run!, "classes") as Readonly<Record<string, Readonly<Record<string, number>>>>;
      for (const [name] of chosen) {
        const own = classes[name];
        correct += own?.["correct"] ?? 0;
        either += (own?.["gold"] ?? 0) + (own?.["predicted"] ?? 0);
      }
      return { "F1-micro": either === 0 ? null : (200 * correct) / either };
    },
  })),
  claims: { p13: above("F1-micro", "FineCL", "ERICA_RoBERTa") },
};
