// Entities of documents as vectors: how a mention is read, and how the mentions of an entity become one.

import * as tf from "@tensorflow/tfjs";
import { OptionError } from "../core";
import { differentiable, withGradient } from "../engine";
import type { DocumentBatch } from "../text";

/** A mention's vector: the state of its start marker (or first piece), or the mean over its pieces. */
export type MentionReadout = "marker" | "mean";

/** An entity's vector: log-sum-exp over its mentions by coordinate (Jia et al. 2019), or their mean. */
export type MentionPooling = "logsumexp" | "mean";

/** How entities are read off. */
export interface EntityOptions {
  /** Default "marker". */
  readonly mention?: MentionReadout;
  /** Default "logsumexp". */
  readonly pooling?: MentionPooling;
}

/** Throws for a choice that there is not. */
export function checkEntityOptions({ mention = "marker", pooling = "logsumexp" }: EntityOptions): void {
  if (mention !== "marker" && mention !== "mean")
    throw new OptionError(`mention readout "${String(mention)}" is not known: it must be marker or mean`);
  if (pooling !== "logsumexp" && pooling !== "mean")
    throw new OptionError(`mention pooling "${String(pooling)}" is not known: it must be logsumexp or mean`);
}

/** Vectors of mentions `[mentions, hidden]` from the states of documents `[documents * documentLength, hidden]`. */
export function mentionStates(
  states: tf.Tensor2D,
  { mentions, documentLength, slots }: DocumentBatch,
  mention: MentionReadout = "marker",
): tf.Tensor2D {
  const count = mentions.entity.length;
  const begins = Int32Array.from(mentions.entity, (row) => Math.floor(row / slots) * documentLength);
  return tf.tidy(() => {
    if (mention === "marker") {
      const rows = begins.map((begin, index) => begin + mentions.at[index]!);
      return tf.gather(states, tf.tensor1d(rows, "int32")) as tf.Tensor2D;
    }
    const rows: number[] = [];
    const owners: number[] = [];
    for (let index = 0; index < count; index++)
      for (let at = mentions.span[2 * index]!; at < mentions.span[2 * index + 1]!; at++) {
        rows.push(begins[index]! + at);
        owners.push(index);
      }
    const pieces = tf.gather(states, tf.tensor1d(rows, "int32")) as tf.Tensor2D;
    return segmentMeans(pieces, owners, count);
  });
}

/** Means of rows by owner, `[rows, width]` to `[count, width]`, as one product; an owner without rows gets 0. */
export function segmentMeans(rows: tf.Tensor2D, owners: ArrayLike<number>, count: number): tf.Tensor2D {
  const sizes = new Float32Array(count);
  for (let i = 0; i < owners.length; i++) sizes[owners[i]!]! += 1;
  const weights = Float32Array.from(owners, (owner) => 1 / sizes[owner]!);
  const weighted = tf.mul(rows, tf.tensor2d(weights, [owners.length, 1]));
  const sums = tf.unsortedSegmentSum(weighted, tf.tensor1d(Int32Array.from(owners), "int32"), count);
  return sums as tf.Tensor2D;
}

/**
 * `log sum exp` of rows by owner and coordinate, `[rows, width]` to `[count, width]`; an owner without rows gets 0. The
 * gradient of a row is its share of the sum.
 */
export function segmentLogSumExp(rows: tf.Tensor2D, owners: ArrayLike<number>, count: number): tf.Tensor2D {
  const width = rows.shape[1];
  const members: number[][] = Array.from({ length: count }, () => []);
  Array.from(owners).forEach((owner, row) => members[owner]!.push(row));
  const most = Math.max(1, ...members.map(({ length }) => length));
  // padded by an owner's first row, which a weight of 0 takes out again
  const index = Int32Array.from(
    members.flatMap((own) => Array.from({ length: most }, (_, at) => own[at] ?? own[0] ?? 0)),
  );
  const counts = Float32Array.from(
    members.flatMap((own) => Array.from({ length: most }, (_, at) => (at < own.length ? 1 : 0))),
  );
  const place = new Int32Array(owners.length);
  members.forEach((own, owner) => own.forEach((row, at) => (place[row] = owner * most + at)));
  return differentiable({ rows }, () => {
    const { value, shares } = tf.tidy(() => {
      const picked = tf.gather(rows, tf.tensor1d(index, "int32")).reshape([count, most, width]);
      const isIn = tf.tensor3d(counts, [count, most, 1]);
      const top = tf.max(picked, 1, true);
      const powers = tf.mul(tf.exp(tf.sub(picked, top)), isIn);
      const total = tf.sum(powers, 1, true);
      const isEmpty = tf.cast(tf.equal(total, 0), "float32");
      const safe = tf.add(total, isEmpty);
      const sums = tf.mul(tf.add(top, tf.log(safe)), tf.sub(1, isEmpty));
      return { value: sums.reshape([count, width]), shares: tf.div(powers, safe) };
    });
    return withGradient(value, { shares }, (slope, saved) => ({
      rows: () =>
        tf.tidy(() => {
          const spread = tf.mul(saved.shares, slope.reshape([count, 1, width]));
          return tf.gather(spread.reshape([count * most, width]), tf.tensor1d(place, "int32"));
        }),
    }));
  }) as tf.Tensor2D;
}

/**
 * Vectors of entities `[documents * slots, hidden]` from the states of documents (`documentStates`); an entity
 * without a mention left, and an empty slot, gets 0.
 */
export function entityStates(
  states: tf.Tensor2D,
  batch: DocumentBatch,
  { mention = "marker", pooling = "logsumexp" }: EntityOptions = {},
): tf.Tensor2D {
  checkEntityOptions({ mention, pooling });
  const count = batch.documents * batch.slots;
  return tf.tidy(() => {
    if (batch.mentions.entity.length === 0) return tf.zeros([count, states.shape[1]]);
    const read = mentionStates(states, batch, mention);
    return pooling === "mean"
      ? segmentMeans(read, batch.mentions.entity, count)
      : segmentLogSumExp(read, batch.mentions.entity, count);
  });
}
