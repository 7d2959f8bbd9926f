// Fine-tuning of paper 004, section 3.3: cross-entropy, SupCon or MCCL on the labelled pairs of a batch of documents.

import * as tf from "@tensorflow/tfjs";
import { linearHead, type LinearHead } from "../../../classify";
import { adaptiveThreshold, crossEntropy, mccl, multiLabelMccl, supCon } from "../../../contrast";
import { OptionError, unknownName, type Random } from "../../../core";
import { createParameter, initialConstant, initialNormal, type Parameter } from "../../../engine";
import type { TrainingTask } from "../../../train";
import type { LabelledPair, LabelledPairs } from "../pairs/labelled-pairs";
import type { PairModel } from "../pairs/pair-model";

const LOSSES = ["ce", "supcon", "mccl"] as const;

/** What is minimised in fine-tuning. */
export interface FineTuneObjective {
  readonly loss: (typeof LOSSES)[number];
  /** tau_1 of MCCL: large is one cluster a relation. */
  readonly memberTemperature: number;
  /** tau_2 of MCCL. */
  readonly temperature: number;
  /** Proxies of each relation in MCCL: 1; 0 leaves relations that are not in the batch out. */
  readonly proxies: number;
  /** tau of SupCon: 0.05 [R11]. */
  readonly supConTemperature: number;
}

/** Everything about fine-tuning but the loop. */
export interface FineTuneSettings {
  readonly objective: FineTuneObjective;
  /** Most pairs of a batch: all with a relation, and a seeded share of the others [R12]. */
  readonly pairsPerBatch: number;
}

/** The task, and what it learns beside the model. */
export interface FineTuning {
  readonly task: TrainingTask;
  /** W_r and b_r of cross-entropy. */
  readonly head: LinearHead | undefined;
  /** b_r of MCCL `[relations]`; used again at inference. */
  readonly bias: Parameter | undefined;
  dispose(): void;
}

/** All pairs with a relation, and others up to the limit, in their order. */
export function cappedPairs(
  pairs: readonly LabelledPair[],
  most: number,
  random: Random,
): readonly LabelledPair[] {
  if (pairs.length <= most) return pairs;
  const none = pairs.filter(({ labels }) => labels.length === 0);
  const related = pairs.length - none.length;
  const kept = new Set(random.sample(none, Math.max(0, most - related)));
  const chosen = pairs.filter((pair) => pair.labels.length > 0 || kept.has(pair));
  if (chosen.length <= most) return chosen;
  const drawn = new Set(random.sample(chosen, most));
  return chosen.filter((pair) => drawn.has(pair));
}

/** Cross-entropy of logits `[pairs, relations]`; with several relations a pair the adaptive threshold (appendix B). */
export function layerLoss(
  logits: tf.Tensor2D,
  labelSets: readonly (readonly number[])[],
  isMultiLabel: boolean,
): tf.Scalar {
  if (!isMultiLabel) return crossEntropy().loss({ logits, labels: labelSets.map(([first = 0]) => first) });
  const [pairs, classes] = logits.shape;
  const data = new Float32Array(pairs * classes);
  labelSets.forEach((set, row) => set.forEach((label) => (data[row * classes + label] = 1)));
  return adaptiveThreshold().loss({ logits, labelMatrix: tf.tensor2d(data, [pairs, classes]) });
}

/** The loss of the labelled pairs of a batch. */
function lossOf(
  z: tf.Tensor2D,
  pairs: readonly LabelledPair[],
  { objective, isMultiLabel }: { objective: FineTuneObjective; isMultiLabel: boolean },
  {
    head,
    bias,
    proxies,
  }: Readonly<Record<"bias" | "proxies", Parameter | undefined>> & {
    readonly head: LinearHead | undefined;
  },
): tf.Scalar {
  const labelSets = pairs.map(({ labels }) => labels);
  const labels = labelSets.map(([first = 0]) => first);
  if (objective.loss === "supcon")
    return supCon({ temperature: objective.supConTemperature }).loss({ embeddings: z, labels });
  if (objective.loss === "ce") return layerLoss(head!.logits(z), labelSets, isMultiLabel);
  const { memberTemperature, temperature } = objective;
  const roles = {
    embeddings: z,
    bias: bias!.value() as tf.Tensor1D,
    ...(proxies === undefined ? {} : { proxies: proxies.value() as tf.Tensor2D }),
  };
  const options = { memberTemperature, temperature };
  return isMultiLabel
    ? multiLabelMccl(options).loss({ ...roles, labelSets })
    : mccl(options).loss({ ...roles, labels });
}

