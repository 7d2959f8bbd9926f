// The order of table 1 by pre-training: is classwise kNN above the softmax layer, before and after MTB?

import type { Cell, Experiment } from "../../../experiments";
import type { TaskForm } from "../pairs/task-data";
import { COLUMN_OF, probeRow } from "./main-tables";
import { LONG_IN } from "./plan";

/** Where a run has F1 of kNN with all pairs, of the fitted layer, their difference, and where 95 % of the draws lie. */
const SCORES = {
  "classwise kNN": ["lazy", "1"],
  softmax: ["softmax"],
  "kNN minus softmax": ["gap", "mean"],
  "kNN minus softmax, from": ["gap", "low"],
  "kNN minus softmax, to": ["gap", "high"],
} as const;

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
  columns: Object.values(COLUMN_OF),
  rows: (["plm", "ours"] as const).flatMap((start) =>
    Object.entries(SCORES).map(([score, path]) =>
      probeRow(`${start === "plm" ? "PLM" : "MTB"}: ${score}`, path, start, ({ seed }) => seed),
    ),
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
