// The runs behind HiCLRE's tables: which settings each row has.

import {
  valueAt,
  type Json,
  type Numbers,
  type ProfileName,
  type RowPlan,
  type Run,
  type Setting,
} from "../../experiments";
import { NYT_RANKS, pretrainSettingsOf, settingsOf, type HiClreSettings } from "./settings";

/** What a row changes in the settings of its profile. */
export type Changes = Partial<HiClreSettings>;

/** Everything off that HiCLRE adds to BERT with attention. */
export const BERT_ATT: Changes = { contrast: false, recontextualization: "none" };

/** Rows by the method's name in the paper; those that the paper has not are ours. */
export const METHODS: Readonly<Record<string, Changes>> = {
  Mintz: { method: "mintz" },
  "PCNN-ATT": {
    method: "pcnn",
    rate: 3e-3,
    epochs: 6,
    dropout: 0.5,
    contrast: false,
    recontextualization: "none",
  },
  "MTB-MIL": { ...BERT_ATT, isPretrained: true },
  CIL: { ...BERT_ATT, instanceContrast: 1 },
  HiCLRE: {},
  "BERT+ATT": BERT_ATT,
};

/** Which of the paper's data sets a table is on: NYT10, GDS, or NYT10-M; `study` is NYT10 for figures 6 and 8. */
export type Place = "first" | "second" | "manual" | "study";

/**
 * What stands for it in a profile. `quick`: the world's bags, with 40 % noise and with 20 %, and fewer of them for
 * studies, whose runs are many; `small`: GDS for all; `paper`: the set itself. The negative control has one plain
 * sentence a relation and no noise, so that all places are the same there, and few bags are enough to learn it.
 */
function dataAt({ profile, data }: Setting, place: Place): Changes {
  if (profile === "small") return {};
  if (profile === "paper")
    return place === "second" ? { data: "gds" } : place === "manual" ? { data: "nyt10m" } : {};
  if (data === "control") return { data: "world-control/bags", bags: CONTROL_BAGS };
  if (place === "study") return { bags: STUDY_BAGS };
  return place === "second" ? { noise: 0.2 } : {};
}

/** Training bags of the studies in `quick`. */
const STUDY_BAGS = 2000;

/** Training bags of the negative control, where all methods have learnt everything after 400 of them. */
const CONTROL_BAGS = 1000;

/** How long a training takes beside that of HiCLRE on as many bags: measured in `quick`. */
function effortOf({ method, contrast, recontextualization, instanceContrast }: HiClreSettings): number {
  if (method === "mintz") return 0.05;
  if (method === "pcnn") return 0.2;
  return (
    0.5 +
    (contrast ? 0.3 : 0) +
    (recontextualization === "none" ? 0 : 0.2) +
    (instanceContrast > 0 ? 0.45 : 0)
  );
}

/** How many of a profile's training bags a run has. */
const shareOfBags = ({ bags }: HiClreSettings, { bags: all }: HiClreSettings): number =>
  bags === null || all === null ? 1 : bags / all;

/** Pre-training by matching the blanks, on the training sentences of the first data set. */
export function pretrainRun(setting: Setting): Run {
  const own = pretrainSettingsOf(setting.profile);
  const data = setting.data === "control" ? "world-control/bags" : own.data;
  return {
    paper: "hiclre",
    work: "pretrain",
    settings: { ...own, data },
    seed: setting.seed,
    inputs: [data, own.encoder],
    label: `HiCLRE: matching the blanks, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 2.5,
  };
}

/** One training and its scores. */
export function trainRun(setting: Setting, changes: Changes, label: string, place: Place = "first"): Run {
  const settings = settingsOf(setting.profile, { ...changes, ...dataAt(setting, place) });
  return {
    paper: "hiclre",
    work: "train",
    settings: settings as unknown as Json,
    seed: setting.seed,
    inputs: [settings.data, settings.encoder],
    ...(settings.isPretrained ? { needs: { pretraining: pretrainRun(setting) } } : {}),
    label: `HiCLRE: ${label}, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 2.5,
    effort: effortOf(settings) * shareOfBags(settings, settingsOf(setting.profile)),
  };
}

/** The parts of a training's score. */
export function partsRun(setting: Setting, changes: Changes, label: string): Run {
  const training = trainRun(setting, changes, label);
  const { needs: _needs, ...run } = training;
  return {
    ...run,
    work: "parts",
    needs: { training },
    label: `HiCLRE: parts of ${label}, seed ${setting.seed}`,
    effort: 0.05,
    isBrief: true,
  };
}

/** How a row's numbers are read: by which labels, and the ranks whose mean P@M is. */
export interface ScoreOptions {
  readonly place?: Place;
  /** Default `distant`. */
  readonly labels?: "distant" | "true";
  /** Default those of NYT10. */
  readonly ranks?: readonly number[];
}

/** A row with one training; its numbers are the scores by distant or by true labels. */
export function scoreRow(method: string, changes: Changes, options: ScoreOptions = {}): RowPlan {
  return {
    method,
    runs: (setting) => ({ run: trainRun(setting, changes, method, options.place) }),
    read: ({ run }) => scoresAt(run!, options),
  };
}

/** The scores in a run's value, by its only labels where the truth is not known; P@M is null where a list is shorter than one of the ranks. */
export function scoresAt(value: Json, { labels = "distant", ranks = NYT_RANKS }: ScoreOptions = {}): Numbers {
  const found = (valueAt(value, labels) ?? valueAt(value, "distant")) as Numbers;
  const each = ranks.map((n) => found[`P@${n}`] ?? null);
  const known = each.filter((one) => one !== null);
  const mean = known.length === each.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
  return { ...found, "P@M": mean };
}

/** Counts of a data set, whatever the seed; of the world as the profile has it. */
export function countRun(data: string, profile: ProfileName): Run {
  const bags = data.startsWith("world") ? settingsOf(profile).bags : null;
  return {
    paper: "hiclre",
    work: "count",
    settings: { data, bags },
    seed: 0,
    inputs: [data === "nyt10m" ? "nyt10" : data],
    label: `HiCLRE: sentences of ${data}`,
  };
}
