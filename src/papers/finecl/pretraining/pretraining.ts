// Stage 2 of Hogan et al. 2022: L = L_E + L_R + L_MLM, and the objectives that it is compared with.

import * as tf from "@tensorflow/tfjs";
import { fineClEntity, fineClRelation, mtbPair } from "../../../contrast";
import { OptionError, type Random } from "../../../core";
import { maskedLanguageLoss } from "../../../encoders";
import type { DropoutStream } from "../../../engine";
import type { DocumentBatch } from "../../../text";
import type { LossTerm } from "../../../train";
import { relationVectors, type DocumentModel } from "../documents/document-model";
import type { PairData } from "../documents/instances";
import type { InstanceWeights } from "../order/order-weights";
import { tokensOf, type CountingTask } from "./throughput";
import { relationRoles, type RelationBatchOptions, type RelationRoles } from "./relation-batch";

/** What a method minimises. Which weights instances have is said apart. */
export interface PretrainObjective {
  /** `contrast`: eq. 5 in the form of [R7]; `pairs`: binary cross-entropy of dot products (MTB). */
  readonly relation: "contrast" | "pairs";
  /** Whether L_E is added; then half of a batch goes to each of the two. */
  readonly entity: boolean;
  /** Probability with which an entity is replaced by [BLANK]. */
  readonly blank: number;
  /** How instances weigh: alike, by the learning order, or by the confidence of a model of gold labels. */
  readonly weights: "equal" | "order" | "confidence";
}

/** Named methods: FineCL and WCL differ from ERICA and CP in their weights. */
export const OBJECTIVES: Readonly<Record<"finecl" | "erica" | "wcl" | "cp" | "mtb", PretrainObjective>> = {
  finecl: { relation: "contrast", entity: true, blank: 0, weights: "order" },
  erica: { relation: "contrast", entity: true, blank: 0, weights: "equal" },
  wcl: { relation: "contrast", entity: false, blank: 0, weights: "confidence" },
  cp: { relation: "contrast", entity: false, blank: 0.7, weights: "equal" },
  mtb: { relation: "pairs", entity: false, blank: 0.7, weights: "equal" },
};

export type PretrainMethod = keyof typeof OBJECTIVES;

/** Numbers of pre-training beside the loop. */
export interface PretrainOptions extends RelationBatchOptions {
  readonly temperature: number;
  readonly maskRate: number;
}

/** The rows whose pair a cut left visible. */
function visibleRoles(roles: RelationRoles, isVisible: readonly boolean[]): RelationRoles {
  const negatives = roles.negatives.map((own) => own.filter((row) => isVisible[row]));
  const kept = roles.pairs.flatMap(([a, b], at) =>
    isVisible[a] && isVisible[b] && negatives[at]!.length > 0 ? [at] : [],
  );
  return { ...roles, pairs: kept.map((at) => roles.pairs[at]!), negatives: kept.map((at) => negatives[at]!) };
}

/** L_R of a batch; 0 without an anchor. */
function relationLoss(
  vectors: tf.Tensor2D,
  { pairs, negatives, weights }: RelationRoles,
  { relation }: PretrainObjective,
  { temperature }: PretrainOptions,
): tf.Scalar {
  if (pairs.length === 0) return tf.mul<tf.Scalar>(tf.sum(vectors), 0);
  if (relation === "contrast")
    return fineClRelation({ temperature, variant: "code" }).loss({
      embeddings: vectors,
      pairs,
      negatives,
      weights,
    });
  const others = pairs.map(([anchor], at): [number, number] => [anchor, negatives[at]![0]!]);
  const same = [...pairs.map(() => 1), ...others.map(() => 0)];
  return mtbPair().loss({ embeddings: vectors, pairs: [...pairs, ...others], same });
}

/**
 * The task; an item is a document. The masked text is what both contrast and masked-language loss read: one forward
 * serves them. L_MLM is the mean over the two halves of the batch.
 *
 * @throws OptionError for documents without any labelled pair
 */
