// Scores of relations for pairs of a document: linear to 128, a distance embedding, bilinear (DocRED's architecture).

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../../core";
import { linear } from "../../../encoders";
import {
  createParameter,
  initialConstant,
  initialNormal,
  type DropoutStream,
  type Parameter,
} from "../../../engine";
import type { DocumentBatch } from "../../../text";
import type { DocumentReader } from "./document-model";

const WIDTH = 128;
const DISTANCE_WIDTH = 20;
/** Buckets of one sign: distances 0, 1, 2-3, 4-7, ... up to 512 and more. */
const BUCKETS = 11;

/** Bucket of a signed distance in tokens: the sign and log2 of its size, 0 to `2 * BUCKETS - 1`. */
export function distanceBucket(distance: number): number {
  const size = distance === 0 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log2(Math.abs(distance))));
  return distance < 0 ? BUCKETS - size : BUCKETS + size;
}

/** First token of each entity of a batch, by row. */
function firstPlaces({ mentions }: DocumentBatch): Map<number, number> {
  const first = new Map<number, number>();
  mentions.entity.forEach((row, at) => {
    const place = mentions.at[at]!;
    first.set(row, Math.min(place, first.get(row) ?? place));
  });
  return first;
}

/** The layers above the encoder. A mean of projected tokens is the projection of their mean, which is cheaper. */
export class PairClassifier {
  readonly parameters: readonly Parameter[];
  private readonly weights: Readonly<
    Record<"project" | "projectBias" | "distance" | "bilinear" | "bias", Parameter>
  >;

  constructor(
    readonly model: DocumentReader,
    readonly relations: number,
    random: Random,
  ) {
    const side = WIDTH + DISTANCE_WIDTH;
    const normal = (name: string, shape: number[], deviation: number): Parameter =>
      createParameter(`pairs.${name}`, initialNormal(random.fork(name), shape, deviation));
    const zero = (name: string, size: number): Parameter =>
      createParameter(`pairs.${name}`, initialConstant([size], 0), { isDecayed: false });
    this.weights = {
      project: normal("project", [WIDTH, model.dim], 1 / Math.sqrt(model.dim)),
      projectBias: zero("project.bias", WIDTH),
      distance: normal("distance", [2 * BUCKETS, DISTANCE_WIDTH], 1),
      bilinear: normal("bilinear", [relations * side, side], 1 / side),
      bias: zero("bias", relations * side),
    };
    this.parameters = Object.values(this.weights);
  }

  /** Scores of the pairs of a batch, `[pairs, relations]`; differentiable. */
  logits(batch: DocumentBatch, dropout?: DropoutStream): tf.Tensor2D {
    const { project, projectBias, distance, bilinear, bias } = this.weights;
    const { entities } = this.model.forward(batch, dropout);
    const small = linear(entities, project.value(), projectBias.value());
    const first = firstPlaces(batch);
    const count = batch.pairs.length / 2;
    const sides = [0, 1].map((side) => {
      const rows = Int32Array.from({ length: count }, (_, pair) => batch.pairs[2 * pair + side]!);
      const buckets = Int32Array.from({ length: count }, (_, pair) => {
        const [own, other] = [batch.pairs[2 * pair + side]!, batch.pairs[2 * pair + 1 - side]!];
        return distanceBucket((first.get(own) ?? 0) - (first.get(other) ?? 0));
      });
      const vectors = tf.gather(small, tf.tensor1d(rows, "int32"));
      const places = tf.gather(distance.value(), tf.tensor1d(buckets, "int32"));
      return tf.concat([vectors, places], 1) as tf.Tensor2D;
    });
    const [head, tail] = sides as [tf.Tensor2D, tf.Tensor2D];
    const side = WIDTH + DISTANCE_WIDTH;
    const mixed = linear(head, bilinear.value(), bias.value()).reshape([count, this.relations, side]);
    return tf.sum(tf.mul(mixed, tail.expandDims(1)), 2);
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }
}

/** Binary cross-entropy of scores `[rows, classes]` and 0/1 targets, the mean over both; stable for large scores. */
export function binaryCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const soft = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), soft)) as tf.Scalar;
  });
}
