// From sentence vectors to relation scores of bags: Li et al. 2022, eq. 3-11, with or without recontextualization.

import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core";
import { linearHead, type LinearHead } from "../../classify";
import { linear } from "../../encoders";
import { createParameter, initialNormal, type DropoutStream, type Parameter } from "../../engine";
import { bagAttention, bagVectors, intoBags, type BagLayout } from "../../relations";
import { Recontextualization, type RecontextualizationForm } from "./recontextualization";

/** Sentences of a batch: vectors `[sentences, dim]`, and entity vectors where recontextualization asks for them. */
export interface SentenceVectors {
  readonly sentence: tf.Tensor2D;
  /** `[h_e1 ; h_e2]`, `[sentences, entityDim]`. */
  readonly entity?: tf.Tensor2D;
}

/** How a bag's sentences become one vector: attention (Lin et al. 2016), their mean, or the one that fits best. */
export type Selection = "attention" | "average" | "one";

/** Choices of the bag model. */
export interface BagModelOptions {
  /** Width of sentence vectors, and of `[h_e1 ; h_e2]` (default twice that). */
  readonly dim: number;
  readonly entityDim?: number;
  readonly relations: number;
  readonly selection: Selection;
  /** `none` leaves recontextualization out. */
  readonly recontextualization: RecontextualizationForm | "none";
  /** Heads of its attention. */
  readonly heads: number;
  /** Whether it also runs at test, once for each query relation (the released code leaves it out there). */
  readonly atTest: boolean;
  /** Dropout on the bag vector. */
  readonly dropout: number;
  /** First value of each entry of `a` in eq. 3, which is learnt (default 1): the smaller, the more even attention starts. */
  readonly diagonal?: number;
  /** Factor of the bag vectors in training, not at test (default 1). */
  readonly trainingScale?: number;
  readonly random: Random;
}

/** A batch of bags on the way to its scores. */
export interface BagPass {
  /** Bag vectors `[bags, dim]`. */
  readonly bag: tf.Tensor2D;
  /** Share of each sentence in its bag `[bags, places]`. */
  readonly attention: tf.Tensor2D;
  /** Relation scores `[bags, relations]`. */
  readonly logits: tf.Tensor2D;
}

/** A batch of bags at test, each relation a query in turn. */
export interface BagScoring {
  readonly scores: tf.Tensor2D;
  readonly attention: tf.Tensor3D;
  readonly vectors: tf.Tensor3D;
}

/** Attention with the relation as query, recontextualization, and the classifier. */
export class BagModel {
  readonly parameters: readonly Parameter[];
  readonly options: BagModelOptions;
  private readonly diagonal: Parameter;
  private readonly head: LinearHead;
  private readonly entityLayer: readonly Parameter[];
  private readonly levels: Recontextualization | undefined;

  constructor(options: BagModelOptions) {
    const { dim, entityDim = 2 * dim, relations, recontextualization: form } = options;
    const { heads, diagonal = 1, random } = options;
    this.options = options;
    this.diagonal = createParameter(
      "attention.diagonal",
      { shape: [dim], data: new Float32Array(dim).fill(diagonal) },
      { isDecayed: false },
    );
    this.head = linearHead({ inputs: dim, outputs: relations, random, name: "relation" });
    this.levels = form === "none" ? undefined : new Recontextualization(form, { dim, heads, random });
    const spread = 1 / Math.sqrt(entityDim);
    this.entityLayer =
      this.levels === undefined
        ? []
        : [
            createParameter("entity.weight", initialNormal(random.fork("entity"), [dim, entityDim], spread)),
            createParameter(
              "entity.bias",
              { shape: [dim], data: new Float32Array(dim) },
              { isDecayed: false },
            ),
          ];
    this.parameters = [
      ...(options.selection === "attention" ? [this.diagonal] : []),
      ...this.head.parameters,
      ...this.entityLayer,
      ...(this.levels?.parameters ?? []),
    ];
  }

  /** Weight `[relations, dim]` and bias `[relations]` of the classifier. */
  get classifier(): readonly [Parameter, Parameter] {
    const [weight, bias] = this.head.parameters;
    return [weight!, bias!];
  }

  /** Scores in training: the gold relation of each bag is its query (eq. 3-8). `dropout` drops entries of bag vectors. */
  train(
    given: SentenceVectors,
    layout: BagLayout,
    labels: readonly number[],
    dropout?: DropoutStream,
  ): BagPass {
    const queries = tf.gather(this.head.parameters[0]!.value(), tf.tensor1d([...labels], "int32"));
    const wanted = queries.expandDims(1) as tf.Tensor3D;
    const { vectors, attention } = this.bags(given, layout, wanted, {
      isRecontextualized: true,
      labels,
    });
    const { trainingScale = 1 } = this.options;
    const own = vectors.squeeze([1]) as tf.Tensor2D;
    const bag: tf.Tensor2D = trainingScale === 1 ? own : tf.mul(own, trainingScale);
    const dropped = dropout === undefined ? bag : (dropout.apply(bag, this.options.dropout) as tf.Tensor2D);
    return { bag, attention: attention.squeeze([1]) as tf.Tensor2D, logits: this.logits(dropped) };
  }

