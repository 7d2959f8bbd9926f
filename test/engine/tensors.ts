// Parameters, gradients, dropout and scopes, run once an engine by the test files beside this one.

import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/core";
import {
  createParameter,
  differentiable,
  DropoutStream,
  gradients,
  initialConstant,
  initialNormal,
  matrixProduct,
  moveTowards,
  startEngine,
  withGradient,
  withScope,
  type EngineName,
  type Parameter,
} from "../../src/engine";
import { expectNoLeak } from "./engine-under-test";

const numbers = (tensor: tf.Tensor): number[] => {
  const values = [...tensor.dataSync()];
  tensor.dispose();
  return values;
};

export function tensorTests(engine: EngineName): void {
  beforeAll(() => startEngine({ engine }));

  describe(`parameters on ${engine}`, () => {
    it("keep their value through scopes, hold copies, and free everything", () => {
      expectNoLeak(() => {
        const data = Float32Array.from({ length: 32 }, (_, index) => index);
        const fromNumbers = createParameter("a", { shape: [4, 8], data });
        const given = tf.tensor(data.slice(), [4, 8]);
        const fromTensor = createParameter("b", given);
        data.fill(-1);
        given.dispose();
        tf.tidy(() => void fromNumbers.value().mul(2));
        expect(fromNumbers.data()[31]).toBe(31);
        expect(numbers(fromTensor.value())[31]).toBe(31);
        const kept = fromNumbers.data();
        fromNumbers.assign(new Float32Array(32).fill(7));
        expect([kept[1], fromNumbers.data()[1]]).toEqual([1, 7]);
        fromNumbers.dispose();
        fromTensor.dispose();
      });
    });

    it("refuse another shape", () => {
      const parameter = createParameter("a.weight", initialConstant([2, 3], 1));
      expectNoLeak(() => {
        expect(() => parameter.assign(new Float32Array(5))).toThrow(
          /data of "a.weight" has shape \[5\], expected \[6\]/,
        );
        tf.tidy(() => {
          expect(() => parameter.assign(tf.ones([3, 2]))).toThrow(
            /value of "a.weight" has shape \[3, 2\], expected \[2, 3\]/,
          );
        });
      });
      parameter.dispose();
      expect(() => createParameter("b", { shape: [3], data: new Float32Array(2) })).toThrow(/data of "b"/);
    });
  });

  describe(`gradients on ${engine}`, () => {
    const withParameters = (work: (a: Parameter, b: Parameter, unused: Parameter) => void): void => {
      const all = ["a", "b", "unused"].map((name) => createParameter(name, initialConstant([2], 3)));
      try {
        expectNoLeak(() => work(all[0]!, all[1]!, all[2]!));
      } finally {
        for (const parameter of all) parameter.dispose();
      }
    };

    it("are those of the loss, for what it depends on", () => {
      withParameters((a, b, unused) => {
        const loss = (): tf.Scalar => a.value().square().mul(b.value()).sum();
        const { value, gradients: slopes } = gradients(loss, [a, b, unused, a]);
        expect(numbers(value)).toEqual([54]);
        expect([...slopes.keys()].map(({ name }) => name)).toEqual(["a", "b"]);
        expect(numbers(slopes.get(a)!)).toEqual([18, 18]);
        expect(numbers(slopes.get(b)!)).toEqual([9, 9]);
      });
    });

    it("leave frozen parameters out", () => {
      withParameters((a, b) => {
        b.isTrainable = false;
        const { value, gradients: slopes } = gradients(() => a.value().mul(b.value()).sum(), [a, b]);
        expect([...slopes.keys()].map(({ name }) => name)).toEqual(["a"]);
        tf.dispose([value, ...slopes.values()]);
        a.isTrainable = false;
        const alone = gradients(() => a.value().sum(), [a, b]);
        expect([numbers(alone.value), alone.gradients.size]).toEqual([[6], 0]);
      });
    });

    it("flow through hand-written ways back", () => {
      withParameters((a, b) => {
        const loss = (): tf.Scalar => {
          const inputs = { x: a.value(), y: b.value() };
          const product = differentiable(inputs, () =>
            withGradient(inputs.x.mul(inputs.y), inputs, (slope, { x, y }) => ({
              x: () => slope.mul(y!),
              y: () => slope.mul(x!),
            })),
          );
          return product.square().sum();
        };
        const { value, gradients: slopes } = gradients(loss, [a, b]);
        expect(numbers(value)).toEqual([162]);
        expect([numbers(slopes.get(a)!), numbers(slopes.get(b)!)]).toEqual([
          [54, 54],
          [54, 54],
        ]);
      });
    });

    it("release what was kept when the loss throws, and work again after", () => {
      withParameters((a, b) => {
        const broken = (): tf.Scalar => {
          a.value().square().mul(b.value());
          throw new Error("no loss today");
        };
        expect(() => gradients(broken, [a, b])).toThrow("no loss today");
        expect(() => gradients(() => a.value().square() as tf.Scalar, [a])).toThrow(
          /the loss has shape \[2\]/,
        );
        expect(() => gradients(() => tf.scalar(1), [a])).toThrow(
          /depends on none of the trainable parameters/,
        );
        const brokenBack = (): tf.Scalar =>
          differentiable({ x: a.value() }, () =>
            withGradient(a.value().sum(), { a: a.value() }, () => {
              throw new Error("no way back");
            }),
          ) as tf.Scalar;
        expect(() => gradients(brokenBack, [a])).toThrow("no way back");
        const { value, gradients: slopes } = gradients(() => a.value().sum(), [a]);
        expect(numbers(slopes.get(a)!)).toEqual([1, 1]);
        value.dispose();
      });
    });
  });

  describe(`dropout on ${engine}`, () => {
    const rate = 0.25;

    it("zeroes its share, scales the rest, and repeats itself from the same state", () => {
      expectNoLeak(() =>
        tf.tidy(() => {
          const x = tf.ones([100, 200]);
          const stream = new DropoutStream(new Random(1).fork("dropout"));
          const first = stream.apply(x, rate).dataSync();
          expect(new Set(first)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
          const dropped = first.filter((value) => value === 0).length / first.length;
          expect(Math.abs(dropped - rate)).toBeLessThan(0.015);
          const between = stream.state;
          const second = stream.apply(x, rate).dataSync();
          expect(second).not.toEqual(first);
          stream.restore(between);
          expect(stream.apply(x, rate).dataSync()).toEqual(second);
          expect(new DropoutStream(new Random(1).fork("dropout")).apply(x, rate).dataSync()).toEqual(first);
          expect(new DropoutStream(new Random(2).fork("dropout")).apply(x, rate).dataSync()).not.toEqual(
            first,
          );
        }),
      );
    });

    it("makes masks of any shape, odd sizes too", () => {
      expectNoLeak(() =>
        tf.tidy(() => {
          const stream = new DropoutStream(new Random(7));
          for (const shape of [[1], [3, 5], [2, 3, 4, 5], [4, 1]]) {
            const mask = stream.mask(shape, 0.5);
            expect([mask.shape, mask.dtype]).toEqual([shape, "bool"]);
          }
          const share = stream.mask([301, 301], 0.1).toFloat().mean().dataSync()[0]!;
          expect(Math.abs(share - 0.9)).toBeLessThan(0.005);
        }),
      );
    });

    it("has the gradient of its own mask", () => {
      const x = createParameter("x", initialConstant([50], 2));
      expectNoLeak(() =>
        tf.tidy(() => {
          let dropped: number[] = [];
          const stream = new DropoutStream(new Random(3));
          const { gradients: slopes } = gradients(() => {
            const y = stream.apply(x.value(), rate);
            dropped = [...y.dataSync()];
            return y.sum();
          }, [x]);
          slopes
            .get(x)!
            .dataSync()
            .forEach((slope, index) => expect(slope).toBeCloseTo(dropped[index]! / 2, 6));
        }),
      );
      x.dispose();
    });

    it("does nothing at rate 0 and refuses rate 1", () => {
      expectNoLeak(() =>
        tf.tidy(() => {
          const x = tf.ones([3]);
          const stream = new DropoutStream(new Random(1));
          expect(stream.apply(x, 0)).toBe(x);
          expect(() => stream.apply(x, 1)).toThrow(/dropout rate is 1, expected at least 0 and less than 1/);
        }),
      );
    });
  });

  describe(`matrices and scopes on ${engine}`, () => {
    it("multiply, with either side transposed", () => {
      expectNoLeak(() =>
        tf.tidy(() => {
          const [a, b] = [
            tf.tensor2d([
              [1, 2],
              [3, 4],
            ]),
            tf.tensor2d([
              [5, 6],
              [7, 8],
            ]),
          ];
          expect([...matrixProduct(a, b).dataSync()]).toEqual([19, 22, 43, 50]);
          expect([...matrixProduct(a, b, "first").dataSync()]).toEqual([26, 30, 38, 44]);
          expect([...matrixProduct(a, b, "second").dataSync()]).toEqual([17, 23, 39, 53]);
        }),
      );
    });

    it("move parameters towards others by a share", () => {
      const [a, b] = [
        createParameter("a", initialConstant([3], 2)),
        createParameter("b", initialConstant([3], 6)),
      ];
      expectNoLeak(() => {
        moveTowards(a, b, 1);
        expect(a.data()[0]).toBe(2);
        moveTowards(a, b, 0.75);
        expect(a.data()[2]).toBeCloseTo(3, 6);
        moveTowards(a, b, 0.999);
        expect(a.data()[1]).toBeCloseTo(3.003, 6);
        moveTowards(a, b, 1e-4);
        expect(a.data()[1]).toBeCloseTo(6, 3);
        moveTowards(a, b, 0);
        expect([...a.data(), ...b.data()]).toEqual([6, 6, 6, 6, 6, 6]);
        expect(() => moveTowards(a, b, -1)).toThrow(/momentum is -1, expected a number from 0 to 1/);
      });
      a.dispose();
      b.dispose();
    });

    it("release what they own after waiting, also when the work fails", async () => {
      const before = tf.memory().numTensors;
      const sum = await withScope(async ({ own }) => {
        const x = own(tf.ones([3]));
        await Promise.resolve();
        return own(x.sum()).dataSync()[0];
      });
      expect(sum).toBe(3);
      const failing = withScope(async ({ own }) => {
        own(tf.ones([3]));
        await Promise.reject(new Error("failed"));
      });
      await expect(failing).rejects.toThrow("failed");
      expect(tf.memory().numTensors).toBe(before);
    });

    it("begin with seeded normal numbers", () => {
      const { data, shape } = initialNormal(new Random(5), [100, 100], 0.02);
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      const deviation = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      expect([shape, Math.abs(mean) < 1e-3, Math.abs(deviation - 0.02) < 1e-3]).toEqual([
        [100, 100],
        true,
        true,
      ]);
      expect(initialNormal(new Random(5), [100, 100], 0.02).data).toEqual(data);
    });
  });
}
