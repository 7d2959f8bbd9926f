// Tables 2 to 6 of FineCL.

import { numbersOf, seriesAt, valueAt, type Cell, type Experiment, type RowPlan } from "../../experiments";
import { documentsRun, METHODS, orderRun, sentencesRun, subsetRun } from "./plan";

const above = (column: string, method: string, other: string) => (cell: Cell) =>
  cell(method, column) - cell(other, column);

/** Table 2: training on what was learned in the first epoch. */
export const T2: Experiment = {
  id: "T2",
  about: "distant documents train, true labels are scored",
  rows: (
    [
      ["none (all of T)", "all"],
      ["batch-based", "batch"],
      ["epoch-based", "epoch"],
    ] as const
  ).map(([method, subset]): RowPlan => ({
    method,
    runs: (setting) => ({ order: orderRun(setting), run: subsetRun(setting, subset) }),
    read: ({ order, run }) => ({
      train_size_pct: subset === "all" ? 100 : 100 * seriesAt(order!, subset, "shares")[0]!,
      F1: numbersOf(run!)["F1"] ?? null,
    }),
  })),
  claims: { p5: above("F1", "batch-based", "none (all of T)") },
};

const SHARES = { "1%": 0.01, "10%": 0.1, "100%": 1 } as const;

/** Table 3: documents. */
export const T3: Experiment = {
  id: "T3",
  about: "the profile's encoder stands for RoBERTa; MTB and CP are our own runs with it",
  rows: Object.entries(METHODS).map(([method, objective]): RowPlan => ({
    method,
    runs: (setting) =>
      Object.fromEntries(
        Object.entries(SHARES).map(([name, share]) => [name, documentsRun(setting, objective, share)]),
      ),
    read: (values) =>
      Object.fromEntries(
        Object.keys(SHARES).flatMap((name) =>
          ["F1", "IgF1"].map((score) => [`${name}:${score}`, numbersOf(values[name]!)[score] ?? null]),
        ),
      ),
  })),
  claims: {
    p6: above("1%:F1", "FineCL", "RoBERTa"),
    p7: above("1%:F1", "FineCL", "ERICA_RoBERTa"),
    p8: (cell) => above("1%:F1", "FineCL", "RoBERTa")(cell) - above("100%:F1", "FineCL", "RoBERTa")(cell),
  },
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

/** Table 5, SemEval: sentences. */
export const T5b: Experiment = {
  id: "T5b",
  about:
    "quick: the world's labelled sentences; micro-F1, official: SemEval's macro-F1 where it applies [R13]",
  columns: ["1%", "10%", "100%", "100% official"],
  rows: Object.entries(METHODS).map(([method, objective]) => ({
    method,
    runs: (setting) =>
      Object.fromEntries(
        (["1", "10", "100"] as const).map((share) => [share, sentencesRun(setting, objective, share)]),
      ),
    read: (values) => ({
      ...Object.fromEntries(
        ["1", "10", "100"].map((share) => [`${share}%`, numbersOf(values[share]!)["F1"] ?? null]),
      ),
      "100% official": numbersOf(values["100"]!)["official"] ?? null,
    }),
  })),
  claims: {
    p10: above("1%", "FineCL", "RoBERTa"),
    p11: above("1%", "FineCL", "ERICA_RoBERTa"),
  },
};

/** Table 6: epochs of the order that differ, with a short pre-training. */
export const T6: Experiment = {
  id: "T6",
  rows: [0, 1, 3, 5, 10, 15].map((k): RowPlan => ({
    method: k === 0 ? "baseline (equal weights)" : `k=${k}`,
    runs: (setting) => ({
      order: orderRun(setting),
      run: documentsRun(setting, k === 0 ? "erica" : "finecl", 1, {
        isShort: true,
        ...(k === 0 || k === 15 ? {} : { truncateAt: k + 1 }),
      }),
    }),
    read: ({ order, run }) => ({
      learned_pct: k === 0 ? null : 100 * (seriesAt(order!, "batch", "shares")[k - 1] ?? NaN),
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