  /** Relation scores `[bags, relations]` of bag vectors `[bags, dim]`. */
  logits(bags: tf.Tensor2D): tf.Tensor2D {
    return this.head.logits(bags);
  }

  /**
   * Scores at test: every relation is a query in turn, its score its own entry of the soft-max of its bag vector.
   * Scores `[bags, relations]` (rows do not sum to 1), attention `[bags, relations, places]` and bag vectors
   * `[bags, relations, dim]`. `atTest` is whether recontextualization runs, by default as the options say.
   */
  test(given: SentenceVectors, layout: BagLayout, atTest = this.options.atTest): BagScoring {
    return tf.tidy(() => {
      const { relations, dim } = this.options;
      const queries = tf.tile(this.head.parameters[0]!.value().expandDims(0), [layout.bags, 1, 1]);
      const { vectors, attention } = this.bags(given, layout, queries as tf.Tensor3D, {
        isRecontextualized: atTest,
      });
      const logits = this.head.logits(vectors.reshape([layout.bags * relations, dim]));
      const shares = tf.softmax(logits).reshape([layout.bags, relations, relations]);
      const scores = tf.sum(tf.mul(shares, tf.eye(relations)), 2) as tf.Tensor2D;
      return { scores, attention, vectors };
    });
  }

  dispose(): void {
    for (const parameter of new Set([this.diagonal, ...this.parameters])) parameter.dispose();
  }

  /** Bag vectors `[bags, queries, dim]` and the attention `[bags, queries, places]` that made them. */
  private bags(
    { sentence, entity }: SentenceVectors,
    layout: BagLayout,
    queries: tf.Tensor3D,
    {
      isRecontextualized,
      labels,
    }: {
      readonly isRecontextualized: boolean;
      readonly labels?: readonly number[] | undefined;
    },
  ): { vectors: tf.Tensor3D; attention: tf.Tensor3D } {
    const rows = intoBags(sentence, layout);
    const attention = this.shares(rows, queries, layout, labels);
    if (this.levels === undefined || entity === undefined || !isRecontextualized)
      return { vectors: bagVectors(attention, rows), attention };
    const { bags, places, mask } = layout;
    const [, count, dim] = queries.shape;
    // Every query sees the bag through its own attention, so each is a bag of its own from here on.
    const repeat = (x: tf.Tensor3D): tf.Tensor3D =>
      count === 1
        ? x
        : (tf.tile(x.expandDims(1), [1, count, 1, 1]).reshape([bags * count, places, dim]) as tf.Tensor3D);
    const [weight, bias] = this.entityLayer.map((parameter) => parameter.value());
    const entities = repeat(intoBags(linear(entity, weight!, bias!), layout));
    const sentences = repeat(rows);
    const weighted = tf.mul(sentences, attention.reshape([bags * count, places, 1])) as tf.Tensor3D;
    const owned = Float32Array.from({ length: bags * count * places }, (_, at) => {
      const bag = Math.floor(at / (count * places));
      return mask[bag * places + (at % places)]!;
    });
    const here = tf.tensor2d(owned, [bags * count, places]);
    const fresh = this.levels.apply({ bag: weighted, sentence: sentences, entity: entities }, here);
    const own = { ...layout, bags: bags * count, mask: owned };
    const again = this.shares(fresh.sentence, queries.reshape([bags * count, 1, dim]), own, labels);
    // h_B = sum_i (bag'_i + alpha'_i sentence'_i) / 2; padding has no part in it.
    const bagRows = tf.mul(fresh.bag, here.expandDims(2));
    const summed = tf.add(tf.sum(bagRows, 1, true), bagVectors(again, fresh.sentence));
    return {
      vectors: tf.div(summed, 2).reshape([bags, count, dim]),
      attention: again.reshape([bags, count, places]),
    };
  }

  /** Each sentence's share in its bag, for each query: `[bags, queries, places]`. */
  private shares(
    rows: tf.Tensor3D,
    queries: tf.Tensor3D,
    layout: BagLayout,
    labels?: readonly number[],
  ): tf.Tensor3D {
    const { selection, dim, relations } = this.options;
    if (selection === "attention")
      return bagAttention(rows, queries, this.diagonal.value() as tf.Tensor1D, layout);
    const { bags, places, mask } = layout;
    const here = tf.tensor3d(mask, [bags, 1, places]);
    // Alone in its bag a sentence has all of it, whichever the selection.
    if (selection === "average" || places === 1) {
      const even: tf.Tensor3D = tf.div(here, tf.sum(here, 2, true));
      return tf.tile(even, [1, queries.shape[1], 1]);
    }
    // ONE (Zeng et al. 2015): the sentence that is surest of the relation.
    const logits = this.head.logits(rows.reshape([bags * places, dim]));
    const sure = tf.logSoftmax(logits).reshape([bags, places, relations]);
    const asked =
      labels === undefined
        ? tf.transpose(sure, [0, 2, 1])
        : tf
            .sum(tf.mul(sure, tf.oneHot(tf.tensor1d([...labels], "int32"), relations).expandDims(1)), 2)
            .expandDims(1);
    const best = tf.argMax(tf.add(asked, tf.mul(tf.sub(1, here), -1e30)), 2);
    return tf.cast(tf.oneHot(tf.cast(best, "int32"), places), "float32") as tf.Tensor3D;
  }
}