/**
 * Makes the task: its items are the documents that hold a labelled pair [R13]. New parameters are a head for
 * cross-entropy, biases (0) and proxies (normal, deviation 0.02 [R10]) for MCCL.
 *
 * @throws OptionError for SupCon with several labels a pair, which the paper leaves out as well
 */
export function fineTuning(
  model: PairModel,
  { documents, pairs, relations, isMultiLabel }: LabelledPairs,
  { objective, pairsPerBatch }: FineTuneSettings,
  random: Random,
): FineTuning {
  const { loss, proxies: proxyCount } = objective;
  if (!LOSSES.includes(loss)) throw unknownName("loss", loss, LOSSES);
  if (loss === "supcon" && isMultiLabel)
    throw new OptionError("SupCon has no form for several relations a pair: fine-tune with ce or mccl");
  if (!(Number.isInteger(proxyCount) && proxyCount >= 0))
    throw new OptionError(`proxies of a relation are ${proxyCount}: expected a whole number of at least 0`);
  const count = relations.length;
  const head =
    loss === "ce"
      ? linearHead({ inputs: model.dim, outputs: count, random: random.fork("head") })
      : undefined;
  const bias =
    loss === "mccl"
      ? createParameter("mccl.bias", initialConstant([count], 0), { isDecayed: false })
      : undefined;
  const proxies =
    loss === "mccl" && proxyCount > 0
      ? createParameter(
          "mccl.proxies",
          initialNormal(random.fork("proxies"), [proxyCount * count, model.dim], 0.02),
        )
      : undefined;
  const byDocument = new Map<number, LabelledPair[]>();
  for (const pair of pairs.filter(({ isCandidate }) => isCandidate)) {
    const own = byDocument.get(pair.document);
    if (own === undefined) byDocument.set(pair.document, [pair]);
    else own.push(pair);
  }
  const items = [...byDocument.keys()].sort((a, b) => a - b);
  const own = [...(head?.parameters ?? []), ...[bias, proxies].filter((one) => one !== undefined)];
  return {
    head,
    bias,
    task: {
      parameters: [...model.parameters, ...own],
      size: items.length,
      identity: JSON.stringify([objective, pairsPerBatch, pairs.length, relations]),
      terms(indices, context) {
        const chosen = indices.map((index) => items[index]!);
        const all = chosen.flatMap((document, at) =>
          byDocument.get(document)!.map((pair) => ({ ...pair, document: at })),
        );
        const kept = cappedPairs(all, pairsPerBatch, context.random.fork("pairs"));
        const { vectors, isVisible } = model.forwardPairs(
          chosen.map((document) => documents[document]!),
          kept,
          context.dropout,
        );
        const rows = kept.flatMap((_, row) => (isVisible[row] ? [row] : []));
        const z = (
          rows.length === kept.length ? vectors : tf.gather(vectors, tf.tensor1d(rows, "int32"))
        ) as tf.Tensor2D;
        const value =
          rows.length === 0
            ? tf.mul<tf.Scalar>(tf.sum(vectors), 0)
            : lossOf(
                z,
                rows.map((row) => kept[row]!),
                { objective, isMultiLabel },
                { head, bias, proxies },
              );
        return [{ name: loss, weight: 1, value }];
      },
    },
    dispose() {
      head?.dispose();
      bias?.dispose();
      proxies?.dispose();
    },
  };
}
