// Adam's moments as tensors, updated by ordinary operations: for engines without fused ones.

import * as tf from "@tensorflow/tfjs";
import type { AdamStep, Moments, StoredMoments } from "./adam-w";
import type { Parameter } from "./parameter";

/** Moments of one parameter as two kept tensors. */
export class PlainMoments implements Moments {
  private readonly parameter: Parameter;
  private first: tf.Tensor;
  private second: tf.Tensor;

  constructor(parameter: Parameter) {
    this.parameter = parameter;
    this.first = tf.keep(tf.zeros([...parameter.shape]));
    this.second = tf.keep(tf.zeros([...parameter.shape]));
  }

  apply(gradient: tf.Tensor, step: AdamStep): void {
    const { rate, shrink, shrinksFirst, beta1, beta2, epsilon, power1, power2 } = step;
    const [value, first, second] = tf.tidy(() => {
      const m = this.first.mul(beta1).add(gradient.mul(1 - beta1));
      const v = this.second.mul(beta2).add(gradient.square().mul(1 - beta2));
      const update = m.mul(rate / (1 - power1)).div(
        v
          .div(1 - power2)
          .sqrt()
          .add(epsilon),
      );
      const before = this.parameter.value();
      const after = shrinksFirst ? before.mul(shrink).sub(update) : before.sub(update).mul(shrink);
      return [after, tf.keep(m), tf.keep(v)];
    }) as [tf.Tensor, tf.Tensor, tf.Tensor];
    this.parameter.assign(value);
    value.dispose();
    this.replace(first, second);
  }

  read(): StoredMoments {
    return {
      first: Float32Array.from(this.first.dataSync()),
      second: Float32Array.from(this.second.dataSync()),
    };
  }

  write({ first, second }: StoredMoments): void {
    const shape = [...this.parameter.shape];
    this.replace(tf.keep(tf.tensor(first.slice(), shape)), tf.keep(tf.tensor(second.slice(), shape)));
  }

  private replace(first: tf.Tensor, second: tf.Tensor): void {
    this.dispose();
    this.first = first;
    this.second = second;
  }

  dispose(): void {
    this.first.dispose();
    this.second.dispose();
  }
}
