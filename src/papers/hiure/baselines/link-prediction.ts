// The link predictor that teaches a relation classifier without labels: RESCAL and selectional preferences
// (Marcheggiani & Titov 2016; Simon et al. 2019; Tran et al. 2020), with the losses L_s and L_d against collapse.

import * as tf from "@tensorflow/tfjs";
import { OptionError, type Random } from "../../../core";
import { createParameter, initialNormal, type Parameter } from "../../../engine";
import type { LossTerm } from "../../../train";

/** Settings of the link predictor and its losses; defaults of Tran et al. */
export interface LinkPredictionOptions {
  readonly entities: number;
  /** Relations that can be told apart (default 10). */
  readonly relations?: number;
  /** Width of an entity's vector (default 10). */
  readonly dim?: number;
  /** Negatives a side (default 5). */
  readonly negatives?: number;
  /** Weight of L_s, the entropy of single answers (default 0.01). */
  readonly skewness?: number;
  /** Weight of L_d, how far the mean answer is from uniform (default 0.02). */
  readonly dispersion?: number;
  readonly random: Random;
}

/** What one batch is: the pairs, and what the classifier says of each, `[batch, relations]`, rows sum to 1. */
export interface AnsweredPairs {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly answers: tf.Tensor2D;
}

/** A trainable link predictor. */
export class LinkPredictor {
  readonly parameters: readonly Parameter[];
  readonly relations: number;
  private readonly options: Required<LinkPredictionOptions>;

  constructor(given: LinkPredictionOptions) {
    const options = { relations: 10, dim: 10, negatives: 5, skewness: 0.01, dispersion: 0.02, ...given };
    for (const name of ["entities", "relations", "dim", "negatives"] as const)
      if (!(Number.isInteger(options[name]) && options[name] >= 1))
        throw new OptionError(
          `${name} of the link predictor is ${options[name]}: it must be a whole number, 1 or more`,
        );
    const { entities, relations, dim, random } = options;
    const make = (name: string, shape: number[]): Parameter =>
      createParameter(name, initialNormal(random.fork(name), shape, 0.1));
    this.options = options;
    this.relations = relations;
    this.parameters = [
      make("link.entities", [entities, dim]),
      make("link.rescal", [relations, dim, dim]),
      make("link.heads", [relations, dim]),
      make("link.tails", [relations, dim]),
    ];
  }

  private value(index: number): tf.Tensor {
    return this.parameters[index]!.value();
  }

  /**
   * Expected plausibility of links, `[batch, candidates]`: the mean over relations, as the classifier weighs them, of
   * `h' A_r t + h' b_r + t' c_r`.
   *
   * @param heads,tails `[batch, candidates, dim]`
   */
  private plausibility(heads: tf.Tensor3D, tails: tf.Tensor3D, answers: tf.Tensor2D): tf.Tensor2D {
    const { dim } = this.options;
    const size = answers.shape[0];
    const mixed = tf
      .matMul(answers, this.value(1).reshape([this.relations, dim * dim]) as tf.Tensor2D)
      .reshape([size, dim, dim]);
    const bilinear = tf.sum(tf.mul(tf.matMul(heads, mixed as tf.Tensor3D), tails), 2);
    const side = (of: tf.Tensor3D, preference: number): tf.Tensor =>
      tf.sum(
        tf.mul(of, tf.matMul(answers, this.value(preference) as tf.Tensor2D).reshape([size, 1, dim])),
        2,
      );
    return tf.addN([bilinear, side(heads, 2), side(tails, 3)]) as tf.Tensor2D;
  }

  /** Loss of a batch: true links against links with another head or tail, `L_LP + alpha L_s + beta L_d`. */
  terms({ heads, tails, answers }: AnsweredPairs, random: Random): readonly LossTerm[] {
    const { entities, negatives, skewness, dispersion, dim } = this.options;
    const size = heads.length;
    const table = this.value(0) as tf.Tensor2D;
    const rows = (ids: Int32Array, width: number): tf.Tensor3D =>
      tf.gather(table, tf.tensor1d(ids, "int32")).reshape([size, width, dim]);
    const drawn = (name: string): Int32Array => {
      const own = random.fork(name);
      return Int32Array.from({ length: size * negatives }, () => own.integer(entities));
    };
    const [head, tail] = [rows(heads, 1), rows(tails, 1)];
    const wide = (of: tf.Tensor3D): tf.Tensor3D => tf.tile(of, [1, negatives, 1]);
    const real = this.plausibility(head, tail, answers);
    const otherHeads = this.plausibility(rows(drawn("heads"), negatives), wide(tail), answers);
    const otherTails = this.plausibility(wide(head), rows(drawn("tails"), negatives), answers);
    const isFalse = (score: tf.Tensor2D): tf.Tensor => tf.sum(tf.softplus(score), 1);
    const link = tf.mean(
      tf.addN([tf.mul(2, tf.sum(tf.softplus(tf.neg(real)), 1)), isFalse(otherHeads), isFalse(otherTails)]),
    );
    const entropy = (p: tf.Tensor): tf.Tensor => tf.neg(tf.sum(tf.mul(p, tf.log(tf.add(p, 1e-12))), -1));
    const each = tf.mean(entropy(answers));
    const spread = tf.sub(Math.log(this.relations), entropy(tf.mean(answers, 0)));
    return [
      { name: "links", value: link.asScalar(), weight: 1 },
      { name: "L_s", value: each.asScalar(), weight: skewness },
      { name: "L_d", value: spread.asScalar(), weight: dispersion },
    ];
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }
}
