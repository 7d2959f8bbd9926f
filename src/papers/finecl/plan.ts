// The runs behind FineCL's tables.

import type { Json, Run, Setting } from "../../experiments";
import type { PretrainMethod } from "./pretraining";
import { settingsOf, type FineClSettings, type LoopSettings } from "./settings";
import type { DataSettings } from "./work-settings";

/** Pre-training by row; none is plain fine-tuning. */
export const METHODS: Readonly<Record<string, PretrainMethod | null>> = {
  "MTB*": "mtb",
  "CP*": "cp",
  RoBERTa: null,
  ERICA_RoBERTa: "erica",
  WCL_RoBERTa: "wcl",
  FineCL: "finecl",
};

/** What a pre-training of the ablations changes. */
export interface PretrainChange {
  readonly truncateAt?: number;
  readonly isShort?: boolean;
}

const usual = ({ profile, data }: Setting): FineClSettings => settingsOf(profile, data === "control");

const dataOf = ({ documents, sentences, noise }: FineClSettings): DataSettings => ({
  documents,
  sentences,
  noise,
  most: null,
});

function runOf(
  setting: Setting,
  work: string,
  more: object,
  loop: LoopSettings,
  needs: Record<string, Run>,
): Run {
  const plan = usual(setting);
  const { encoder, maxLength, documents, sentences } = plan;
  return {
    paper: "finecl",
    work,
    settings: { data: dataOf(plan), encoder, maxLength, loop, ...more } as unknown as Json,
    seed: setting.seed,
    inputs: [work.startsWith("adapt sentences") ? sentences.name : documents.name, encoder],
    ...(Object.keys(needs).length > 0 ? { needs } : {}),
    label: `FineCL: ${work}, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 3,
  };
}

/** Stage 1; `isMarked` is the second way of reading of F3. */
export function orderRun(setting: Setting, isMarked = false): Run {
  const { order, noneRatio } = usual(setting);
  return runOf(setting, "order", { noneRatio, isMarked }, order, {});
}

/** Stage 2. */
export function pretrainRun(setting: Setting, method: PretrainMethod, change: PretrainChange = {}): Run {
  const { pretrain, shortSteps, alpha, temperature, maskRate, negatives, nonePerDocument } = usual(setting);
  const options = { temperature, maskRate, negatives, nonePerDocument };
  const { truncateAt = null, isShort = false } = change;
  const loop = isShort ? { ...pretrain, steps: shortSteps } : pretrain;
  const needs =
    method === "finecl"
      ? { order: orderRun(setting) }
      : method === "wcl"
        ? { confidence: documentsRun(setting, null, 1, {}, true) }
        : {};
  return runOf(
    setting,
    "pretrain",
    { method, options, alpha, truncateAt },
    loop,
    needs as Record<string, Run>,
  );
}

/** Stage 3 on a share of the annotated documents, after a pre-training or none. */
export function documentsRun(
  setting: Setting,
  method: PretrainMethod | null,
  share: number,
  change: PretrainChange = {},
  withConfidence = false,
): Run {
  const { adaptDocuments, noneRatio } = usual(setting);
  const more = { noneRatio, share, subset: null, withConfidence };
  return method === null
    ? runOf(setting, "adapt documents", more, adaptDocuments, {})
    : runOf(setting, "adapt documents pretrained", more, adaptDocuments, {
        pretrained: pretrainRun(setting, method, change),
      });
}

/** Training on distant documents: all instances, or those learned in the first epoch. */
export function subsetRun(setting: Setting, subset: "all" | "batch" | "epoch"): Run {
  const { adaptDocuments, noneRatio } = usual(setting);
  const more = { noneRatio, share: 1, subset, withConfidence: false };
  return runOf(
    setting,
    "adapt documents",
    more,
    adaptDocuments,
    subset === "all" ? {} : { order: orderRun(setting) },
  );
}

/** Stage 3 on a share of the sentences. */
export function sentencesRun(
  setting: Setting,
  method: PretrainMethod | null,
  share: "1" | "10" | "100",
): Run {
  const { adaptSentences, sentenceEpochs, sentenceDropout } = usual(setting);
  const loop = { ...adaptSentences, epochs: sentenceEpochs[share] };
  const more = { share: Number(share) / 100, dropout: sentenceDropout[share], maxLength: 100 };
  return method === null
    ? runOf(setting, "adapt sentences", more, loop, {})
    : runOf(setting, "adapt sentences pretrained", more, loop, { pretrained: pretrainRun(setting, method) });
}
