// The runs behind the paper's tables and figures.

import type { Json, Run, Setting } from "../../experiments";
import { settingsOf, type CldrSettings, type ClgsSettings, type Settings } from "./settings";

/** Which fold of ADE; the built-in world has one. */
export interface Fold {
  readonly fold?: number;
}

/** Settings of where a row is measured. */
function settingsFor({ profile, data }: Setting, { fold }: Fold): Settings {
  return settingsOf(profile, { control: data === "control", ...(fold === undefined ? {} : { fold }) });
}

function runOf(
  { seed, profile, data }: Setting,
  { fold }: Fold,
  work: string,
  settings: object,
  { corpus, encoder }: Settings["cldr"] | Settings["clgs"] | Settings["clner"],
  label: string,
): Run {
  const of = `${fold === undefined ? "" : `, fold ${fold}`}${data === "control" ? ", control" : ""}`;
  return {
    paper: "clgs",
    work,
    settings: settings as unknown as Json,
    seed,
    inputs: [...new Set([corpus.train, corpus.test])].concat(encoder),
    label: `${label}${of}, seed ${seed}`,
    memory: profile === "quick" ? 1 : 3,
  };
}

/** The encoder as it is. */
export function frozenRun(setting: Setting, fold: Fold = {}): Run {
  const { cldr, probes } = settingsFor(setting, fold);
  const { corpus, encoder, reading } = cldr;
  return runOf(
    setting,
    fold,
    "frozen",
    { training: { corpus, encoder, reading }, probes },
    cldr,
    "not tuned",
  );
}

/** CLGS, with Table 3's probe where asked. */
export function clgsRun(setting: Setting, changes: Partial<ClgsSettings>, isProbed = false): Run {
  const { clgs, probes } = settingsFor(setting, {});
  const training = { ...clgs, ...changes };
  const label = `CLGS ${training.graphPooling}-${training.textPooling}${training.hasProjection ? " projected" : ""}`;
  return runOf(setting, {}, "clgs", { training, probes, isProbed }, clgs, label);
}

/** CLDR, or a baseline in its place. */
export function pairsRun(
  setting: Setting,
  changes: Partial<CldrSettings> = {},
  { method = "cldr", ...fold }: Fold & { readonly method?: "cldr" | "supcon" | "cross-entropy" } = {},
): Run {
  const { cldr, probes } = settingsFor(setting, fold);
  const training = { ...cldr, ...changes };
  const { pairing: _, ...others } = changes;
  const changed = Object.entries(others).map(([name, value]) => ` ${name} ${value}`);
  const label = method === "cldr" ? `CLDR ${training.pairing}${changed.join("")}` : `pairs by ${method}`;
  return runOf(setting, fold, "pairs", { training, probes, method }, cldr, label);
}

/** CLNER, or a tagger in its place. */
export function tagsRun(
  setting: Setting,
  { method = "clner", ...fold }: Fold & { readonly method?: "clner" | "tagger" } = {},
): Run {
  const { clner, probes } = settingsFor(setting, fold);
  const label = method === "clner" ? "CLNER" : "tagger";
  return runOf(setting, fold, "tags", { training: clner, probes, method }, clner, label);
}

/** Pairs of one run with tags of another, scored. */
export function jointRun(
  setting: Setting,
  needs: { readonly pairs: Run; readonly tags: Run },
  { pairs = "pairs", ...fold }: Fold & { readonly pairs?: "pairs" | "probePairs" } = {},
): Run {
  const { cldr } = settingsFor(setting, fold);
  const by = pairs === "probePairs" ? " by the linear probe" : "";
  const label = `${needs.pairs.label.split(",")[0]}${by} with ${needs.tags.label.split(",")[0]}`;
  const run = runOf(setting, fold, "joint", { corpus: cldr.corpus, pairs }, cldr, label);
  return { ...run, needs, isBrief: true };
}

/** Probes on pairs of a drug and an effect alone, on the encoder as it is or as `tuned` left it. */
export function typedRun(setting: Setting, tuned?: Run): Run {
  const { cldr, probes } = settingsFor(setting, {});
  const { corpus, encoder, reading } = cldr;
  const settings = { training: { corpus, encoder, reading }, probes, isTuned: tuned !== undefined };
  const label = `typed pairs, ${tuned === undefined ? "not tuned" : tuned.label.split(",")[0]!}`;
  const run = { ...runOf(setting, {}, "typed", settings, cldr, label), paper: "clgs/typed" };
  return tuned === undefined ? run : { ...run, needs: { tuned } };
}

/** Counts of ADE, of one fold or of all tags: the same for every profile and seed. */
export function factsRun(fold?: number): Run {
  return {
    paper: "clgs",
    work: "facts",
    settings: fold === undefined ? {} : { fold },
    seed: 0,
    inputs: ["ade"],
    label: fold === undefined ? "tags of ADE" : `fold ${fold} of ADE`,
    isBrief: true,
  };
}
