// MCCL (paper 004, section 3.3): multi-centre contrastive learning: a class is as near as its nearest members.

import * as tf from "@tensorflow/tfjs";
import { DataError, ShapeError } from "../../core";
import { requirePositive, requireShape } from "../check";
import { contrast, reduce, type Contrast } from "../contrast";
import { withGradient } from "../custom-gradient";
import { Explanation } from "../explanation";
import { pickRows, requireIndices, type IndexLists } from "../index-lists";
import { objective, type Objective } from "../objective";
import { unitVectors } from "../similarity";
import { adaptiveThreshold } from "./adaptive-threshold";

/** Pair vectors, the relations of each, the bias of each relation, and proxies if there are any. */
export interface McclBatch {
  /** `[batch, dim]` */
  readonly embeddings: tf.Tensor2D;
  /** Relation of each row `[batch]`, 0 to relations - 1. */
  readonly labels: ArrayLike<number>;
  /** `[relations]` */
  readonly bias: tf.Tensor1D;
  /**
   * Trainable vectors `[relations * count, dim]`, usually one a relation: members of it, never anchors. Row p belongs to
   * relation `p mod relations`.
   */
  readonly proxies?: tf.Tensor2D;
}

/** As `McclBatch`, with several relations a row; relation 0 is "none", and a row without any belongs to it. */
export interface MultiLabelMcclBatch extends Omit<McclBatch, "labels"> {
  /** The relations of each row; empty: none. */
  readonly labelSets: IndexLists;
}

/** Options of MCCL. */
export interface McclOptions {
  /** tau_1: how much the nearest members of a relation outweigh the others (default 0.2). */
  readonly memberTemperature?: number;
  /** tau_2: of the softmax over relations (default 0.2). */
  readonly temperature?: number;
}

/** Members of each relation among rows and proxies, as one list of columns, relation after relation. */
function columnsOf(
  sets: IndexLists,
  relations: number,
  proxies: number,
): { columns: number[]; sizes: number[] } {
  const members: number[][] = Array.from({ length: relations }, () => []);
  sets.forEach((set, index) => new Set(set).forEach((relation) => members[relation]!.push(index)));
  for (let proxy = 0; proxy < proxies; proxy++) members[proxy % relations]!.push(sets.length + proxy);
  return { columns: members.flat(), sizes: members.map(({ length }) => length) };
}

/** `similarity[:, r] = sum_j w_ij s_ij` over members j != i of r, w = softmax(s / tau_1); and where there is a member. */
export type ClassSimilarities = {
  /** `[batch, relations]`, 0 where there is no member. */
  readonly similarity: tf.Tensor2D;
  /** `[batch, relations]`: 1 where the relation has a member beside the anchor itself. */
  readonly exists: tf.Tensor2D;
};

/** How near each relation is to each row. Vectorised by sorting candidates by relation; a row is never its own member. */
export function classSimilarities(
  { embeddings, proxies }: Pick<McclBatch, "embeddings" | "proxies">,
  sets: IndexLists,
  relations: number,
  memberTemperature: number,
): ClassSimilarities {
  return tf.tidy(() => {
    const rows = embeddings.shape[0];
    const { columns, sizes } = columnsOf(sets, relations, proxies?.shape[0] ?? 0);
    const present = sizes.flatMap((size, relation) => (size > 0 ? [relation] : []));
    const all = proxies === undefined ? embeddings : tf.concat([embeddings, proxies], 0);
    const candidates = pickRows(unitVectors(all), columns);
    const cosines = tf.matMul(unitVectors(embeddings), candidates, false, true);
    const isOther = new Float32Array(rows * columns.length).fill(1);
    columns.forEach((column, at) => {
      if (column < rows) isOther[column * columns.length + at] = 0;
    });
    const mask = tf.tensor2d(isOther, [rows, columns.length]);
    const parts = present.map((relation) => sizes[relation]!);
    const found =
      parts.length === 0 ? [] : tf.split(mask, parts, 1).map((own) => tf.minimum(tf.sum(own, 1, true), 1));
    const nothing: tf.Tensor2D = tf.zeros([rows, 1]);
    const spread = (given: readonly tf.Tensor[]): tf.Tensor2D =>
      tf.concat(sizes.map((_, relation) => given[present.indexOf(relation)] ?? nothing) as tf.Tensor2D[], 1);
    const exists = spread(found);
    const relationOf = sizes.flatMap((size, relation) => new Array<number>(size).fill(relation));
    const similarity = withGradient(cosines, (s) => {
      const masks = tf.split(mask, parts, 1);
      const each = tf.split(s, parts, 1).map((own, at) => {
        const isIn = tf.greater(masks[at]!, 0);
        const scaled = tf.where(isIn, tf.div(own, memberTemperature), -1e30);
        const powers = tf.mul(tf.exp(tf.sub(scaled, tf.max(scaled, 1, true))), masks[at]!);
        const total = tf.sum(powers, 1, true);
        const weights = tf.div(powers, tf.add(total, tf.cast(tf.equal(total, 0), "float32")));
        const mean = tf.sum(tf.mul(weights, own), 1, true);
        // d mean / d s = w (1 + (s - mean) / tau_1)
        return { mean, slope: tf.mul(weights, tf.add(1, tf.div(tf.sub(own, mean), memberTemperature))) };
      });
      const slope = tf.concat(each.map(({ slope: own }) => own) as tf.Tensor2D[], 1);
      return {
        value: spread(each.map(({ mean }) => mean)),
        saved: [slope],
        gradient: (upstream, [saved]) =>
          tf.mul(tf.gather(upstream, tf.tensor1d(relationOf, "int32"), 1), saved!),
      };
    });
    return { similarity: similarity as tf.Tensor2D, exists };
  });
}

