// Pre-training of paper 004, section 3.2: L = L_rel + L_self + L_mlm; vanilla matching the blanks; L_rel as MCCL.

import * as tf from "@tensorflow/tfjs";
import { OptionError, unknownName, type Random } from "../../../core";
import { mccl, mtb, mtbPair, mtbSelf } from "../../../contrast";
import { maskedLanguageLoss } from "../../../encoders";
import { maskTokens, type MaskedBatch } from "../../../text";
import type { LossTerm, TrainingTask } from "../../../train";
import { mtbRows, positivesAndNegatives, type Couple, type MtbBatchOptions, type MtbRows } from "./mtb-batch";
import type { MtbCorpus } from "./mtb-corpus";
import { inStepOrder, joinRows } from "../pairs/pair-batches";
import type { PairModel, PairVectors } from "../pairs/pair-model";

const RELATION_LOSSES = ["contrastive", "mccl", "pairwise", "none"] as const;

/** What is minimised in pre-training. */
export interface MtbObjective {
  /**
   * L_rel: `contrastive` (eq. 1), `mccl` with each entity pair as a class (table 5), `pairwise` (vanilla MTB: BCE of the
   * dot product, as many negatives as positives [R8]) or `none`.
   */
  readonly relation: (typeof RELATION_LOSSES)[number];
  /** Whether L_self is added. */
  readonly self: boolean;
  /** Whether L_mlm is added. */
  readonly mlm: boolean;
  /** Default 0.05. */
  readonly temperature: number;
  /** Leaves rows of the anchor's own pair out of L_self [R6]; as printed they are pushed away. Default false. */
  readonly selfWithoutOwnPair?: boolean;
}

/** Everything about pre-training but the loop. */
export interface MtbSettings extends MtbBatchOptions {
  readonly objective: MtbObjective;
  /** Most document couples of a pair in an epoch [R15]. */
  readonly couplesPerPair: number;
  /** Share of tokens that L_mlm asks for (15 %). */
  readonly maskRate: number;
}

/** The training items: each pair as often as it has couples, up to a limit. */
function itemsOf({ pairs }: MtbCorpus, couplesPerPair: number): number[] {
  return pairs.flatMap(({ documents: { length } }, pair) =>
    new Array<number>(Math.min(couplesPerPair, (length * (length - 1)) / 2)).fill(pair),
  );
}

/** Two documents of a pair, drawn anew each epoch. */
function coupleOf({ pairs }: MtbCorpus, pair: number, random: Random): Couple {
  const [first, second] = random.sample(pairs[pair]!.documents, 2);
  return { pair, documents: [first!, second!] };
}

/** Each positive pair of rows, and one pair of rows of two other entity pairs for each. */
function pairsForClassifier(
  { positives, rows }: MtbRows,
  random: Random,
): { pairs: [number, number][]; same: number[] } {
  const pairs: [number, number][] = [];
  const same: number[] = [];
  for (const [anchor, positive] of positives) {
    pairs.push([anchor, positive]);
    same.push(1);
    const others = rows.flatMap(({ key }, row) => (key === rows[anchor]!.key ? [] : [row]));
    if (others.length === 0) continue;
    pairs.push([anchor, random.choice(others)]);
    same.push(0);
  }
  return { pairs, same };
}

/** L_rel of a batch; 0 where there is no positive pair. */
function relationLoss(z: tf.Tensor2D, batch: MtbRows, objective: MtbObjective, random: Random): tf.Scalar {
  const { relation, temperature } = objective;
  const { rows, positives, negatives } = batch;
  if (positives.length === 0) return tf.mul<tf.Scalar>(tf.sum(z), 0);
  if (relation === "contrastive")
    return mtb({ temperature }).loss({ embeddings: z, pairs: positives, negatives });
  if (relation === "pairwise") return mtbPair().loss({ embeddings: z, ...pairsForClassifier(batch, random) });
  const keys = [...new Set(rows.map(({ key }) => key))];
  const place = new Map(keys.map((key, index) => [key, index]));
  return mccl({ memberTemperature: temperature, temperature }).loss({
    embeddings: z,
    labels: rows.map(({ key }) => place.get(key)!),
    bias: tf.zeros([keys.length]),
  });
}

/** L_self: the second pass has other dropout, and is needed for z alone [R7]. */
function selfLoss(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  batch: MtbRows,
  objective: MtbObjective,
): tf.Scalar {
  const { rows, anchors } = batch;
  const ownOf = () =>
    rows.map(({ key }, row) => rows.flatMap((other, k) => (k !== row && other.key === key ? [k] : [])));
  return mtbSelf({ temperature: objective.temperature }).loss({
    anchor: first,
    positive: second,
    anchors,
    ...(objective.selfWithoutOwnPair ? { excluded: ownOf() } : {}),
  });
}

