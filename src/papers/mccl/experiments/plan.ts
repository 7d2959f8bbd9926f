// The runs of this paper by profile: what is pre-trained, fine-tuned and measured, and with which settings.

import type { Json, ProfileName, Run, Setting } from "../../../experiments";
import type { FineTuneObjective } from "../fine-tuning/fine-tune-task";
import type { MtbObjective } from "../pretraining/mtb-task";
import { ALL, PROFILES, type FormPlan, type ProfilePlan } from "./profiles";
import type { EncoderSettings, FineTuneWork, FrozenWork, LoopSettings, PretrainSettings } from "./settings";
import type { TaskForm, TaskName, TaskSettings } from "../pairs/task-data";

/** Where ablations and sweeps are left out of the whole paper: tables 1 to 3 fill the two hours of `small`. */
export const LONG_IN: readonly ProfileName[] = ["small"];

/** The paper's shares of the training pairs, and the names of its columns. */
export const SHARES = { "1%": 0.01, "5%": 0.05, "10%": 0.1, "100%": 1 } as const;

/** A way to pre-train: the full method, or one of the ablations of tables 4 and 5. */
export type Pretraining = "ours" | "vanilla" | "no rel" | "no self" | "no mlm" | "no type filter" | "mccl";

/** The encoder before fine-tuning: as it is, or pre-trained. */
export type Start = "plm" | Pretraining;

const OURS: Pick<MtbObjective, "relation" | "self" | "mlm"> = {
  relation: "contrastive",
  self: true,
  mlm: true,
};

const CHANGES: Readonly<Record<Pretraining, Partial<MtbObjective>>> = {
  ours: {},
  vanilla: { relation: "pairwise", self: false },
  "no rel": { relation: "none" },
  "no self": { self: false },
  "no mlm": { mlm: false },
  "no type filter": {},
  mccl: { relation: "mccl" },
};

function taskOf({ data }: Setting, form: TaskForm, plan: ProfilePlan): TaskSettings {
  const task: TaskName = plan.isWorld
    ? data === "control"
      ? "world-control"
      : "world"
    : form === "single"
      ? "biored"
      : "re-docred";
  return { task, form, documents: plan.forms[form].documents };
}

const inputsOf = ({ task }: TaskSettings, encoder: string): string[] => [
  task === "world-control" ? "world" : task,
  encoder,
];

/** How documents are read; a W that begins as usual is not named. */
const readingOf = ({
  maxLength,
  projection,
}: ProfilePlan): Pick<EncoderSettings, "maxLength" | "projection"> => ({
  maxLength,
  ...(projection === undefined ? {} : { projection }),
});

const planOf = (profile: ProfileName): ProfilePlan => PROFILES[profile];
const plain = (settings: object): Json => settings as unknown as Json;
const nameOf = (form: TaskForm): string => (form === "single" ? "one relation a pair" : "several relations");

/**
 * Pre-training on documents without labels: by default once for all seeds, which are those of sampling and fine-tuning,
 * and in the world once for both forms of its documents, which differ in labels alone.
 */
export function pretrainRun(setting: Setting, asked: TaskForm, kind: Pretraining, seed = 0): Run {
  const plan = planOf(setting.profile);
  const form = plan.isWorld ? "multi" : asked;
  const own = plan.forms[form];
  const data = { ...taskOf(setting, form, plan), documents: ALL };
  const settings: PretrainSettings = {
    data,
    encoder: own.encoder,
    ...readingOf(plan),
    corpus: { ...own.corpus, isOrdered: form === "multi" },
    mtb: {
      ...plan.mtb,
      typeFilter: kind !== "no type filter",
      objective: { ...OURS, temperature: plan.mtbTemperature, ...CHANGES[kind] },
    },
    loop: own.pretraining,
  };
  return {
    paper: "mccl",
    work: "pretrain",
    settings: plain(settings),
    seed,
    inputs: inputsOf(data, own.encoder),
    label: `pre-training (${kind}${plan.isWorld ? "" : `, ${nameOf(form)}`})${seed === 0 ? "" : `, seed ${seed}`}`,
    memory: own.memory,
  };
}

/** A run on an encoder as it is, or as a pre-training left it, which the run then needs. */
function runFrom(
  setting: Setting,
  form: TaskForm,
  start: Start,
  work: "fine-tune" | "frozen",
  settings: FineTuneWork | FrozenWork,
  label: string,
  pretraining = 0,
): Run {
  const { memory, frozenMemory = memory } = planOf(setting.profile).forms[form];
  const run = {
    paper: "mccl",
    work,
    settings: plain(settings),
    seed: setting.seed,
    inputs: inputsOf(settings.data, settings.encoder),
    label: `${label} (${nameOf(form)}), seed ${setting.seed}`,
    memory: work === "frozen" ? frozenMemory : memory,
  };
  if (start === "plm") return run;
  return {
    ...run,
    work: `${work} pretrained`,
    needs: { pretrained: pretrainRun(setting, form, start, pretraining) },
  };
}

const fineTuneLoop = (
  { fineTuning, lengths, rates }: FormPlan,
  loss: FineTuneObjective["loss"],
): LoopSettings => ({
  ...fineTuning,
  ...lengths?.[loss],
  rate: rates[loss],
});

/** What a fine-tuning run may change. */
export interface FineTuneChoice {
  readonly start: Start;
  readonly loss: FineTuneObjective["loss"];
  readonly share: number;
  readonly change?: Partial<FineTuneObjective>;
  readonly isCoarse?: boolean;
}

/** Fine-tuning from an encoder, pre-trained or not, and its scores. */
export function fineTuneRun(setting: Setting, form: TaskForm, choice: FineTuneChoice): Run {
  const { start, loss, share, change = {}, isCoarse = false } = choice;
  const plan = planOf(setting.profile);
  const own = plan.forms[form];
  const data = taskOf(setting, form, plan);
  const settings: FineTuneWork = {
    data,
    encoder: own.encoder,
    ...readingOf(plan),
    share,
    fineTune: {
      pairsPerBatch: plan.pairsPerBatch,
      objective: { ...own.mccl, proxies: 1, supConTemperature: 0.05, loss, ...change },
    },
    loop: fineTuneLoop(own, loss),
    ks: plan.ks,
    isCoarse,
    // the runs of table 3 that figure 3 maps
    withPoints: form === "single" && start === "ours" && share === 1,
  };
  const label = `${loss} on ${start} with ${100 * share} %`;
  return runFrom(setting, form, start, "fine-tune", settings, label);
}

/** Lazy kNN at every share, and probes, on frozen vectors; from the pre-training with this seed. */
export function frozenRun(setting: Setting, form: TaskForm, start: "plm" | "ours", pretraining = 0): Run {
  const plan = planOf(setting.profile);
  const own = plan.forms[form];
  const data = taskOf(setting, form, plan);
  const settings: FrozenWork = {
    data,
    encoder: own.encoder,
    ...readingOf(plan),
    shares: Object.values(SHARES),
    ks: plan.ks,
    probe: fineTuneLoop(own, "ce"),
    withPoints: form === "single",
  };
  return runFrom(setting, form, start, "frozen", settings, `frozen ${start}`, pretraining);
}
