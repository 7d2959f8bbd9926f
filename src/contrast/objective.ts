// What training minimises: a weighted sum of named losses over one batch whose roles are in its type.

import * as tf from "@tensorflow/tfjs";
import { DISPLAY, type MimeBundle } from "../core/display";
import { OptionError } from "../core/errors";
import { type Explanation } from "./explanation";

/** One loss: its name, how it is computed from a batch, and what it says about itself. */
export interface Loss<B> {
  readonly name: string;
  readonly value: (batch: B) => tf.Scalar;
  readonly about: Explanation;
}

/** A loss with its factor. */
export interface WeightedLoss<B> extends Loss<B> {
  readonly weight: number;
}

/** The value of one loss for one batch, before its weight. */
export interface Term {
  readonly name: string;
  readonly value: tf.Scalar;
  readonly weight: number;
}

/**
 * An immutable sum of losses. `B` is what a batch must carry; a sum needs the roles of both sides, and a batch
 * without one of them does not compile.
 *
 * @example const objective = infoNce({ temperature: 0.05 }).times(0.5).plus(crossEntropy());
 */
export class Objective<B> {
  readonly losses: readonly WeightedLoss<B>[];

  constructor(losses: readonly WeightedLoss<B>[]) {
    this.losses = losses;
  }

  /** Both sums; a loss whose name is taken gets a number: `InfoNCE 2`. */
  plus<C>(other: Objective<C>): Objective<B & C> {
    const taken = new Set(this.losses.map(({ name }) => name));
    const added = other.losses.map((loss) => {
      let name = loss.name;
      for (let count = 2; taken.has(name); count++) name = `${loss.name} ${count}`;
      taken.add(name);
      return { ...loss, name };
    });
    return new Objective<B & C>([...this.losses, ...added]);
  }

  /** Every weight times `factor`, a finite number of at least 0. */
  times(factor: number): Objective<B> {
    if (!(Number.isFinite(factor) && factor >= 0))
      throw new OptionError(
        `an objective was multiplied by ${factor}: the factor must be a finite number, 0 or more`,
      );
    return new Objective(this.losses.map((loss) => ({ ...loss, weight: loss.weight * factor })));
  }

  /**
   * The same losses on another kind of batch; `select` says where their roles are found.
   *
   * @example infoNce({ temperature: 0.05 }).on((bag: Bag) => ({ anchor: bag.sentence, positive: bag.mean }))
   */
  on<C>(select: (batch: C) => B): Objective<C> {
    return new Objective(
      this.losses.map((loss) => ({ ...loss, value: (batch: C) => loss.value(select(batch)) })),
    );
  }

  /** The same objective with its one loss renamed, as shown in curves and errors. */
  named(name: string): Objective<B> {
    if (this.losses.length !== 1)
      throw new OptionError(
        `only a single loss can be named "${name}": this objective has ${this.losses.length}`,
      );
    return new Objective(this.losses.map((loss) => ({ ...loss, name })));
  }

  /** Each loss by itself, unweighted; the caller disposes of the values, or works inside `tf.tidy`. */
  terms(batch: B): Term[] {
    return this.losses.map(({ name, value, weight }) => ({
      name,
      weight,
      value: tf.tidy(() => value(batch)),
    }));
  }

  /** The weighted sum, as the scalar that training differentiates. */
  loss(batch: B): tf.Scalar {
    return tf.tidy(() => {
      const weighted = this.losses.map(({ value, weight }) => {
        const scalar = value(batch);
        return weight === 1 ? scalar : tf.mul<tf.Scalar>(scalar, weight);
      });
      return weighted.length === 1 ? weighted[0]! : tf.addN(weighted);
    });
  }

  /** Formula, source, roles and shapes of every loss. */
  explain(): ObjectiveExplanation {
    return new ObjectiveExplanation(this.losses);
  }

  toString(): string {
    return this.losses.map(({ name, weight }) => (weight === 1 ? name : `${weight} x ${name}`)).join(" + ");
  }

  [DISPLAY](): MimeBundle {
    return { "text/plain": `objective: ${this.toString()}` };
  }
}

/** The explanations of all losses of an objective, with their weights. */
export class ObjectiveExplanation {
  readonly losses: readonly { readonly name: string; readonly weight: number; readonly about: Explanation }[];

  constructor(
    losses: readonly { readonly name: string; readonly weight: number; readonly about: Explanation }[],
  ) {
    this.losses = losses.map(({ name, weight, about }) => ({ name, weight, about }));
  }

  private get sum(): string {
    const parts = this.losses.map(
      ({ name, weight }) => `${weight === 1 ? "" : `${weight}\\,`}L_{\\text{${name}}}`,
    );
    return `L = ${parts.join(" + ")}`;
  }

  markdown(): string {
    const each = this.losses.map(({ about }) => about.markdown());
    return (this.losses.length === 1 ? each : [`$$${this.sum}$$`, ...each]).join("\n\n");
  }

  toString(): string {
    const each = this.losses.map(({ about }) => about.toString());
    return (this.losses.length === 1 ? each : [this.sum, ...each]).join("\n");
  }

  [DISPLAY](): MimeBundle {
    const latex = this.losses.length === 1 ? this.losses[0]!.about.formula : this.sum;
    return { "text/plain": this.toString(), "text/markdown": this.markdown(), "text/latex": `$$${latex}$$` };
  }
}

/** An objective of one loss with weight 1. */
export function objective<B>(loss: Loss<B>): Objective<B> {
  return new Objective([{ ...loss, weight: 1 }]);
}
