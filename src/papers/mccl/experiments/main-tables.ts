// Tables 1 to 3: probes of frozen vectors, and the main results with several relations a pair and with one.

import {
  valueAt,
  type Cell,
  type Experiment,
  type Numbers,
  type RowPlan,
  type Setting,
  type Values,
} from "../../../experiments";
import type { FineTuneObjective } from "../fine-tuning/fine-tune-task";
import { fineTuneRun, frozenRun, SHARES } from "./plan";
import type { TaskForm } from "../pairs/task-data";

/** What a run's value says in one column. */
const numberAt = (values: Values, ...path: readonly [string, ...string[]]): number => {
  const [run, ...rest] = path;
  return Number(valueAt(values[run]!, ...rest));
};

/** The paper's data sets, as columns. */
export const COLUMN_OF: Readonly<Record<TaskForm, string>> = { single: "BioRED", multi: "Re-DocRED" };
const FORMS: readonly TaskForm[] = ["single", "multi"];

/** A row of table 1: a score of frozen vectors, on both kinds of data; from the pre-training with the seed it is told. */
export function probeRow(
  method: string,
  path: readonly string[],
  start: "plm" | "ours" = "ours",
  pretrainingOf: (setting: Setting) => number = () => 0,
): RowPlan {
  return {
    method,
    runs: (setting) =>
      Object.fromEntries(
        FORMS.map((form) => [form, frozenRun(setting, form, start, pretrainingOf(setting))]),
      ),
    read: (values) =>
      Object.fromEntries(
        FORMS.filter((form) => values[form] !== undefined).map((form) => [
          COLUMN_OF[form],
          numberAt(values, form, ...path, "F1"),
        ]),
      ),
    readsAny: true,
  };
}

/** The least of the differences of two methods in these columns: above 0 where all are. */
const leastGain = (cell: Cell, better: string, worse: string, columns: readonly string[]): number =>
  Math.min(...columns.map((column) => cell(better, column) - cell(worse, column)));

const BOTH = Object.values(COLUMN_OF);
const [KNN, SOFTMAX, CENTROID] = [
  "classwise kNN (multi-cluster)",
  "softmax (one cluster)",
  "nearest centroid (one cluster)",
] as const;

const STEPPED = "softmax, trained by steps";
const PLM_ROWS = ["PLM: softmax", "PLM: nearest centroid", "PLM: classwise kNN"] as const;

const GAPS = ["low", "high"] as const;
const gapName = (start: "plm" | "ours", end: (typeof GAPS)[number]): string =>
  `${start === "plm" ? "PLM" : "MTB"}: kNN minus softmax, ${end === "low" ? "from" : "to"}`;

/** Probing of the frozen embedding. */
export const T1: Experiment = {
  id: "T1",
  about:
    "Softmax for one relation a pair, an adaptive threshold in its place for several, both fitted by at most 200 iterations of L-BFGS; 'by steps': the same layers by the optimiser and the steps of fine-tuning. The paper does not say how its layer was trained. PLM: the encoder before MTB. kNN minus softmax: 95 % of 2,000 draws of the test documents, which says nothing about the spread between pre-trainings.",
  rows: [
    probeRow(SOFTMAX, ["softmax"]),
    probeRow(CENTROID, ["centroid"]),
    probeRow(KNN, ["lazy", "1"]),
    probeRow(STEPPED, ["trained"]),
    probeRow(PLM_ROWS[0], ["softmax"], "plm"),
    probeRow(PLM_ROWS[1], ["centroid"], "plm"),
    probeRow(PLM_ROWS[2], ["lazy", "1"], "plm"),
    ...(["plm", "ours"] as const).flatMap((start) =>
      GAPS.map((end) => probeRow(gapName(start, end), ["gap", end], start)),
    ),
  ],
  claims: {
    p1: (cell) => leastGain(cell, KNN, SOFTMAX, BOTH),
    p2: (cell) => leastGain(cell, SOFTMAX, CENTROID, BOTH),
    "x-steps": (cell) => leastGain(cell, KNN, STEPPED, BOTH),
    "x-gap": (cell) =>
      Math.min(
        ...BOTH.map(
          (data) =>
            cell(KNN, data) - cell(SOFTMAX, data) - (cell(PLM_ROWS[2], data) - cell(PLM_ROWS[0], data)),
        ),
      ),
  },
  ownClaims: {
    "x-steps": {
      text: "on frozen MTB embeddings classwise kNN is above a softmax layer trained by the steps of fine-tuning",
      margin: 0,
      unit: "points",
    },
    "x-gap": {
      text: "MTB moves classwise kNN up against the softmax layer: kNN minus softmax is higher after MTB than before",
      margin: 0,
      unit: "points",
    },
  },
};