export function pretrainTask(
  model: DocumentModel,
  data: PairData,
  objective: PretrainObjective,
  weights: InstanceWeights,
  options: PretrainOptions,
  identity: string,
): CountingTask {
  const items = data.documents.flatMap((_, at) =>
    data.pairs[at]!.some(({ labels }) => labels.length > 0) ? [at] : [],
  );
  if (items.length === 0)
    throw new OptionError("no document has a relation: pre-train on distantly labelled ones");

  let tokens = 0;
  const read = (batch: DocumentBatch, random: Random): ReturnType<DocumentModel["masked"]> => {
    tokens += tokensOf(batch);
    return model.masked(batch, random, options.maskRate);
  };

  const blanks = (documents: readonly number[], random: Random): Set<number>[] =>
    documents.map((document) => {
      const { entities } = data.documents[document]!;
      return new Set(entities.flatMap((_, at) => (random.uniform() < objective.blank ? [at] : [])));
    });

  function relationTerms(documents: readonly number[], random: Random, dropout: DropoutStream): tf.Scalar[] {
    const roles = relationRoles(data, documents, weights, options, random.fork("roles"));
    const plain = model.batch(
      documents.map((document) => data.documents[document]!),
      roles.rows.map(({ pair, place }) => ({ ...pair, document: place })),
      objective.blank > 0 ? blanks(documents, random.fork("blanks")) : undefined,
    );
    const masked = read(plain, random.fork("masks"));
    const { entities, last } = model.forward(masked, dropout);
    const visible = visibleRoles(roles, plain.isVisible);
    const contrast = relationLoss(relationVectors(entities, masked), visible, objective, options);
    return [contrast, maskedLanguageLoss(model.encoder, last, masked)];
  }

  function entityTerms(documents: readonly number[], random: Random, dropout: DropoutStream): tf.Scalar[] {
    const draws = random.fork("triples");
    const chosen = documents.map((document) =>
      draws.choice(data.pairs[document]!.filter(({ labels }) => labels.length > 0)),
    );
    const texts = documents.map((document, at) => {
      const { head, labels } = chosen[at]!;
      const relation = data.relations[draws.choice(labels)]!;
      return withQuery(data.documents[document]!, head, relation, model.separator);
    });
    const all = texts.flatMap(({ entities }, document) =>
      entities.flatMap((_, entity) =>
        entity === chosen[document]!.head ? [] : [{ document, head: chosen[document]!.head, tail: entity }],
      ),
    );
    const masked = read(model.batch(texts, all), random.fork("masks"));
    const { entities, last } = model.forward(masked, dropout);
    const rowsOf = texts.map((): number[] => []);
    const pairs: [number, number][] = [];
    const of: number[] = [];
    all.forEach(({ document, tail }, at) => {
      if (!masked.isVisible[at]) return;
      rowsOf[document]!.push(masked.pairs[2 * at + 1]!);
      if (tail === chosen[document]!.tail) {
        pairs.push([masked.pairs[2 * at]!, masked.pairs[2 * at + 1]!]);
        of.push(document);
      }
    });
    const lists = of.map((document) => rowsOf[document]!);
    const contrast =
      pairs.length === 0
        ? tf.mul<tf.Scalar>(tf.sum(entities), 0)
        : fineClEntity({ temperature: options.temperature }).loss({ entities, pairs, documents: lists });
    return [contrast, maskedLanguageLoss(model.encoder, last, masked)];
  }

  return {
    parameters: model.encoder.parameters,
    size: items.length,
    identity,
    get tokens() {
      return tokens;
    },
    terms(indices, { random, dropout }): readonly LossTerm[] {
      const documents = indices.map((index) => items[index]!);
      const half =
        objective.entity && documents.length > 1 ? Math.ceil(documents.length / 2) : documents.length;
      const [relation, mlm] = relationTerms(documents.slice(0, half), random.fork("relation"), dropout);
      const terms: LossTerm[] = [{ name: "L_R", weight: 1, value: relation! }];
      if (half === documents.length) return [...terms, { name: "L_MLM", weight: 1, value: mlm! }];
      const [entity, other] = entityTerms(documents.slice(half), random.fork("entity"), dropout);
      const both = tf.mul<tf.Scalar>(tf.add(mlm!, other!), 0.5);
      return [
        ...terms,
        { name: "L_E", weight: 1, value: entity! },
        { name: "L_MLM", weight: 1, value: both },
      ];
    },
  };
}

type Text = PairData["documents"][number];

/** The document with `relation head [SEP]` before it, d* of the paper; all spans move. */
export function withQuery(document: Text, head: number, relation: string, separator: string): Text {
  const mention = document.mentions[document.entities[head]!.mentions[0] ?? -1];
  const name = mention === undefined ? "" : document.text.slice(mention.start, mention.end);
  const query = `${relation} ${name} ${separator} `;
  const move = <S extends { readonly start: number; readonly end: number }>(span: S): S => ({
    ...span,
    start: span.start + query.length,
    end: span.end + query.length,
  });
  const { words: _words, ...rest } = document;
  return {
    ...rest,
    text: query + document.text,
    sentences: document.sentences.map(move),
    mentions: document.mentions.map(move),
  };
}
