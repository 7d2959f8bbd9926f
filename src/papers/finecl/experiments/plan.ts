// The runs behind FineCL's tables.

import { findCard, splitsHere } from "../../../data";
import type { Json, Run, Setting } from "../../../experiments";
import type { PlainKind } from "../documents/plain-reader";
import type { PretrainMethod } from "../pretraining/pretraining";
import { settingsOf, type FineClSettings, type LoopSettings, type SentenceData } from "./settings";
import type { DataSettings, DocumentAdaptation } from "../work-settings";

/** Pre-training by row, the most telling first; none is plain fine-tuning. */
export const METHODS: Readonly<Record<string, PretrainMethod | null>> = {
  RoBERTa: null,
  ERICA_RoBERTa: "erica",
  FineCL: "finecl",
  WCL_RoBERTa: "wcl",
  "CP*": "cp",
  "MTB*": "mtb",
};

/** The shares at which a setting measures a row: none for a row that its profile leaves out, 1 % on the control. */
export function sharesAsked<Share>(
  setting: Setting,
  method: string,
  shares: readonly Share[],
): readonly Share[] {
  const { rows } = usual(setting);
  if (rows !== null && !rows.includes(method)) return [];
  return setting.data === "control" ? shares.slice(0, 1) : shares;
}

/** What a pre-training of the ablations changes. */
export interface PretrainChange {
  /** Stage 1 taken as if it had ended after so many epochs. */
  readonly epochsOfOrder?: number;
  readonly isShort?: boolean;
}

const usual = ({ profile, data }: Setting): FineClSettings => settingsOf(profile, data === "control");

const dataOf = ({ documents, noise, most, joined }: FineClSettings): DataSettings => ({
  documents,
  noise,
  most,
  joined,
});

function runOf(
  setting: Setting,
  work: string,
  more: object,
  loop: LoopSettings,
  needs: Record<string, Run>,
  sentences?: SentenceData,
): Run {
  const plan = usual(setting);
  const { encoder, maxLength, documents, joined } = plan;
  const distant = [documents.name, ...(joined === null ? [] : [joined.name])];
  return {
    paper: "finecl",
    work,
    settings: {
      data: dataOf(plan),
      encoder,
      maxLength,
      loop,
      ...more,
      ...(sentences === undefined ? {} : { sentences }),
    } as unknown as Json,
    seed: setting.seed,
    inputs: [...(sentences === undefined ? distant : [sentences.name]), encoder],
    ...(Object.keys(needs).length > 0 ? { needs } : {}),
    label: `FineCL: ${work}, seed ${setting.seed}`,
    memory: setting.profile === "quick" ? 1 : 3,
  };
}

/** Stage 1; `isMarked` is the second way of reading of F3. */
export function orderRun(setting: Setting, isMarked = false): Run {
  const { order, noneRatio, orderBlank: blank, orderLoss: loss } = usual(setting);
  // a second reader is another model: it begins from other numbers
  const own = isMarked ? { ...setting, seed: setting.seed + 100 } : setting;
  return runOf(own, "order", { noneRatio, isMarked, blank, loss }, order, {});
}

/** Figure 3: the orders of two readers of the same instances, compared. */
export function compareRun(setting: Setting): Run {
  const needs = { first: orderRun(setting), second: orderRun(setting, true) };
  return runOf(setting, "compare orders", {}, usual(setting).order, needs);
}

/** Stage 2. */
export function pretrainRun(setting: Setting, method: PretrainMethod, change: PretrainChange = {}): Run {
  const { pretrain, shortSteps, alpha, temperature, maskRate, negatives, nonePerDocument } = usual(setting);
  const options = { temperature, maskRate, negatives, nonePerDocument };
  const { epochsOfOrder = null, isShort = false } = change;
  const loop = isShort ? { ...pretrain, steps: shortSteps } : pretrain;
  const needs =
    method === "finecl"
      ? { order: orderRun(setting) }
      : method === "wcl"
        ? { confidence: documentsRun(setting, null, 1) }
        : {};
  return runOf(
    setting,
    "pretrain",
    { method, options, alpha, epochsOfOrder },
    loop,
    needs as Record<string, Run>,
  );
}

/**
 * Annotated documents read by the encoder, all of them unless `change` says otherwise. The loss is named only where it is
 * another than DocRED's.
 */
function adapting(setting: Setting, change: Partial<DocumentAdaptation>): DocumentAdaptation {
  const { noneRatio, adaptLoss } = usual(setting);
  return {
    noneRatio,
    ...(adaptLoss === "binary" ? {} : { loss: adaptLoss }),
    share: 1,
    subset: null,
    subsetShare: null,
    reader: null,
    withConfidence: false,
    ...change,
  };
}

/** Stage 3 on a share of the annotated documents, after a pre-training or none. */
export function documentsRun(
  setting: Setting,
  method: PretrainMethod | null,
  share: number,
  change: PretrainChange = {},
): Run {
  const { adaptDocuments } = usual(setting);
  // the model of all gold labels also says how confident it is of each distant one, for WCL
  const withConfidence = method === null && share === 1;
  const more = adapting(setting, { share, withConfidence });
  return method === null
    ? runOf(setting, "adapt documents", more, adaptDocuments, {})
    : runOf(setting, "adapt documents pretrained", more, adaptDocuments, {
        pretrained: pretrainRun(setting, method, change),
      });
}

/** A share of the annotated documents, read by a network from before encoders. */
export function plainRun(setting: Setting, reader: PlainKind, share: number): Run {
  const { adaptPlain } = usual(setting);
  return runOf(setting, "adapt documents", adapting(setting, { share, reader }), adaptPlain, {});
}

/** Stage 3 of the ablation T6, after a short pre-training. */
export function ablationRun(setting: Setting, method: PretrainMethod, epochsOfOrder?: number): Run {
  const change = { isShort: true, ...(epochsOfOrder === undefined ? {} : { epochsOfOrder }) };
  return documentsRun(setting, method, usual(setting).ablationShare, change);
}

/** Training on distant documents: all instances, or those learned in the first epoch or epochs. */
export function subsetRun(
  setting: Setting,
  subset: "all" | "batch" | "epoch",
  subsetShare: number | null = null,
): Run {
  const { adaptDocuments } = usual(setting);
  const more = adapting(setting, { subset, subsetShare });
  return runOf(
    setting,
    "adapt documents",
    more,
    adaptDocuments,
    subset === "all" ? {} : { order: orderRun(setting) },
  );
}

/** Which sentences: those of Table 5a or of Table 5b. */
export type SentenceTask = "tacred" | "semeval";

/** Whether TACRED, which needs a licence, is on this machine. */
export function tacredIsHere(): boolean {
  return splitsHere(findCard("tacred")).includes("test");
}

/** Stage 3 on a share of the sentences. */
export function sentencesRun(
  setting: Setting,
  method: PretrainMethod | null,
  share: "1" | "10" | "100",
  task: SentenceTask = "semeval",
): Run {
  const { adaptSentences, sentenceEpochs, sentenceDropout, [task]: sentences } = usual(setting);
  const loop = { ...adaptSentences, epochs: sentenceEpochs[share] };
  const more = {
    share: Number(share) / 100,
    dropout: sentenceDropout[share],
    maxLength: 100,
  };
  return method === null
    ? runOf(setting, "adapt sentences", more, loop, {}, sentences)
    : runOf(
        setting,
        "adapt sentences pretrained",
        more,
        loop,
        { pretrained: pretrainRun(setting, method) },
        sentences,
      );
}
