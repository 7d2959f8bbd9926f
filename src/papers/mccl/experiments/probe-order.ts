// The order of table 1 by pre-training: is classwise kNN above the softmax layer, before and after MTB?

import { valueAt, type Cell, type Experiment, type RowPlan, type Values } from "../../../experiments";
import type { TaskForm } from "../pairs/task-data";
import { COLUMN_OF, FORMS } from "./main-tables";
import { frozenRun, LONG_IN } from "./plan";

const f1 = (values: Values, run: string, ...path: readonly string[]): number =>
  Number(valueAt(values[run]!, ...path, "F1"));

/** F1 of kNN with all pairs, of the fitted layer, of the one minus that of the other, and where 95 % of the draws lie. */
const SCORES = {
  "classwise kNN": (values: Values, run: string) => f1(values, run, "lazy", "1"),
  softmax: (values: Values, run: string) => f1(values, run, "softmax"),
  "kNN minus softmax": (values: Values, run: string) =>
    f1(values, run, "lazy", "1") - f1(values, run, "softmax"),
  "kNN minus softmax, from": (values: Values, run: string) => f1(values, run, "gap", "low"),
  "kNN minus softmax, to": (values: Values, run: string) => f1(values, run, "gap", "high"),
};

/** One score on vectors before MTB, or after the pre-training that has the seed of the setting. */
function scoreRow(start: "plm" | "ours", score: keyof typeof SCORES): RowPlan {
  return {
    method: `${start === "plm" ? "PLM" : "MTB"}: ${score}`,
    runs: (setting) =>
      Object.fromEntries(FORMS.map((form) => [form, frozenRun(setting, form, start, setting.seed)])),
    read: (values) =>
      Object.fromEntries(
        FORMS.filter((form) => values[form] !== undefined).map((form) => [
          COLUMN_OF[form],
          SCORES[score](values, form),
        ]),
      ),
    readsAny: true,
  };
}

const GAP = "kNN minus softmax";
const after = (form: TaskForm) => (cell: Cell) => cell(`MTB: ${GAP}`, COLUMN_OF[form]);
const turn = (form: TaskForm) => (cell: Cell) =>
  cell(`MTB: ${GAP}`, COLUMN_OF[form]) - cell(`PLM: ${GAP}`, COLUMN_OF[form]);
const points = (text: string) => ({ text, margin: 0, unit: "points" });

/** Table 1's order with a pre-training and a W for each seed, where table 1 has one pre-training for all. */
export const PROBE_ORDER: Experiment = {
  id: "T1-order",
  byIdIn: LONG_IN,
  title: "Does MTB turn the order of table 1 round?",
  about:
    "Micro-F1 of frozen vectors with all training pairs, softmax fitted by at most 200 iterations of L-BFGS (an adaptive threshold where pairs have several relations). from, to: 95 % of 2,000 draws of the test documents. Every seed has its own pre-training and its own W, so the spread is that of MTB too; in table 1 one pre-training serves all seeds.",
  columns: FORMS.map((form) => COLUMN_OF[form]),
  rows: (["plm", "ours"] as const).flatMap((start) =>
    (Object.keys(SCORES) as (keyof typeof SCORES)[]).map((score) => scoreRow(start, score)),
  ),
  claims: {
    "x-after-single": after("single"),
    "x-after-multi": after("multi"),
    "x-turn-single": turn("single"),
    "x-turn-multi": turn("multi"),
  },
  ownClaims: {
    "x-after-single": points("one relation a pair: after MTB classwise kNN is above the softmax layer"),
    "x-after-multi": points("several relations: after MTB classwise kNN is above the adaptive threshold"),
    "x-turn-single": points("one relation a pair: kNN minus softmax is higher after MTB than before"),
    "x-turn-multi": points("several relations: kNN minus softmax is higher after MTB than before"),
  },
};