/** L_mlm over the masked tokens of all groups of a step. */
function languageLoss(
  model: PairModel,
  groups: readonly { readonly masked: MaskedBatch; readonly last: tf.Tensor3D }[],
): tf.Scalar {
  const all = groups.reduce((sum, { masked }) => sum + masked.places.length, 0);
  // without any the loss itself says what to do
  const asked = all === 0 ? groups : groups.filter(({ masked }) => masked.places.length > 0);
  const losses = asked.map(({ masked, last }) =>
    tf.mul<tf.Scalar>(maskedLanguageLoss(model.encoder, last, masked), masked.places.length / all),
  );
  return losses.length === 1 ? losses[0]! : (tf.addN(losses) as tf.Scalar);
}

/**
 * The training task: an item is a pair with two of its documents, a batch of n items has up to 2n documents. The text of
 * both passes is the same, blanks and masked tokens included.
 *
 * @throws OptionError for an objective without any loss
 */
export function mtbTask(model: PairModel, corpus: MtbCorpus, settings: MtbSettings): TrainingTask {
  const { objective, couplesPerPair, maskRate } = settings;
  if (!RELATION_LOSSES.includes(objective.relation))
    throw unknownName("relation loss", objective.relation, RELATION_LOSSES);
  if (objective.relation === "none" && !objective.self && !objective.mlm)
    throw new OptionError("the pre-training objective has no loss: keep one of relation, self, mlm");
  const items = itemsOf(corpus, couplesPerPair);
  return {
    parameters: model.parameters,
    size: items.length,
    identity: JSON.stringify([
      settings,
      corpus.pairs.map(({ head, tail, documents }) => [head, tail, documents.length]),
    ]),
    terms(indices, { random, dropout }) {
      const drawing = random.fork("couples");
      const couples = indices.map((index) => coupleOf(corpus, items[index]!, drawing));
      const batch = mtbRows(corpus, couples, settings, random);
      const groups = model.groupsOf(batch.documents, batch.rows);
      const parts = groups.map(({ documents, pairs }, at) => {
        const plain = model.batch(
          documents.map((document) => batch.documents[document]!),
          pairs,
          documents.map((document) => batch.hidden[document]!),
        );
        if (!objective.mlm) return { plain };
        const masks = random.fork(`masks ${at}`);
        return { plain, masked: maskTokens(plain, model.tokenizer, { random: masks, rate: maskRate }) };
      });
      const pass = () => parts.map(({ plain, masked }) => model.forward(masked ?? plain, dropout));
      const isVisible = inStepOrder(
        groups,
        parts.map(({ plain }) => plain.isVisible),
      );
      const { visible, kept } = visibleRows(batch, isVisible, settings.typeFilter);
      const joined = (passed: readonly PairVectors[]): tf.Tensor2D => {
        const all = joinRows(
          groups,
          passed.map(({ vectors }) => vectors),
        );
        return kept === undefined ? all : (tf.gather(all, tf.tensor1d(kept, "int32")) as tf.Tensor2D);
      };
      const first = pass();
      const vectors = joined(first);
      const terms: LossTerm[] = [];
      if (objective.relation !== "none")
        terms.push({
          name: "L_rel",
          weight: 1,
          value: relationLoss(vectors, visible, objective, random.fork("classifier")),
        });
      if (objective.self) {
        const second = joined(pass());
        terms.push({ name: "L_self", weight: 1, value: selfLoss(vectors, second, visible, objective) });
      }
      if (objective.mlm) {
        const hidden = parts.flatMap(({ masked }, at) =>
          masked === undefined ? [] : [{ masked, last: first[at]!.last }],
        );
        terms.push({ name: "L_mlm", weight: 1, value: languageLoss(model, hidden) });
      }
      return terms;
    },
  };
}

/**
 * A batch without the rows that a cut made invisible, which are in no loss, and the places of those that are left
 * (undefined: all). Where none is left all rows stay, without a positive pair.
 */
export function visibleRows(
  batch: MtbRows,
  isVisible: readonly boolean[],
  typeFilter: boolean,
): { readonly visible: MtbRows; readonly kept: number[] | undefined } {
  if (isVisible.every(Boolean)) return { visible: batch, kept: undefined };
  const kept = batch.rows.flatMap((_, row) => (isVisible[row] ? [row] : []));
  if (kept.length === 0)
    return { visible: { ...batch, positives: [], anchors: [], negatives: [] }, kept: undefined };
  const rows = kept.map((row) => batch.rows[row]!);
  return { visible: { ...batch, rows, ...positivesAndNegatives(rows, typeFilter) }, kept };
}