function checkBatch({ embeddings, bias, proxies }: Omit<McclBatch, "labels">, sets: IndexLists): number {
  requireShape("embeddings", embeddings, [null, null]);
  requireShape("bias", bias, [null]);
  const relations = bias.shape[0];
  if (proxies !== undefined) {
    requireShape("proxies", proxies, [null, embeddings.shape[1]]);
    if (proxies.shape[0] % relations !== 0)
      throw new ShapeError('the batch role "proxies"', proxies.shape, [relations, embeddings.shape[1]]);
  }
  if (sets.length !== embeddings.shape[0])
    throw new ShapeError("the labels of MCCL", [sets.length], [embeddings.shape[0]]);
  requireIndices("a label of MCCL", sets.flat(), relations);
  if (embeddings.shape[0] === 0)
    throw new DataError("MCCL was given an empty batch: it needs at least one row");
  return relations;
}

/** The loss of each row; masked out where no other row or proxy has its relation. Absent relations are left out. */
export function mcclContrast(
  batch: McclBatch,
  { memberTemperature = 0.2, temperature = 0.2 }: McclOptions = {},
): Contrast {
  return tf.tidy(() => {
    const sets = Array.from(batch.labels, (label) => [label]);
    const relations = checkBatch(batch, sets);
    const { similarity, exists } = classSimilarities(batch, sets, relations, memberTemperature);
    const labels = tf.reshape(tf.tensor1d(Array.from(batch.labels)), [-1, 1]);
    const isOwn = tf.cast(tf.equal(labels, tf.range(0, relations)), "float32");
    return contrast({
      similarities: tf.add<tf.Tensor2D>(similarity, batch.bias),
      positives: tf.mul<tf.Tensor2D>(isOwn, exists),
      candidates: exists,
      temperature,
    });
  });
}

const explain = (
  name: string,
  labels: string,
  formula: string,
  options: Required<McclOptions>,
): Explanation =>
  new Explanation({
    name,
    summary:
      "a row is drawn to the nearest members of its relation, so that a relation may have several centres",
    formula: String.raw`s^i_r = \sum_{j \in T_r \setminus i} w^{ij}_r s_{ij}, \; w^{ij}_r \propto e^{s_{ij}/\tau_1}; \quad ${formula}`,
    source: "paper 004, section 3.3",
    roles: [
      { name: "embeddings", shape: "[batch, dim]", meaning: "pair vectors" },
      {
        name: labels,
        shape: labels === "labels" ? "[batch]" : "[batch] of lists",
        meaning: "relations of each row",
      },
      { name: "bias", shape: "[relations]", meaning: "trainable, starts at 0" },
      {
        name: "proxies",
        shape: "[relations, dim]",
        meaning: "optional: one more member (or several) of each relation",
      },
    ],
    notes: [
      "tau_1 to 0: the nearest member alone; to infinity: the mean similarity",
      "without proxies, relations that are not in the batch are left out",
    ],
    options: { ...options },
  });

function checkOptions({ memberTemperature = 0.2, temperature = 0.2 }: McclOptions): Required<McclOptions> {
  requirePositive("the member temperature of MCCL", memberTemperature);
  requirePositive("the temperature of MCCL", temperature);
  return { memberTemperature, temperature };
}

/**
 * MCCL for one relation a row.
 *
 * @example mccl({ memberTemperature: 0.2, temperature: 0.2 }).loss({ embeddings, labels, bias, proxies })
 */
export function mccl(options: McclOptions = {}): Objective<McclBatch> {
  const checked = checkOptions(options);
  return objective<McclBatch>({
    name: "MCCL",
    value: (batch) => reduce(mcclContrast(batch, checked)),
    about: explain(
      "MCCL",
      "labels",
      String.raw`L = -\frac{1}{N}\sum_i \log \mathrm{softmax}_{y_i}\big((s^i_r + b_r)/\tau_2\big)`,
      checked,
    ),
  });
}

/** MCCL for several relations a row: the adaptive threshold on (s + b) / tau_2, relation 0 being the threshold. */
export function multiLabelMccl(options: McclOptions = {}): Objective<MultiLabelMcclBatch> {
  const checked = checkOptions(options);
  return objective<MultiLabelMcclBatch>({
    name: "multi-label MCCL",
    value: (batch) => {
      const relations = checkBatch(batch, batch.labelSets);
      const sets = batch.labelSets.map((set) => (set.length === 0 ? [0] : set));
      const { similarity, exists } = classSimilarities(batch, sets, relations, checked.memberTemperature);
      const logits = tf.div(tf.add(similarity, batch.bias), checked.temperature);
      const data = new Float32Array(sets.length * relations);
      sets.forEach((set, row) => set.forEach((relation) => (data[row * relations + relation] = 1)));
      // without proxies: a relation without another member is neither raised nor lowered; the threshold always counts
      const isThere = tf.logicalOr(tf.cast(exists, "bool"), tf.equal(tf.range(0, relations), 0));
      return adaptiveThreshold().loss({
        logits: tf.where(isThere, logits, -1e9) as tf.Tensor2D,
        labelMatrix: tf.mul<tf.Tensor2D>(tf.tensor2d(data, [sets.length, relations]), exists),
      });
    },
    about: explain(
      "multi-label MCCL",
      "labelSets",
      String.raw`L = \text{adaptive threshold of } (s^i_r + b_r)/\tau_2`,
      checked,
    ),
  });
}
