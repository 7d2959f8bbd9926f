// Multi-granularity recontextualization: Li et al. 2022, eq. 9-11. The sentences of a bag see each other, queries and
// keys taken from two levels, values from a third.

import * as tf from "@tensorflow/tfjs";
import { OptionError, type Random } from "../../core";
import { activate, linear } from "../../encoders";
import { createParameter, initialNormal, type Parameter } from "../../engine";
import { maskedSoftmax } from "../../relations";

/** Choices of the attention. */
export interface LevelAttentionOptions {
  /** Default 1. */
  readonly heads?: number;
  /** Whether scores are divided by the root of a head's width (default true). */
  readonly scale?: boolean;
}

/**
 * `softmax(Q K') V` over the places of each bag: all `[bags, places, dim]`; `mask` `[bags, places]` is 1 where there is
 * a sentence (all by default).
 */
export function levelAttention(
  queries: tf.Tensor3D,
  keys: tf.Tensor3D,
  values: tf.Tensor3D,
  { heads = 1, scale = true }: LevelAttentionOptions = {},
  mask?: tf.Tensor2D,
): tf.Tensor3D {
  return tf.tidy(() => {
    const [bags, places, dim] = queries.shape;
    const width = dim / heads;
    const split = (x: tf.Tensor3D): tf.Tensor4D =>
      tf.transpose(x.reshape([bags, places, heads, width]) as tf.Tensor4D, [0, 2, 1, 3]);
    const raw = tf.matMul(split(queries), split(keys), false, true);
    const scores = scale ? tf.div(raw, Math.sqrt(width)) : raw;
    const shares =
      mask === undefined ? tf.softmax(scores) : maskedSoftmax(scores, mask.reshape([bags, 1, 1, places]));
    const mixed = tf.matMul(shares as tf.Tensor4D, split(values));
    return tf.transpose(mixed, [0, 2, 1, 3]).reshape([bags, places, dim]);
  });
}

/** The three levels of a bag's sentences, each `[bags, places, dim]`. */
export interface Levels {
  /** Sentence vectors weighted by the bag's attention (the bag level before it is summed). */
  readonly bag: tf.Tensor3D;
  readonly sentence: tf.Tensor3D;
  readonly entity: tf.Tensor3D;
}

/** One layer for one target level, with projections, an MLP, and the join of eq. 11. */
class LevelLayer {
  readonly parameters: readonly Parameter[];

  constructor(
    name: string,
    private readonly dim: number,
    private readonly heads: number,
    random: Random,
  ) {
    const weight = (part: string, rows: number, columns: number): Parameter =>
      createParameter(
        `${name}.${part}.weight`,
        initialNormal(random.fork(`${name}.${part}`), [rows, columns], 0.02),
      );
    const bias = (part: string, size: number): Parameter =>
      createParameter(
        `${name}.${part}.bias`,
        { shape: [size], data: new Float32Array(size) },
        { isDecayed: false },
      );
    const layer = (part: string, rows: number, columns: number): Parameter[] => [
      weight(part, rows, columns),
      bias(part, rows),
    ];
    const join = createParameter(`${name}.join.weight`, joinOf(random.fork(`${name}.join`), dim));
    this.parameters = [
      ...layer("query", dim, dim),
      ...layer("key", dim, dim),
      ...layer("value", dim, dim),
      ...layer("out", dim, dim),
      ...layer("wide", 4 * dim, dim),
      ...layer("narrow", dim, 4 * dim),
      join,
      bias("join", dim),
    ];
  }

  apply(queries: tf.Tensor3D, keys: tf.Tensor3D, target: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor3D {
    const { dim, heads } = this;
    const [bags, places] = target.shape;
    const through = (x: tf.Tensor, at: number): tf.Tensor2D =>
      linear(
        x.reshape([bags * places, -1]) as tf.Tensor2D,
        this.parameters[2 * at]!.value(),
        this.parameters[2 * at + 1]!.value(),
      );
    const asBags = (x: tf.Tensor): tf.Tensor3D => x.reshape([bags, places, dim]);
    const seen = levelAttention(
      asBags(through(queries, 0)),
      asBags(through(keys, 1)),
      asBags(through(target, 2)),
      { heads },
      mask,
    );
    const wide = activate("gelu", through(through(seen, 3), 4)) as tf.Tensor2D;
    const fresh = through(wide, 5);
    return asBags(through(tf.concat([target.reshape([bags * places, dim]), fresh], 1), 6));
  }
}

/** Heads share the width evenly. */
function requireHeads(heads: number, dim: number): void {
  if (Number.isInteger(heads) && heads > 0 && dim % heads === 0) return;
  throw new OptionError(
    `heads is ${heads}, which does not divide the width ${dim} of a sentence vector: choose a divisor`,
  );
}

/** `[I ; small]`: at first a vector passes unchanged, and what the others say is added as training goes on. */
function joinOf(random: Random, dim: number): { shape: number[]; data: Float32Array } {
  const { data } = initialNormal(random, [dim, 2 * dim], 0.02);
  for (let row = 0; row < dim; row++) data[row * 2 * dim + row]! += 1;
  return { shape: [dim, 2 * dim], data };
}

/** How levels are recontextualized: the paper's layers, or the released code's residual form without parameters. */
export type RecontextualizationForm = "paper" | "code";

/** The recontextualization of two levels, bag and sentence; the entity level's result is used by nothing that follows. */
export class Recontextualization {
  readonly parameters: readonly Parameter[];
  private readonly layers: readonly LevelLayer[];

  constructor(
    readonly form: RecontextualizationForm,
    { dim, heads, random }: { readonly dim: number; readonly heads: number; readonly random: Random },
  ) {
    if (form === "paper") requireHeads(heads, dim);
    this.layers =
      form === "code"
        ? []
        : ["bag", "sentence"].map((level) => new LevelLayer(`levels.${level}`, dim, heads, random));
    this.parameters = this.layers.flatMap(({ parameters }) => parameters);
  }

  /** New bag rows and sentence rows; `mask` `[bags, places]`. */
  apply({ bag, sentence, entity }: Levels, mask: tf.Tensor2D): Pick<Levels, "bag" | "sentence"> {
    if (this.form === "code") {
      const plain = { heads: 1, scale: false };
      return {
        bag: tf.add(bag, levelAttention(sentence, entity, bag, plain, mask)),
        sentence: tf.add(sentence, levelAttention(bag, entity, sentence, plain, mask)),
      };
    }
    return {
      bag: this.layers[0]!.apply(sentence, entity, bag, mask),
      sentence: this.layers[1]!.apply(bag, entity, sentence, mask),
    };
  }
}
