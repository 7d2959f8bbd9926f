// The runs behind HiCLRE's tables: which settings each row has.

import { valueAt, type Json, type Numbers, type RowPlan, type Run, type Setting } from "../../experiments";
import { settingsOf, type HiClreSettings } from "./settings";

/** What a row changes in the settings of its profile. */
export type Changes = Partial<HiClreSettings>;

/** Everything off that HiCLRE adds to BERT with attention. */
export const BERT_ATT: Changes = { contrast: false, recontextualization: "none" };

/** Rows by the method's name in the paper; those that the paper has not are ours. */
export const METHODS: Readonly<Record<string, Changes>> = {
  Mintz: { method: "mintz" },
  "PCNN-ATT": { method: "pcnn", rate: 3e-3, epochs: 10, contrast: false, recontextualization: "none" },
  CIL: { ...BERT_ATT, instanceContrast: 1 },
  HiCLRE: {},
  "BERT+ATT": BERT_ATT,
};

/** One training and its scores. */
export function trainRun(setting: Setting, changes: Changes, label: string): Run {
  const settings = settingsOf(setting.profile, changes);
  const data =
    setting.data === "control" ? settings.data.replace(/^world\b/, "world-control") : settings.data;
  return {
    paper: "hiclre",
    work: "train",
    settings: { ...settings, data } as unknown as Json,
    seed: setting.seed,
    inputs: [data, settings.encoder],
    label: `HiCLRE: ${label}, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 2.5,
  };
}

/** A row with one training; its numbers are the scores by distant or by true labels. */
export function scoreRow(method: string, changes: Changes, labels: "distant" | "true" = "distant"): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: trainRun(setting, changes, method) }),
    read: ({ run }) => scoresAt(run!, labels),
  };
}

/** The scores in a run's value. */
export function scoresAt(value: Json, labels: "distant" | "true"): Numbers {
  const found = valueAt(value, labels);
  return found === null ? {} : (found as Numbers);
}
