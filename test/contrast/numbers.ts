// Stored arrays as tensors, gradients of an objective by role, and the same by finite differences.

import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect } from "vitest";
import { startEngine } from "../../src/engine";
import { arrayOf, worstError } from "../support/fixtures";

/** Starts the engine for the tests of a file: the one `RELATA_ENGINE` names, else the best there is. */
export function withEngine(): void {
  beforeAll(async () => {
    await startEngine();
  });
}

/** A stored array as a float32 tensor. */
export function tensorOf<T extends tf.Tensor>(value: unknown): T {
  const { shape, data } = arrayOf(value);
  return tf.tensor(data as number[], shape, "float32") as T;
}

export type Roles = Record<string, tf.Tensor>;

/** Value and gradient of a scalar function of named tensors. */
export function valueAndGradients(loss: (roles: Roles) => tf.Scalar, roles: Roles) {
  const names = Object.keys(roles);
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
    loss(Object.fromEntries(names.map((name, index) => [name, tensors[index]!]))),
  )(Object.values(roles));
  return {
    value: value.dataSync()[0]!,
    gradients: Object.fromEntries(names.map((name, index) => [name, grads[index]!.dataSync()])),
  };
}

/** Asserts value (1e-5) and gradients (1e-4), both relative, against stored numbers; no entry may be NaN. */
export function expectLoss(
  loss: (roles: Roles) => tf.Scalar,
  roles: Roles,
  expected: { value: number; grad: Record<string, unknown> },
): void {
  const { value, gradients } = valueAndGradients(loss, roles);
  expect(worstError([value], expected.value)).toBeLessThan(1e-5);
  for (const [name, wanted] of Object.entries(expected.grad)) {
    const got = gradients[name]!;
    expect(got.every(Number.isFinite), `gradient of ${name} is finite`).toBe(true);
    expect(worstError(got, wanted), `gradient of ${name}`).toBeLessThan(1e-4);
  }
}

/** Asserts the gradient of one role against central differences, 1e-2 relative at a step of 1e-2. */
export function expectFiniteDifferences(loss: (roles: Roles) => tf.Scalar, roles: Roles, step = 1e-2): void {
  const { gradients } = valueAndGradients(loss, roles);
  for (const [name, tensor] of Object.entries(roles)) {
    const data = tensor.dataSync();
    const at = (index: number, change: number): number => {
      const moved = Float32Array.from(data);
      moved[index]! += change;
      return tf.tidy(() => loss({ ...roles, [name]: tf.tensor(moved, tensor.shape) }).dataSync()[0]!);
    };
    const differences = Array.from(data, (_, index) => (at(index, step) - at(index, -step)) / (2 * step));
    const scale = Math.max(...differences.map(Math.abs), 1e-3);
    const worst = Math.max(
      ...differences.map((wanted, index) => Math.abs(wanted - gradients[name]![index]!)),
    );
    expect(worst / scale, `gradient of ${name} by finite differences`).toBeLessThan(1e-2);
  }
}