/** The columns of a setting: on the negative control the first alone, which is what the claims read. */
export function asked<T>({ data }: Setting, columns: readonly T[]): readonly T[] {
  return data === "control" ? columns.slice(0, 1) : columns;
}

/** A row of the main tables: lazy inference at every share from one run, or one fine-tuning a share. */
function mainRow(
  start: "plm" | "ours",
  loss: FineTuneObjective["loss"] | "lazy",
  form: TaskForm,
  readAt: (value: (field: string) => number, share: string) => Numbers,
): RowPlan {
  const names = { lazy: "Lazy", ce: "CE", supcon: "SupCon", mccl: "MCCL" };
  const method = `${start === "plm" ? "PLM" : "MTB"} ${names[loss]}`;
  const shares = Object.entries(SHARES);
  const merge = (parts: readonly Numbers[]): Numbers => Object.assign({}, ...parts) as Numbers;
  if (loss === "lazy")
    return {
      method,
      runs: (setting) => ({ frozen: frozenRun(setting, form, start) }),
      read: (values) =>
        merge(
          shares.map(([name, share]) =>
            readAt((field) => numberAt(values, "frozen", "lazy", String(share), field), name),
          ),
        ),
    };
  return {
    method,
    runs: (setting) =>
      Object.fromEntries(
        asked(setting, shares).map(([name, share]) => [
          name,
          fineTuneRun(setting, form, { start, loss, share }),
        ]),
      ),
    read: (values) =>
      merge(
        shares
          .filter(([name]) => values[name] !== undefined)
          .map(([name]) => readAt((field) => numberAt(values, name, field), name)),
      ),
    readsAny: true,
  };
}

const withIgn = (value: (field: string) => number, share: string): Numbers => ({
  [`${share}:F1`]: value("F1"),
  [`${share}:IgF1`]: value("IgF1"),
});
const f1Alone = (value: (field: string) => number, share: string): Numbers => ({ [share]: value("F1") });

const STARTS = ["plm", "ours"] as const;

/** Main results, several relations a pair. */
export const T2: Experiment = {
  id: "T2",
  about:
    "IgF1 leaves out the facts of the training pairs that were used; the runs also keep it for the facts of all training pairs.",
  rows: STARTS.flatMap((start) =>
    (["lazy", "ce", "mccl"] as const).map((loss) => mainRow(start, loss, "multi", withIgn)),
  ),
  claims: {
    p8: (cell) => cell("MTB MCCL", "1%:F1") - cell("MTB CE", "1%:F1"),
    p9: (cell) => cell("MTB MCCL", "1%:F1") - cell("PLM CE", "1%:F1"),
  },
  controls: ["p8", "p9"],
};

/** Main results, one relation a pair. */
export const T3: Experiment = {
  id: "T3",
  rows: STARTS.flatMap((start) =>
    (["lazy", "ce", "supcon", "mccl"] as const).map((loss) => mainRow(start, loss, "single", f1Alone)),
  ),
  claims: {
    p3: (cell) => cell("MTB MCCL", "1%") - cell("MTB CE", "1%"),
    p4: (cell) => cell("MTB MCCL", "1%") - cell("PLM CE", "1%"),
    p5: (cell) => cell("MTB MCCL", "1%") - cell("MTB SupCon", "1%"),
    p6: (cell) => leastGain(cell, "MTB Lazy", "PLM Lazy", Object.keys(SHARES)),
  },
  controls: ["p3", "p4", "p5", "p6"],
};
