import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { linear } from "../../src/encoders";
import { createParameter, gradients, innerGradients, recorded, startEngine } from "../../src/engine";
import { scoped } from "../../src/engine/scoped";
import { worstError } from "../support/fixtures";
import { expectNoLeak } from "./engine-under-test";

beforeAll(() => startEngine());

const wave = (shape: readonly [number, number], pace: number): tf.Tensor2D =>
  tf.sin(tf.range(0, shape[0] * shape[1]).mul(pace)).reshape([...shape]);

const numbers = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<"float32">());

/** Two linear layers with a tanh between them, from `x` `[4, 3]` to a number that is not linear in any of them. */
function network() {
  const parameter = (name: string, shape: readonly number[], pace: number) => {
    const size = shape.reduce((a, b) => a * b);
    const data = Float32Array.from({ length: size }, (_, at) => Math.sin(pace * at + 1));
    return createParameter(name, { shape: [...shape], data });
  };
  const [first, second] = [parameter("first", [5, 3], 0.7), parameter("second", [2, 5], 1.3)];
  const [firstBias, secondBias] = [parameter("b1", [5], 2), parameter("b2", [2], 3)];
  const hidden = (x: tf.Tensor2D): tf.Tensor2D => tf.tanh(linear(x, first.value(), firstBias.value()));
  const task = (h: tf.Tensor2D): tf.Scalar => {
    const out = linear(tf.add(h, 1), second.value(), secondBias.value());
    return tf.add(tf.sum(tf.square(out)), tf.sum(tf.mul(tf.square(h), h))) as tf.Scalar;
  };
  return { parameters: [first, second, firstBias, secondBias], hidden, task };
}

/** Value and gradients of a loss that holds a slope of its own task loss, and of the same with the slope as numbers. */
function both({ parameters, hidden, task }: ReturnType<typeof network>): (readonly Float32Array[])[] {
  const run = (isInner: boolean): readonly Float32Array[] =>
    scoped(() => {
      const { value, gradients: found } = gradients(() => {
        const h = hidden(wave([4, 3], 0.9));
        const loss = task(h);
        const anew = (): tf.Tensor => {
          const [slope] = tf.grads((one) => task(one as tf.Tensor2D))([tf.tensor2d(h.arraySync())]);
          return tf.tensor2d(slope!.arraySync() as number[][]);
        };
        const slope = isInner ? innerGradients(loss, [h])[0]! : anew();
        return tf.add(loss, tf.sum(tf.mul(tf.sin(h), slope))) as tf.Scalar;
      }, parameters);
      return [value, ...parameters.map((one) => found.get(one)!)].map(numbers);
    });
  return [run(true), run(false)];
}

describe("innerGradients", () => {
  it("are those of the loss computed anew, as constants, and leave the way open for the gradient around them", () => {
    const given = network();
    const [inner, anew] = expectNoLeak(() => both(given));
    inner!.forEach((values, at) => expect(worstError(values, [...anew![at]!])).toBeLessThan(1e-5));
    expect(Math.max(...inner![1]!.map(Math.abs))).toBeGreaterThan(1e-2);
    for (const one of given.parameters) one.dispose();
  });

  it("are those of finite differences by every tensor on the way, and the same when taken again", () => {
    const { parameters, hidden, task } = network();
    tf.tidy(() => {
      const x = wave([4, 3], 0.9);
      const [byX, byH, again] = recorded(() => {
        const state = hidden(x);
        const loss = task(state);
        return [...innerGradients(loss, [x, state]), ...innerGradients(loss, [state])];
      });
      expect(worstError(numbers(again!), [...numbers(byH!)])).toBe(0);
      const along = (of: (x: tf.Tensor2D) => tf.Scalar, from: tf.Tensor2D, slope: tf.Tensor): void => {
        // A direction that has nothing to do with the slope.
        const direction = tf.cos(wave(from.shape, 2.3));
        const at = (step: number): number => numbers(of(tf.add(from, tf.mul(direction, step))))[0]!;
        const wanted = numbers(tf.sum(tf.mul(slope, direction)))[0]!;
        expect(Math.abs((at(1e-2) - at(-1e-2)) / 2e-2 / wanted - 1)).toBeLessThan(1e-2);
      };
      along(task, hidden(x), byH!);
      along((from) => task(hidden(from)), x, byX!);
    });
    for (const one of parameters) one.dispose();
  });

  it("want operations to be recorded, tensors that led to the value, and no parameter", () => {
    const given = network();
    expectNoLeak(() => {
      tf.tidy(() => {
        const x = tf.ones([2]);
        expect(() => innerGradients(tf.sum(x), [x])).toThrow("call it in the loss of gradients()");
        recorded(() => {
          const [used, unused] = [tf.square(x), tf.square(x)];
          expect(() => innerGradients(tf.sum(used), [used, unused])).toThrow("tensor 1 of innerGradients");
        });
        const [first] = given.parameters;
        const loss = (): tf.Scalar => {
          const value = tf.sum(first!.value()) as tf.Scalar;
          expect(() => innerGradients(value, [first!.value()])).toThrow("tensor 0, a parameter");
          return value;
        };
        gradients(loss, given.parameters);
      });
    });
    // Nothing of these errors is left: gradients are as ever.
    const [inner, anew] = both(given);
    inner!.forEach((values, at) => expect(worstError(values, [...anew![at]!])).toBeLessThan(1e-5));
    for (const one of given.parameters) one.dispose();
  });

  it("can be taken in a loss of which nothing is trained", () => {
    const { parameters, hidden, task } = network();
    for (const one of parameters) one.isTrainable = false;
    expectNoLeak(() =>
      tf.tidy(() => {
        const { value } = gradients(() => {
          const h = hidden(wave([4, 3], 0.9));
          return tf.sum(innerGradients(task(h), [h])[0]!) as tf.Scalar;
        }, parameters);
        expect(numbers(value)[0]).not.toBe(0);
      }),
    );
    for (const one of parameters) one.dispose();
  });

  it("let errors through, and forget what was recorded", () => {
    const fails = (): void => {
      recorded(() => {
        tf.square(tf.ones([3]));
        throw new Error("no");
      });
    };
    expectNoLeak(() => expect(() => tf.tidy(fails)).toThrow("no"));
  });
});
