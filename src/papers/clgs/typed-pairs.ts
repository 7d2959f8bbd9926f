// What the probes know of relations alone: Table 3 and the pairs of Table 4 again, with the entities given.

import { numbersOf, type Experiment, type RowPlan, type Run, type Setting } from "../../experiments";
import { clgsRun, pairsRun, typedRun } from "./plan";

const COLUMNS = ["probe", "kNN"];

function row(method: string, tuned: (setting: Setting) => Run | undefined): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: typedRun(setting, tuned(setting)) }),
    read: ({ run }) => {
      const { probe = null, kNN = null } = numbersOf(run!);
      return { probe, kNN };
    },
  };
}

const NOT_TUNED = "not tuned";
const BY_CLDR = "tuned by CLDR";

export const T3_TYPED: Experiment = {
  id: "T3-typed",
  title: "RE with the entities given: which drug had which effect",
  about:
    "F1 of probes fitted and asked on pairs of the last words of a drug and of an effect alone; every pair: all of them called related, which needs no encoder",
  columns: COLUMNS,
  rows: [
    {
      method: "every pair",
      runs: (setting) => ({ run: typedRun(setting) }),
      read: ({ run }) => {
        const { all = null } = numbersOf(run!);
        return { probe: all, kNN: all };
      },
    },
    row(NOT_TUNED, () => undefined),
    row("tuned by CLGS", (setting) => clgsRun(setting, {}, true)),
    row(BY_CLDR, (setting) => pairsRun(setting)),
    row("tuned by a pair classifier (CE)", (setting) => pairsRun(setting, {}, { method: "cross-entropy" })),
  ],
  claims: {
    "x-typed-probe": (cell) => cell(BY_CLDR, "probe") - cell(NOT_TUNED, "probe"),
    "x-typed-kNN": (cell) => cell(BY_CLDR, "kNN") - cell(NOT_TUNED, "kNN"),
  },
  ownClaims: {
    "x-typed-probe": {
      text: "with the entities given, F1 of the linear probe on CLDR is above the encoder not tuned",
      margin: 0,
      unit: "points",
    },
    "x-typed-kNN": {
      text: "with the entities given, F1 of kNN on CLDR is above the encoder not tuned",
      margin: 0,
      unit: "points",
    },
  },
  controls: ["x-typed-probe", "x-typed-kNN"],
};
