// AdamW (Loshchilov and Hutter 2019): Adam with weight decay apart from the gradient.
//
//   p <- p (1 - lr wd);  m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2
//   p <- p - lr m' / (sqrt(v') + eps)   with m' = m / (1 - b1^t), v' = v / (1 - b2^t)
// Without bias correction, as in BERT's first AdamW, m' = m, v' = v and the decay comes after the update.

import * as tf from "@tensorflow/tfjs";
import { CheckpointError, OptionError } from "../core";
import { FusedMoments } from "./fused-moments";
import { ResourceParameter } from "./create-parameter";
import type { Parameter } from "./parameter";
import { PlainMoments } from "./plain-moments";
import { rawBackend } from "./raw-ops";

/** The moments of one parameter in plain memory. */
export interface StoredMoments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** All an optimiser needs to go on: steps done, and the moments by parameter name. */
export interface OptimiserState {
  readonly step: number;
  readonly moments: Readonly<Record<string, StoredMoments>>;
}

/** Options of `AdamW`; the defaults are torch's. */
export interface AdamWOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Weight decay, or the decay of each parameter; default 0.01. */
  readonly decay?: number | ((parameter: Parameter) => number);
  /** Whether biases and LayerNorm decay too; default false. */
  readonly decayAll?: boolean;
  /** Default true. */
  readonly biasCorrection?: boolean;
}

/** What one step does to one parameter. */
export interface AdamStep {
  readonly rate: number;
  /** The factor `1 - rate * decay`, before or after the update. */
  readonly shrink: number;
  readonly shrinksFirst: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** `b1^t` and `b2^t`; 0 without bias correction. */
  readonly power1: number;
  readonly power2: number;
  /** A number as a tensor, made once a step for all parameters. */
  scalar(value: number): tf.Scalar;
}

/** The moments of one parameter, wherever the engine keeps them. */
export interface Moments {
  apply(gradient: tf.Tensor, step: AdamStep): void;
  read(): StoredMoments;
  write(stored: StoredMoments): void;
  dispose(): void;
}

/**
 * AdamW over named parameters. Moments of a parameter exist from its first gradient on; a parameter without a
 * gradient is left as it is, without decay.
 *
 * @example const adam = new AdamW(model.parameters, { decay: 0.01 }); adam.step(slopes, 5e-5);
 */
export class AdamW {
  private readonly parameters: readonly Parameter[];
  private readonly options: Required<AdamWOptions>;
  private readonly moments = new Map<Parameter, Moments>();
  private steps = 0;

  constructor(parameters: readonly Parameter[], options: AdamWOptions = {}) {
    const {
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-8,
      decay = 0.01,
      decayAll = false,
      biasCorrection = true,
    } = options;
    for (const [name, beta] of Object.entries({ beta1, beta2 }))
      if (!(beta >= 0 && beta < 1))
        throw new OptionError(`${name} is ${beta}, expected at least 0 and less than 1`);
    if (!(epsilon >= 0)) throw new OptionError(`epsilon is ${epsilon}, expected a number of at least 0`);
    const names = parameters.map((parameter) => parameter.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined)
      throw new OptionError(`two parameters are named "${twice}": give each its own name`);
    this.parameters = parameters;
    this.options = { beta1, beta2, epsilon, decay, decayAll, biasCorrection };
  }

  /** One update at learning rate `rate`. The gradients stay the caller's. */
  step(gradients: ReadonlyMap<Parameter, tf.Tensor>, rate: number): void {
    if (!(rate >= 0 && Number.isFinite(rate)))
      throw new OptionError(`the learning rate is ${rate}, expected a number of at least 0`);
    const { beta1, beta2, epsilon, biasCorrection } = this.options;
    const t = ++this.steps;
    const power1 = biasCorrection ? beta1 ** t : 0;
    const power2 = biasCorrection ? beta2 ** t : 0;
    tf.tidy(() => {
      const scalar = scalars();
      for (const parameter of this.parameters) {
        const gradient = gradients.get(parameter);
        if (gradient === undefined || !parameter.isTrainable) continue;
        const shrink = 1 - rate * this.decayOf(parameter);
        const step = {
          rate,
          shrink,
          shrinksFirst: biasCorrection,
          beta1,
          beta2,
          epsilon,
          power1,
          power2,
          scalar,
        };
        this.momentsOf(parameter).apply(gradient, step);
      }
    });
  }

  private decayOf(parameter: Parameter): number {
    const { decay, decayAll } = this.options;
    if (typeof decay === "function") return decay(parameter);
    return decayAll || parameter.isDecayed ? decay : 0;
  }

  private momentsOf(parameter: Parameter): Moments {
    let moments = this.moments.get(parameter);
    if (moments === undefined) {
      const raw = rawBackend();
      moments =
        raw !== undefined && parameter instanceof ResourceParameter
          ? new FusedMoments(parameter, raw)
          : new PlainMoments(parameter);
      this.moments.set(parameter, moments);
    }
    return moments;
  }

  /** A copy of steps and moments. */
  state(): OptimiserState {
    const moments = [...this.moments].map(([{ name }, kept]) => [name, kept.read()] as const);
    return { step: this.steps, moments: Object.fromEntries(moments) };
  }

  /** Goes on from `state`; a moment that fits no parameter is a `CheckpointError`. */
  restore(state: OptimiserState): void {
    const byName = new Map(this.parameters.map((parameter) => [parameter.name, parameter]));
    for (const [name, { first, second }] of Object.entries(state.moments)) {
      const size = byName.get(name)?.shape.reduce((product, length) => product * length, 1);
      if (size === undefined || first.length !== size || second.length !== size)
        throw new CheckpointError(
          `the optimiser state has ${first.length} numbers for "${name}", expected ${size ?? "no such parameter"}: ` +
            `take the state that was saved with this model`,
        );
    }
    this.dispose();
    this.steps = state.step;
    for (const [name, stored] of Object.entries(state.moments))
      this.momentsOf(byName.get(name)!).write(stored);
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moments of this.moments.values()) moments.dispose();
    this.moments.clear();
  }
}

function scalars(): (value: number) => tf.Scalar {
  const made = new Map<number, tf.Scalar>();
  return (value) => {
    let scalar = made.get(value);
    if (scalar === undefined) made.set(value, (scalar = tf.scalar(value)));
    return scalar;
  };
}
