import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { activate, activationFunctions, layerNorm, linear, type ActivationName } from "../../src/encoders";
import { createParameter, gradients, initialNormal, startEngine, type Parameter } from "../../src/engine";
import { Random } from "../../src/core";
import { innerActivation } from "../../src/encoders/inner-activation";
import { expectNoLeak } from "../engine/engine-under-test";
import { arrayOf, eachCase, fixtureEntry, worstError } from "../support/fixtures";

const FILE = "encoders/functions.json";
const tensorOf = (value: unknown): tf.Tensor =>
  tf.tensor(arrayOf(value).data as number[], arrayOf(value).shape);
const parameterOf = (name: string, value: unknown): Parameter => {
  const { shape, data } = arrayOf(value);
  return createParameter(name, { shape, data: Float32Array.from(data as number[]) });
};

beforeAll(() => startEngine());

describe("activations", () => {
  const fixture = fixtureEntry<Record<string, { value: number[]; derivative: number[] }>>(
    FILE,
    "activations",
  );
  const names = Object.keys(activationFunctions) as ActivationName[];

  it("cover every function of the fixture", () => {
    expect([...names, "x"].sort()).toEqual(Object.keys(fixture).sort());
  });

  it.each(names)("%s has PyTorch's value and derivative", (name) => {
    const x = parameterOf("x", fixture["x"]);
    expectNoLeak(() =>
      tf.tidy(() => {
        const { value, derivative } = fixture[name]!;
        const { gradients: slopes } = gradients(() => activate(name, x.value()).sum(), [x]);
        expect(worstError(activate(name, x.value()).dataSync() as Float32Array, value)).toBeLessThan(2e-6);
        expect(worstError(slopes.get(x)!.dataSync() as Float32Array, derivative)).toBeLessThan(2e-6);
      }),
    );
    x.dispose();
  });

  it.each(names)("%s is the same inside a feed-forward layer, where scales move into weights", (name) => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const { inputScale, outputScale, slopeScale, value, back } = innerActivation(name);
        const u = tensorOf(fixture["x"]).mul(inputScale);
        const both = back(u);
        const wanted = fixture[name]!;
        for (const got of [value(u), both.value])
          expect(worstError(got.mul(outputScale).dataSync() as Float32Array, wanted.value)).toBeLessThan(
            2e-6,
          );
        expect(
          worstError(both.derivative.mul(slopeScale).dataSync() as Float32Array, wanted.derivative),
        ).toBeLessThan(2e-6);
      }),
    );
  });

  it("stay finite far out", () => {
    tf.tidy(() => {
      const { value, back } = innerActivation("gelu");
      const u = tf.tensor1d([-1e4, -30, 30, 1e4]);
      const both = back(u);
      expect([...value(u).dataSync()].map((x) => x * Math.SQRT1_2 || 0)).toEqual(
        [0, 0, 30, 1e4].map((x) => x * Math.SQRT2 * 1 || 0),
      );
      expect([...both.derivative.dataSync()]).toEqual([0, 0, 2, 2]);
    });
  });
});

describe("layers", () => {
  interface LayerNormCase {
    readonly inputs: Record<"x" | "gamma" | "beta" | "cotangent", unknown>;
    readonly params: { readonly eps: number };
    readonly expected: Record<"y" | "grad_x" | "grad_gamma" | "grad_beta", unknown>;
  }

  eachCase<LayerNormCase>(
    FILE,
    ({ inputs, params, expected }) => {
      const [x, gamma, beta] = (["x", "gamma", "beta"] as const).map((name) =>
        parameterOf(name, inputs[name]),
      ) as [Parameter, Parameter, Parameter];
      expectNoLeak(() =>
        tf.tidy(() => {
          const norm = (): tf.Tensor =>
            layerNorm(x.value() as tf.Tensor2D, gamma.value(), beta.value(), params.eps);
          expect(worstError(norm().dataSync() as Float32Array, expected.y)).toBeLessThan(1e-5);
          const loss = (): tf.Scalar => norm().mul(tensorOf(inputs.cotangent)).sum();
          const { gradients: slopes } = gradients(loss, [x, gamma, beta]);
          for (const [parameter, wanted] of [
            [x, expected.grad_x],
            [gamma, expected.grad_gamma],
            [beta, expected.grad_beta],
          ] as const)
            expect(
              worstError(slopes.get(parameter)!.dataSync() as Float32Array, wanted),
              parameter.name,
            ).toBeLessThan(1e-4);
        }),
      );
      for (const parameter of [x, gamma, beta]) parameter.dispose();
    },
    "layer_norm",
  );

  it("linear is a product and a sum, and so are its gradients", () => {
    const random = new Random(1);
    const [x, w, b] = [[5, 3], [2, 3], [2]].map((shape, i) =>
      createParameter(`p${i}`, initialNormal(random, shape, 1)),
    ) as [Parameter, Parameter, Parameter];
    expectNoLeak(() =>
      tf.tidy(() => {
        const wave = tf.sin(tf.range(0, 10)).reshape([5, 2]);
        const ours = gradients(
          () =>
            linear(x.value() as tf.Tensor2D, w.value(), b.value())
              .mul(wave)
              .sum(),
          [x, w, b],
        );
        const plain = gradients(
          () =>
            tf
              .matMul(x.value() as tf.Tensor2D, w.value() as tf.Tensor2D, false, true)
              .add(b.value())
              .mul(wave)
              .sum(),
          [x, w, b],
        );
        expect(ours.value.dataSync()[0]).toBeCloseTo(plain.value.dataSync()[0]!, 5);
        for (const parameter of [x, w, b])
          expect(
            worstError(ours.gradients.get(parameter)!.dataSync() as Float32Array, [
              ...plain.gradients.get(parameter)!.dataSync(),
            ]),
          ).toBeLessThan(1e-5);
      }),
    );
    for (const parameter of [x, w, b]) parameter.dispose();
  });
});
