// Adam's moments as resource variables, updated in place by TensorFlow's fused operations.

import * as tf from "@tensorflow/tfjs";
import type { AdamStep, Moments, StoredMoments } from "./adam-w";
import { assignCopy, destroyVariable, newVariable, type ResourceParameter } from "./create-parameter";
import { attribute, type RawBackend } from "./raw-ops";

const APPLY = [attribute.type("T", "float32"), attribute.bool("use_locking", false)];
const APPLY_ADAM = [...APPLY, attribute.bool("use_nesterov", false)];
const READ = [attribute.type("dtype", "float32")];

// Small enough that `TINY * gradient` vanishes beside any weight, large enough that `decay / TINY` is finite.
const TINY = 1e-25;

/** Moments of one resource parameter. */
export class FusedMoments implements Moments {
  private readonly parameter: ResourceParameter;
  private readonly raw: RawBackend;
  private readonly first: tf.Tensor;
  private readonly second: tf.Tensor;

  constructor(parameter: ResourceParameter, raw: RawBackend) {
    this.parameter = parameter;
    this.raw = raw;
    this.first = newVariable(raw, parameter.shape);
    this.second = newVariable(raw, parameter.shape);
    const zeros = tf.zeros([...parameter.shape]);
    assignCopy(raw, this.first, zeros);
    assignCopy(raw, this.second, zeros);
    zeros.dispose();
  }

  apply(gradient: tf.Tensor, step: AdamStep): void {
    if (step.shrinksFirst) this.shrink(gradient, step);
    this.update(gradient, step);
    if (!step.shrinksFirst) this.shrink(gradient, step);
  }

  /** The kernel adds epsilon before it corrects the second moment, so epsilon is scaled the other way first. */
  private update(gradient: tf.Tensor, step: AdamStep): void {
    const { rate, beta1, beta2, epsilon, power1, power2, scalar } = step;
    const numbers = [power1, power2, rate, beta1, beta2, epsilon * Math.sqrt(1 - power2)].map(scalar);
    const inputs = [this.parameter.handle, this.first, this.second, ...numbers, gradient];
    this.raw.executeMultipleOutputs("ResourceApplyAdam", APPLY_ADAM, inputs, 0);
  }

  /**
   * `p <- p * factor` in one pass in place, by proximal gradient descent: `p <- (p - a g) / (1 + a l2)`. Scaling by
   * ordinary operations would copy the weight first.
   */
  private shrink(gradient: tf.Tensor, { shrink: factor, scalar }: AdamStep): void {
    if (factor === 1) return;
    if (factor <= 0) return tf.tidy(() => this.parameter.assign(tf.mul(this.parameter.value(), factor)));
    const inputs = [this.parameter.handle, ...[TINY, 0, (1 / factor - 1) / TINY].map(scalar), gradient];
    this.raw.executeMultipleOutputs("ResourceApplyProximalGradientDescent", APPLY, inputs, 0);
  }

  read(): StoredMoments {
    return { first: this.numbers(this.first), second: this.numbers(this.second) };
  }

  private numbers(handle: tf.Tensor): Float32Array {
    const value = this.raw.executeSingleOutput("ReadVariableOp", READ, [handle]);
    const numbers = Float32Array.from(value.dataSync());
    value.dispose();
    return numbers;
  }

  write({ first, second }: StoredMoments): void {
    for (const [handle, data] of [
      [this.first, first],
      [this.second, second],
    ] as const) {
      const value = tf.tensor(data, [...this.parameter.shape]);
      assignCopy(this.raw, handle, value);
      value.dispose();
    }
  }

  dispose(): void {
    destroyVariable(this.raw, this.first);
    destroyVariable(this.raw, this.second);
  }
}
