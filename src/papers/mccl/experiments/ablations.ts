// Tables 4 and 5: what each part of pre-training is worth, with MCCL fine-tuning; and the coarse-to-fine setting.

import { valueAt, type Experiment, type RowPlan } from "../../../experiments";
import { fineTuneRun, LONG_IN, SHARES, type Start } from "./plan";
import { asked } from "./main-tables";

const COLUMNS = ["1%", "10%", "100%"] as const;

/** MCCL fine-tuning from one start, at the shares of the tables. */
function ablationRow(method: string, start: Start): RowPlan {
  return {
    method,
    runs: (setting) =>
      Object.fromEntries(
        asked(setting, COLUMNS).map((name) => [
          name,
          fineTuneRun(setting, "single", { start, loss: "mccl", share: SHARES[name] }),
        ]),
      ),
    read: (values) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(valueAt(value, "F1"))])),
    readsAny: true,
  };
}

const OURS = "our MTB";
const REMOVALS = ["our MTB w/o L_rel", "our MTB w/o L_self", "our MTB w/o L_mlm"] as const;

/** Ablation of the losses. */
export const T4: Experiment = {
  id: "T4",
  byIdIn: LONG_IN,
  rows: [
    ablationRow("PLM", "plm"),
    ablationRow("vanilla MTB", "vanilla"),
    ablationRow(OURS, "ours"),
    ablationRow(REMOVALS[0], "no rel"),
    ablationRow(REMOVALS[1], "no self"),
    ablationRow(REMOVALS[2], "no mlm"),
  ],
  claims: {
    p10: (cell) => cell(OURS, "1%") - cell(REMOVALS[0], "1%"),
    p11: (cell) => cell(OURS, "1%") - cell("vanilla MTB", "1%"),
    p12: (cell) => Math.min(cell(REMOVALS[1], "1%"), cell(REMOVALS[2], "1%")) - cell(REMOVALS[0], "1%"),
  },
  controls: ["p10", "p11"],
};

/** Other ablations. */
export const T5: Experiment = {
  id: "T5",
  byIdIn: LONG_IN,
  rows: [
    ablationRow("PLM", "plm"),
    ablationRow("vanilla MTB", "vanilla"),
    ablationRow(OURS, "ours"),
    ablationRow("our MTB w/o entity type filtering", "no type filter"),
    ablationRow("our MTB, L_rel replaced by L_mccl", "mccl"),
  ],
  claims: {
    p13: (cell) => cell(OURS, "1%") - cell("our MTB w/o entity type filtering", "1%"),
  },
  controls: ["p13"],
};

const [FINE, COARSE, ONE, CE] = [
  "MCCL, all relations",
  "MCCL, coarse",
  "one cluster, coarse",
  "CE, all relations",
] as const;

/** tau_1 so large that all members weigh the same: one cluster a relation. */
const ONE_CLUSTER = 1000;

function coarseRow(method: string, change: Partial<Parameters<typeof fineTuneRun>[2]>): RowPlan {
  return {
    method,
    runs: (setting) => ({
      run: fineTuneRun(setting, "single", { start: "ours", loss: "mccl", share: 0.01, ...change }),
    }),
    read: ({ run }) => ({ "F1, 1%": Number(valueAt(run!, "F1")) }),
  };
}

/** Coarse-to-fine (appendix C): one relation in fine-tuning, all relations in kNN inference. */
export const COARSE_TO_FINE: Experiment = {
  id: "T-coarse-to-fine",
  byIdIn: LONG_IN,
  about:
    "Appendix C: all relations but NA are one in fine-tuning, kNN then uses the fine labels. The paper has 30.3 for MCCL (BioRED, 1 %).",
  columns: ["F1, 1%"],
  rows: [
    coarseRow(FINE, {}),
    coarseRow(COARSE, { isCoarse: true }),
    coarseRow(ONE, { isCoarse: true, change: { memberTemperature: ONE_CLUSTER } }),
    coarseRow(CE, { loss: "ce" }),
  ],
  claims: { "x-coarse": (cell) => cell(COARSE, "F1, 1%") - cell(ONE, "F1, 1%") },
  ownClaims: {
    "x-coarse": {
      text: "after fine-tuning with one relation, fine relations are found better with several clusters than with one",
      margin: 0,
      unit: "points",
    },
  },
};
